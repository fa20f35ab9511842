// The loop is held against an interpreter of programs written for this test: both say which calls
// an allocator gets, in which order and with which operands.

#include "traces/replay/replay.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <ostream>
#include <vector>

#include "traces/replay/random_program.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

enum class Called { kAllocate, kFree, kReallocate, kZeroed, kAligned };

struct Call {
  Called what;
  std::size_t block;  // the number of the block that went in; kNoBlock for null
  std::size_t bytes;
  std::size_t alignment;

  friend bool operator==(const Call&, const Call&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Call& call) {
    return out << "call " << static_cast<int>(call.what) << " block " << call.block << " bytes "
               << call.bytes << " alignment " << call.alignment;
  }
};

constexpr std::size_t kNoBlock = SIZE_MAX;

// Writes down every call, and refuses the calls that make a block when told to.
class Scribe {
 public:
  static constexpr std::size_t kAlignment = 16;
  static constexpr bool kThreadSafe = false;

  void* Allocate(std::size_t n) noexcept { return Make({Called::kAllocate, kNoBlock, n, 0}); }
  void* AllocateZeroed(std::size_t n) noexcept { return Make({Called::kZeroed, kNoBlock, n, 0}); }
  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept {
    return Make({Called::kAligned, kNoBlock, n, alignment});
  }
  void* Reallocate(void* p, std::size_t n) noexcept {
    return Make({Called::kReallocate, NumberOf(p), n, 0});
  }
  void Free(void* p) noexcept { calls.push_back({Called::kFree, NumberOf(p), 0, 0}); }
  std::size_t UsableSize(const void*) const noexcept { return 0; }
  template <class Visit>
  void Walk(Visit&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }

  std::vector<Call> calls;
  std::size_t refuse_every = 0;  // 0: never

 private:
  void* Make(const Call& call) {
    calls.push_back(call);
    if (refuse_every != 0 && calls.size() % refuse_every == 0) return nullptr;
    return &blocks_.emplace_back(blocks_.size());
  }
  static std::size_t NumberOf(void* p) {
    return p == nullptr ? kNoBlock : *static_cast<std::size_t*>(p);
  }

  std::deque<std::size_t> blocks_;  // a block is its own number
};

struct Interpreted {
  std::vector<Call> calls;
  std::uint64_t failures = 0;
};

// What the calls of `program` should be, on an allocator that refuses every `refuse_every`-th call.
Interpreted Interpret(const Program& program, std::size_t refuse_every) {
  Interpreted result;
  std::vector<std::size_t> slots(program.slots, kNoBlock);
  std::size_t blocks = 0;
  const auto make = [&](std::size_t slot, const Call& call, bool keeps_old) {
    result.calls.push_back(call);
    if (refuse_every != 0 && result.calls.size() % refuse_every == 0) {
      result.failures += call.bytes != 0 ? 1 : 0;  // null for nothing is fine
      if (!keeps_old) slots[slot] = kNoBlock;
    } else {
      slots[slot] = blocks++;
    }
  };
  for (const Op& op : program.ops) {
    const std::size_t old = slots[op.slot];
    switch (op.kind) {
      case OpKind::kMalloc:
        make(op.slot, {Called::kAllocate, kNoBlock, op.size, 0}, false);
        break;
      case OpKind::kCalloc:
        make(op.slot, {Called::kZeroed, kNoBlock, op.size, 0}, false);
        break;
      case OpKind::kRealloc:
        if (old == kNoBlock) {
          make(op.slot, {Called::kAllocate, kNoBlock, op.size, 0}, false);
        } else {
          make(op.slot, {Called::kReallocate, old, op.size, 0}, true);
        }
        break;
      case OpKind::kAligned: {
        const std::size_t alignment = std::size_t{1} << op.alignment_log2;
        const bool plain = alignment <= 16;
        make(op.slot,
             {plain ? Called::kAllocate : Called::kAligned, kNoBlock, op.size,
              plain ? 0 : alignment},
             false);
        break;
      }
      case OpKind::kFree:
        result.calls.push_back({Called::kFree, old, 0, 0});
        slots[op.slot] = kNoBlock;
        break;
      case OpKind::kWait:
      case OpKind::kPause:
        ADD_FAILURE() << "a program that runs alone waits for nobody";
    }
  }
  return result;
}

void ExpectSameCalls(const Program& program, std::size_t refuse_every) {
  Scribe scribe;
  scribe.refuse_every = refuse_every;
  std::vector<void*> slots(program.slots, nullptr);
  const std::uint64_t failures = Replay<Scribe, Touch::kNone>(
      scribe, program.ops.data(), program.ops.data() + program.ops.size(), slots.data());
  const Interpreted expected = Interpret(program, refuse_every);
  EXPECT_EQ(failures, expected.failures);
  ASSERT_EQ(scribe.calls.size(), expected.calls.size());
  for (std::size_t i = 0; i < expected.calls.size(); ++i) {
    ASSERT_EQ(scribe.calls[i], expected.calls[i]) << "operation " << i;
  }
}

TEST(Replay, MakesTheCallsOfTheProgram) {
  const std::uint64_t seed = TestSeed();
  for (std::uint64_t i = 0; i < 20; ++i) ExpectSameCalls(RandomProgram(seed + i), 0);
}

TEST(Replay, LeavesNullBehindWhereACallIsRefused) {
  const std::uint64_t seed = TestSeed();
  for (const std::size_t every : {1u, 2u, 3u, 7u, 50u}) {
    ExpectSameCalls(RandomProgram(seed + every), every);
  }
}

TEST(Replay, AReallocToNothingFreesTheBlock) {
  const Op ops[] = {
      {0, OpKind::kMalloc, 0, 0, 8}, {0, OpKind::kRealloc, 0, 0, 0}, {0, OpKind::kFree, 0, 0, 0}};
  Scribe scribe;
  void* slot = nullptr;
  const std::uint64_t failures =
      Replay<Scribe, Touch::kNone>(scribe, std::begin(ops), std::end(ops), &slot);
  EXPECT_EQ(failures, 0u);
  ASSERT_EQ(scribe.calls.size(), 3u);
  EXPECT_EQ(scribe.calls[1], (Call{Called::kFree, 0, 0, 0}));
  EXPECT_EQ(scribe.calls[2], (Call{Called::kFree, kNoBlock, 0, 0}));
}

TEST(Replay, AFreedSlotIsNull) {
  const Op ops[] = {{0, OpKind::kMalloc, 0, 0, 8},
                    {0, OpKind::kFree, 0, 0, 8},
                    {0, OpKind::kFree, 0, 0, 8},
                    {0, OpKind::kRealloc, 0, 0, 8}};
  Scribe scribe;
  void* slot = nullptr;
  EXPECT_EQ((Replay<Scribe, Touch::kNone>(scribe, std::begin(ops), std::end(ops), &slot)), 0u);
  ASSERT_EQ(scribe.calls.size(), 4u);
  EXPECT_EQ(scribe.calls[2], (Call{Called::kFree, kNoBlock, 0, 0}));
  EXPECT_EQ(scribe.calls[3], (Call{Called::kAllocate, kNoBlock, 8, 0}));
}

// C lets a library answer a request for nothing with null.
TEST(Replay, NullForNothingIsNoFailure) {
  const Op ops[] = {{0, OpKind::kMalloc, 0, 0, 0},   {1, OpKind::kCalloc, 0, 0, 0},
                    {2, OpKind::kAligned, 6, 0, 0},  {0, OpKind::kFree, 0, 0, 0},
                    {1, OpKind::kRealloc, 0, 0, 0},  {0, OpKind::kMalloc, 0, 0, 1},
                    {1, OpKind::kCalloc, 0, 0, 1},   {2, OpKind::kAligned, 6, 0, 1},
                    {3, OpKind::kRealloc, 0, 0, 100}};
  Scribe scribe;
  scribe.refuse_every = 1;
  void* slots[4] = {};
  const Op* const with_bytes = std::begin(ops) + 5;
  EXPECT_EQ((Replay<Scribe, Touch::kNone>(scribe, std::begin(ops), with_bytes, slots)), 0u);
  EXPECT_EQ((Replay<Scribe, Touch::kNone>(scribe, with_bytes, std::end(ops), slots)), 4u);
}

// A bump allocator over zeroed memory, to see the touching.
class Zeroed {
 public:
  static constexpr std::size_t kAlignment = 16;
  static constexpr bool kThreadSafe = false;

  void* Allocate(std::size_t n) noexcept {
    void* block = memory + used;
    used += (n + 15) / 16 * 16;
    return block;
  }
  void Free(void*) noexcept {}
  std::size_t UsableSize(const void*) const noexcept { return 0; }
  template <class Visit>
  void Walk(Visit&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }

  alignas(64) unsigned char memory[4096] = {};
  std::size_t used = 0;
};

TEST(Replay, TouchesWhatItGets) {
  const Op ops[] = {{0, OpKind::kMalloc, 0, 0, 7}, {1, OpKind::kCalloc, 0, 0, 9}};
  void* slots[2] = {};
  Zeroed zeroed;
  EXPECT_EQ((Replay<Zeroed, Touch::kByte>(zeroed, std::begin(ops), std::end(ops), slots)), 0u);
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(zeroed.memory[i], 7) << i;
  for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(zeroed.memory[16 + i], 9) << i;
  EXPECT_EQ(zeroed.memory[7], 0);
  EXPECT_EQ(zeroed.memory[25], 0);
}

}  // namespace
}  // namespace alloclab
