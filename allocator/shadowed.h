// Shadowed<A>: the checker is just another allocator in the stack. Every call goes to A and is held
// against a Shadow; Check() compares A's own books with it.
//
// The shadow owns the contents of the blocks: a caller must not write to them. Costs O(log live
// blocks) and a fill of the block for each call; the shadow's own memory is the C++ library's.

#ifndef ALLOCLAB_ALLOCATOR_SHADOWED_H_
#define ALLOCLAB_ALLOCATOR_SHADOWED_H_

#include <optional>
#include <utility>

#include "allocator/allocator.h"
#include "allocator/malloc_api.h"
#include "allocator/shadow.h"

namespace alloclab {

template <Allocator A>
class Shadowed {
 public:
  static constexpr std::size_t kAlignment = A::kAlignment;
  static constexpr bool kThreadSafe = false;
  static constexpr bool kOpaque = !kWalkable<A>;
  static constexpr bool kMerges = kMergesNeighbours<A>;

  // What a block of n bytes is aligned to: kAlignment, unless A promises less for small blocks.
  static constexpr std::size_t AlignmentOf(std::size_t n) noexcept {
    if constexpr (requires { A::AlignmentOf(n); }) {
      return A::AlignmentOf(n);
    } else {
      return kAlignment;
    }
  }

  template <class... Args>
  explicit Shadowed(Args&&... args) noexcept : inner_(std::forward<Args>(args)...) {}

  // Before the first call: see Shadow.
  void FillAtMost(std::size_t bytes) noexcept { shadow_.FillAtMost(bytes); }

  void* Allocate(std::size_t n) noexcept {
    shadow_.NextOperation();
    const BlockView due = DueFor(n);
    const StepCount steps(*this);
    void* p = inner_.Allocate(n);
    if (p == nullptr) CheckRefusal(n);
    CheckPlacement(p, n, due);
    shadow_.Allocated(p, n, inner_.UsableSize(p), AlignmentOf(n));
    CheckKeeps(p, n, Rule::kUsableSize);
    return p;
  }

  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept
    requires AllocatesAligned<A>
  {
    shadow_.NextOperation();
    const StepCount steps(*this);
    void* p = inner_.AllocateAligned(n, alignment);
    shadow_.Allocated(p, n, inner_.UsableSize(p), std::max(alignment, kAlignment));
    CheckKeeps(p, n, Rule::kUsableSize);
    return p;
  }

  void* AllocateZeroed(std::size_t n) noexcept { return AllocateZeroed(1, n); }
  // Through the generic layer, so that it is checked too. A product past 2^64 is none to grant.
  void* AllocateZeroed(std::size_t count, std::size_t size) noexcept {
    shadow_.NextOperation();
    const StepCount steps(*this);
    void* p = Calloc(inner_, count, size);
    std::size_t n = 0;
    if (__builtin_mul_overflow(count, size, &n)) n = SIZE_MAX;
    if (p == nullptr) CheckRefusal(n);
    shadow_.AllocatedZeroed(p, n, inner_.UsableSize(p), AlignmentOf(n));
    CheckKeeps(p, n, Rule::kUsableSize);
    return p;
  }

  void* Reallocate(void* p, std::size_t n) noexcept {
    shadow_.NextOperation();
    if (!shadow_.Holds(p)) return nullptr;
    shadow_.Intact(p, inner_.UsableSize(p));
    // The pointer ends with the block; what is kept of it, for the books, is read anew.
    void* const volatile old = p;
    const std::size_t room = RoomAt(p);
    const StepCount steps(*this);
    void* moved = Realloc(inner_, p, n);
    if (moved == nullptr) CheckRefusal(n);
    CheckRoomTaken(old, moved == old, n, room);
    if (moved != nullptr) {
      shadow_.Resized(old, moved, n, inner_.UsableSize(moved), AlignmentOf(n));
      // The generic layer leaves a block that is to be smaller to those that cannot shrink it.
      if (moved != old) CheckKeeps(moved, n, Rule::kUsableSize);
      if (moved == old && ResizesInPlace<A>) CheckKeeps(moved, n, Rule::kInPlace);
    } else {
      shadow_.Intact(p, inner_.UsableSize(p));  // refused: the block is as it was
    }
    return moved;
  }

  bool TryResize(void* p, std::size_t n) noexcept
    requires ResizesInPlace<A>
  {
    shadow_.NextOperation();
    if (!shadow_.Holds(p)) return false;
    shadow_.Intact(p, inner_.UsableSize(p));
    const std::size_t room = RoomAt(p);
    const StepCount steps(*this);
    const bool resized = inner_.TryResize(p, n);
    CheckRoomTaken(p, resized, n, room);
    if (resized) {
      shadow_.Resized(p, p, n, inner_.UsableSize(p), AlignmentOf(n));
      CheckKeeps(p, n, Rule::kInPlace);
    } else {
      shadow_.Intact(p, inner_.UsableSize(p));
    }
    return resized;
  }

  void Free(void* p) noexcept {
    shadow_.NextOperation();
    if (p == nullptr) {
      inner_.Free(p);
    } else if (shadow_.Holds(p)) {
      shadow_.Intact(p, inner_.UsableSize(p));
      shadow_.Forget(p);
      const StepCount steps(*this);
      inner_.Free(p);
    }
  }

  // Frees every block that is still live, in address order.
  void FreeAll() noexcept {
    while (void* p = shadow_.AnyLive()) Free(p);
  }

  std::size_t UsableSize(const void* p) const noexcept { return inner_.UsableSize(p); }

  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    inner_.Walk(visit);
  }
  Verdict CheckIndex() const noexcept { return inner_.CheckIndex(); }

  // Holds A's walk and index against the shadow; with kEverything also every byte of every live
  // block. `held` is what the page source has handed out, where the caller knows. Returns the first
  // broken rule so far, or null. O(blocks) or O(held bytes).
  enum class Depth : std::uint8_t { kStructure, kEverything };
  const Violation* Check(Depth depth = Depth::kEverything,
                         std::optional<std::size_t> held = std::nullopt) noexcept {
    const Verdict verdict = inner_.CheckIndex();
    if (!verdict.ok()) shadow_.Break(Rule::kIndex, verdict.where, verdict.broken);
    if constexpr (kWalkable<A>) {
      shadow_.BeginWalk(kMerges);
      inner_.Walk([this](const BlockView& block) { shadow_.Visit(block); });
      shadow_.EndWalk(held);
    }
    if (depth == Depth::kEverything) shadow_.CheckContents();
    return shadow_.violation();
  }

  // The first broken rule seen so far, or null.
  const Violation* violation() const noexcept { return shadow_.violation(); }
  std::size_t live_blocks() const noexcept { return shadow_.live_blocks(); }
  std::size_t live_bytes() const noexcept { return shadow_.live_bytes(); }
  // Of the last Check.
  const Shadow::LastBlock& last_block() const noexcept { return shadow_.last_block(); }
  A& inner() noexcept { return inner_; }

 private:
  // Counts the blocks that one call looks at.
  class StepCount {
   public:
    explicit StepCount(Shadowed& heap) noexcept : heap_(heap) {
      if constexpr (kVisitsBound<A> != 0) before_ = heap_.inner_.BlocksVisited();
    }
    ~StepCount() {
      if constexpr (kVisitsBound<A> != 0) {
        const std::uint64_t steps = heap_.inner_.BlocksVisited() - before_;
        if (steps > kVisitsBound<A>) heap_.shadow_.BreakSteps(steps, kVisitsBound<A>);
      }
    }
    StepCount(const StepCount&) = delete;
    StepCount& operator=(const StepCount&) = delete;

   private:
    Shadowed& heap_;
    std::uint64_t before_ = 0;
  };

  // How many bytes the block p can have where it lies, as far as C12 promises: its own, and those
  // of a free block behind it. 0: nothing is promised, or a walk would cost too much to know.
  std::size_t RoomAt(const void* p) const noexcept {
    if constexpr (!kResizesToAnySize<A> || !kWalkable<A>) return 0;
    constexpr std::size_t kFewBlocks = 512;
    if (shadow_.live_blocks() > kFewBlocks) return 0;
    std::size_t room = 0;
    const std::byte* end = nullptr;
    inner_.Walk([&](const BlockView& block) {
      if (block.state == BlockState::kUsed && block.payload == p) {
        room = block.usable;
        end = block.end();
      } else if (kMerges && block.begin == end && block.state == BlockState::kFree) {
        room += block.bytes;  // one that is still to be merged may not be taken
      }
    });
    return room;
  }

  // p was to be resized to n bytes, and had `room`; `stayed`: it was, where it is.
  void CheckRoomTaken(const void* p, bool stayed, std::size_t n, std::size_t room) noexcept {
    if (!stayed && n <= room && n != 0) shadow_.BreakInPlace(p, n, room);
  }

  // p, where it is not null, was to hold n bytes, and must not keep what could be a block.
  void CheckKeeps(const void* p, std::size_t n, Rule rule) noexcept {
    if constexpr (BoundsUsable<A>) {
      if (p == nullptr || n > kMaxRequestBytes) return;
      const std::size_t usable = inner_.UsableSize(p);
      if (usable > A::MostUsable(n)) shadow_.BreakKeeps(rule, p, n, usable);
    }
  }

  // The free block that is to serve a request for n bytes, by the policy that A declares; empty
  // where it declares none, there is none, or a walk would cost too much to know.
  BlockView DueFor(std::size_t n) const noexcept {
    BlockView due{};
    if constexpr (kPlacementOf<A> != Placement::kUnstated) {
      constexpr std::size_t kFewBlocks = 64;
      if (shadow_.live_blocks() > kFewBlocks || n > kMaxRequestBytes) return due;
      const std::size_t enough = A::SureFit(n);
      inner_.Walk([&](const BlockView& block) {
        if (block.state != BlockState::kFree || block.bytes < enough) return;
        const bool better = kPlacementOf<A> == Placement::kSmallest && block.bytes < due.bytes;
        if (due.begin == nullptr || better) due = block;  // a walk goes upward
      });
    }
    return due;
  }

  void CheckPlacement(const void* p, std::size_t n, const BlockView& due) noexcept {
    if (due.begin == nullptr || p == nullptr) return;
    const auto* at = static_cast<const std::byte*>(p);
    if (at < due.begin || at >= due.end()) shadow_.BreakPlacement(p, n, due);
  }

  // A request for n bytes got null: there must not be a free block that would have done.
  void CheckRefusal(std::size_t n) noexcept {
    if constexpr (PromisesFit<A>) {
      if (n > kMaxRequestBytes) return;
      const std::size_t enough = A::SureFit(n);
      inner_.Walk([&](const BlockView& block) {
        if (block.state == BlockState::kFree && block.bytes >= enough) {
          shadow_.BreakRefused(block, n);
        }
      });
    }
  }

  A inner_;
  Shadow shadow_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_SHADOWED_H_
