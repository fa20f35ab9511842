// Each rule of the checker fires on an allocator that is wrong in just that way, and on no other.

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "allocator/shadowed.h"
#include "allocator/tests/conformance.h"

namespace alloclab {
namespace {

enum class Wrong {
  kNothing,
  kMisaligned,         // the second block begins 8 bytes late
  kHandsOutTwice,      // the second block is the first
  kTooNear,            // the second block begins inside the first
  kTooSmall,           // usable size is less than asked for
  kKeepsTooMuch,       // usable size is more than declared
  kUsableChanges,      // usable size shrinks after a while
  kScribbles,          // freeing one block writes into another
  kScribblesLastByte,  // ... into its last usable byte only
  kCallocKeepsDirt,    // zeroed memory is not zero
  kReallocLosesBytes,  // resizing in place spoils the kept bytes
  kGrantsAbsurd,       // SIZE_MAX is granted
  kWalkForgetsUsed,    // the walk leaves a live block out
  kWalkKeepsFreed,     // the walk shows a freed block as used
  kWalkBackwards,      // the walk is in falling address order
  kWalkGap,            // the walk does not sum up to what is held
  kWalkWrongUsable,    // the walk shows another usable size
  kPayloadOutside,     // the walk shows a payload outside its block
  kIndexLies,          // the index disagrees
  kFreeNeighbours,     // two free blocks side by side, against the promise
};

// A correct allocator of 64-byte cells with its books outside the arena, until told to be wrong.
template <bool kPromisesMerging>
class Cells {
 public:
  static constexpr std::size_t kAlignment = 16;
  static constexpr bool kThreadSafe = false;
  static constexpr bool kMerges = kPromisesMerging;
  static constexpr std::size_t kCellBytes = 64;
  static constexpr std::size_t kCells = 16;

  explicit Cells(Wrong wrong) noexcept : wrong_(wrong) {}

  void* Allocate(std::size_t n) noexcept {
    if (n > kCellBytes) return wrong_ == Wrong::kGrantsAbsurd ? Cell(0) : nullptr;
    std::size_t cell = 0;
    while (cell < kCells && used_[cell]) ++cell;
    if (cell == kCells) return nullptr;
    used_[cell] = true;
    if (cell == 1 && wrong_ == Wrong::kMisaligned) return Cell(1) + 8;
    if (cell == 1 && wrong_ == Wrong::kHandsOutTwice) return Cell(0);
    if (cell == 1 && wrong_ == Wrong::kTooNear) return Cell(0) + 32;
    return Cell(cell);
  }
  void Free(void* p) noexcept {
    if (p == nullptr) return;
    if (wrong_ == Wrong::kScribbles) Cell(1)[5] ^= std::byte{1};
    if (wrong_ == Wrong::kScribblesLastByte) Cell(1)[kCellBytes - 1] ^= std::byte{0x80};
    if (wrong_ == Wrong::kUsableChanges) usable_ = kCellBytes - 16;
    if (wrong_ != Wrong::kWalkKeepsFreed) used_[IndexOf(p)] = false;
  }
  bool TryResize(void* p, std::size_t n) noexcept {
    if (wrong_ == Wrong::kReallocLosesBytes) static_cast<std::byte*>(p)[3] ^= std::byte{4};
    return n <= kCellBytes;
  }
  void* AllocateZeroed(std::size_t n) noexcept {
    void* p = Allocate(n);
    if (p == nullptr) return p;
    std::memset(p, 0, n);
    if (wrong_ == Wrong::kCallocKeepsDirt) static_cast<std::byte*>(p)[n - 1] = std::byte{1};
    return p;
  }
  std::size_t UsableSize(const void*) const noexcept {
    if (wrong_ == Wrong::kKeepsTooMuch) return kCellBytes + 16;
    return wrong_ == Wrong::kTooSmall ? 20 : usable_;
  }
  static constexpr std::size_t MostUsable(std::size_t) noexcept { return kCellBytes; }
  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    // Free cells side by side are shown as one block, as a merging allocator's would be.
    for (std::size_t i = 0; i < kCells;) {
      std::size_t n = 1;
      if (!used_[i] && wrong_ != Wrong::kFreeNeighbours) {
        while (i + n < kCells && !used_[i + n]) ++n;
      }
      const std::size_t at = wrong_ == Wrong::kWalkBackwards ? kCells - i - n : i;
      Show(visit, at, n);
      i += n;
    }
  }
  Verdict CheckIndex() const noexcept {
    if (wrong_ == Wrong::kIndexLies) return {"the index lies", Cell(0)};
    return {};
  }
  std::size_t BytesHeld() const { return kCells * kCellBytes; }

 private:
  template <class Visitor>
  void Show(Visitor&& visit, std::size_t cell, std::size_t cells) const {
    BlockView view{Cell(cell), cells * kCellBytes, Cell(cell), usable_,
                   used_[cell] ? BlockState::kUsed : BlockState::kFree};
    if (cell == 0 && wrong_ == Wrong::kWalkForgetsUsed) view.state = BlockState::kOverhead;
    if (cell == 0 && wrong_ == Wrong::kWalkWrongUsable) view.usable -= 16;
    if (cell == 0 && wrong_ == Wrong::kPayloadOutside) view.begin += 16, view.bytes -= 16;
    if (cell + cells == kCells && wrong_ == Wrong::kWalkGap) view.bytes -= 32;
    visit(view);
  }
  std::size_t IndexOf(const void* p) const {
    return static_cast<std::size_t>(static_cast<const std::byte*>(p) - arena_) / kCellBytes;
  }
  std::byte* Cell(std::size_t i) { return arena_ + i * kCellBytes; }
  const std::byte* Cell(std::size_t i) const { return arena_ + i * kCellBytes; }

  Wrong wrong_;
  std::size_t usable_ = kCellBytes;
  bool used_[kCells] = {};
  alignas(64) std::byte arena_[kCells * kCellBytes] = {};
};
static_assert(ResizesInPlace<Cells<true>> && AllocatesZeroed<Cells<false>>);

// Runs every kind of call once and then the checks; the first broken rule, as "rule: sentence".
template <bool kPromisesMerging = true>
std::string FirstBroken(Wrong wrong) {
  Shadowed<Cells<kPromisesMerging>> heap(wrong);
  using Depth = typename Shadowed<Cells<kPromisesMerging>>::Depth;
  void* first = heap.Allocate(50);
  void* second = heap.Allocate(60);
  void* third = heap.Allocate(0);
  heap.Allocate(SIZE_MAX);
  void* zeroed = heap.AllocateZeroed(64);
  heap.Check(Depth::kStructure, heap.inner().BytesHeld());
  if (heap.violation() == nullptr) heap.TryResize(first, 30);
  if (heap.violation() == nullptr) heap.Free(third);
  if (heap.violation() == nullptr) heap.Check(Depth::kEverything, heap.inner().BytesHeld());
  if (heap.violation() == nullptr) {
    for (void* p : {first, second, zeroed}) heap.Free(p);
    heap.Check(Depth::kEverything, heap.inner().BytesHeld());
  }
  return heap.violation() == nullptr ? "" : std::string(RuleName(heap.violation()->rule));
}

TEST(Checker, IsSilentWhenNothingIsWrong) {
  EXPECT_EQ(FirstBroken(Wrong::kNothing), "");
  EXPECT_EQ(FirstBroken<false>(Wrong::kNothing), "");
}

// Row 39: what the checker fills, it compares.
TEST(Checker, EachRuleFires) {
  const std::map<Wrong, std::string> expected = {
      {Wrong::kMisaligned, "alignment"},
      {Wrong::kHandsOutTwice, "overlap"},
      {Wrong::kTooNear, "overlap"},
      {Wrong::kTooSmall, "usable size"},
      {Wrong::kKeepsTooMuch, "usable size"},
      {Wrong::kUsableChanges, "usable size"},
      {Wrong::kScribbles, "contents"},
      {Wrong::kScribblesLastByte, "contents"},
      {Wrong::kCallocKeepsDirt, "zeroed"},
      {Wrong::kReallocLosesBytes, "contents"},
      {Wrong::kGrantsAbsurd, "absurd size"},
      {Wrong::kWalkForgetsUsed, "bounds"},
      {Wrong::kWalkKeepsFreed, "walk"},
      {Wrong::kWalkBackwards, "walk"},
      {Wrong::kWalkGap, "walk"},
      {Wrong::kWalkWrongUsable, "usable size"},
      {Wrong::kPayloadOutside, "bounds"},
      {Wrong::kIndexLies, "index"},
      {Wrong::kFreeNeighbours, "free neighbours"},
  };
  for (const auto& [wrong, rule] : expected) {
    EXPECT_EQ(FirstBroken(wrong), rule) << "wrong in way " << static_cast<int>(wrong);
  }
}

TEST(Checker, FreeNeighboursAreFineWithoutThePromise) {
  EXPECT_EQ(FirstBroken<false>(Wrong::kFreeNeighbours), "");
}

// Row 38.
TEST(Checker, MisuseNeverReachesTheAllocator) {
  for (const bool resize : {false, true}) {
    Shadowed<Cells<true>> heap(Wrong::kNothing);
    auto* p = static_cast<std::byte*>(heap.Allocate(50));
    if (resize) {
      EXPECT_FALSE(heap.TryResize(p + 16, 10));
      EXPECT_EQ(heap.Reallocate(p + 16, 10), nullptr);
    } else {
      heap.Free(p);
      heap.Free(p);  // the second time
    }
    ASSERT_NE(heap.violation(), nullptr);
    EXPECT_EQ(heap.violation()->rule, Rule::kMisuse);
    EXPECT_EQ(heap.violation()->operation, resize ? 2u : 3u);
  }
}

TEST(Checker, TheFirstBrokenRuleIsKept) {
  Shadowed<Cells<true>> heap(Wrong::kTooSmall);
  heap.Allocate(50);
  const std::string first = Explain(heap.violation());
  EXPECT_NE(first.find("20 usable bytes, 50 were asked for"), std::string::npos) << first;
  heap.Free(&heap);  // misuse
  EXPECT_EQ(Explain(heap.violation()), first);
}

}  // namespace
}  // namespace alloclab
