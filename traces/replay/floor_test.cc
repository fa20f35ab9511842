// A plan is held against what any correct placement must be: no two live blocks share a byte, every
// block is aligned and inside the span, for as long as it lives and at its largest. Memory is
// reused as the plan promises.

#include "traces/replay/floor.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "traces/replay/program_image.h"
#include "traces/replay/random_program.h"
#include "traces/replay/replay.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

// Live blocks as address -> size; inserting one that overlaps another fails.
class Intervals {
 public:
  [[nodiscard]] bool Insert(std::uint64_t at, std::uint64_t bytes) {
    const auto next = blocks_.lower_bound(at);
    if (next != blocks_.end() && at + std::max<std::uint64_t>(bytes, 1) > next->first) return false;
    if (next != blocks_.begin()) {
      const auto& [previous, size] = *std::prev(next);
      if (previous + std::max<std::uint64_t>(size, 1) > at) return false;
    }
    blocks_[at] = bytes;
    return true;
  }
  void Erase(std::uint64_t at) { blocks_.erase(at); }

 private:
  std::map<std::uint64_t, std::uint64_t> blocks_;
};

// Runs the program on a Floor over a span that is never written to, and checks every place.
void ExpectPlacesLive(const Program& program) {
  const PlacementPlan plan = PlanPlacement(program.ops, program.slots);
  auto* span = reinterpret_cast<std::byte*>(std::uintptr_t{1} << 40);
  Floor floor(plan, span);
  std::vector<void*> slots(program.slots, nullptr);
  std::vector<bool> live(program.slots, false);
  Intervals intervals;
  for (const Op& op : program.ops) {
    const auto before = reinterpret_cast<std::uintptr_t>(slots[op.slot]);
    if (live[op.slot]) intervals.Erase(before);
    ASSERT_FALSE((ReplayOne<Floor, Touch::kNone>(floor, op, slots[op.slot])));
    live[op.slot] = op.kind != OpKind::kFree;
    if (!live[op.slot]) continue;
    const auto at = reinterpret_cast<std::uintptr_t>(slots[op.slot]);
    ASSERT_TRUE(intervals.Insert(at, op.size)) << "operation " << &op - program.ops.data();
    ASSERT_EQ(at % (std::uintptr_t{1} << std::max<int>(op.alignment_log2, 4)), 0u);
    ASSERT_LE(at + op.size, reinterpret_cast<std::uintptr_t>(span) + plan.bytes);
  }
}

TEST(Floor, NoTwoLiveBlocksShareAByte) {
  const std::uint64_t seed = TestSeed();
  for (std::uint64_t i = 0; i < 20; ++i) ExpectPlacesLive(RandomProgram(seed + i));
}

TEST(Floor, ReusesTheLastFreedPlaceOfTheClass) {
  const Ops ops = {
      {0, OpKind::kMalloc, 0, 0, 40}, {1, OpKind::kMalloc, 0, 0, 40},
      {0, OpKind::kFree, 0, 0, 40},   {1, OpKind::kFree, 0, 0, 40},
      {0, OpKind::kMalloc, 0, 0, 33}, {1, OpKind::kMalloc, 0, 0, 48},
  };
  const PlacementPlan plan = PlanPlacement(ops, 2);
  EXPECT_EQ(plan.places, (std::vector<std::uint32_t>{0, 3, 3, 0}));
  EXPECT_EQ(plan.bytes, 96u);
}

TEST(Floor, LeavesRoomForTheLargestSizeOfALife) {
  const Ops ops = {{0, OpKind::kMalloc, 0, 0, 16},
                   {1, OpKind::kMalloc, 0, 0, 16},
                   {0, OpKind::kRealloc, 0, 0, 160},
                   {0, OpKind::kRealloc, 0, 0, 32}};
  const PlacementPlan plan = PlanPlacement(ops, 2);
  EXPECT_EQ(plan.places, (std::vector<std::uint32_t>{0, 10}));
}

TEST(Floor, AReallocToNothingEndsTheBlock) {
  const Ops ops = {{0, OpKind::kMalloc, 0, 0, 16},
                   {0, OpKind::kRealloc, 0, 0, 0},
                   {0, OpKind::kRealloc, 0, 0, 16}};
  EXPECT_EQ(PlanPlacement(ops, 1).places, (std::vector<std::uint32_t>{0, 0}));
}

TEST(Floor, RefusesWhatDoesNotFit) {
  const Ops huge = {{0, OpKind::kMalloc, 0, 0, std::uint64_t{1} << 60}};
  EXPECT_THROW(PlanPlacement(huge, 1), TraceError);
  const Ops sum = {{0, OpKind::kMalloc, 0, 0, std::uint64_t{40} << 30},
                   {1, OpKind::kMalloc, 0, 0, std::uint64_t{40} << 30}};
  EXPECT_THROW(PlanPlacement(sum, 2), TraceError);
  const Ops aligned = {{0, OpKind::kAligned, 31, 0, 8}};
  EXPECT_THROW(PlanPlacement(aligned, 1), TraceError);
}

// The loop works on a copy of the floor; operations one by one work on the floor itself.
TEST(Floor, ALoopGivesThePlacesThatSingleOperationsAreGiven) {
  const Program program = RandomProgram(TestSeed());
  const PlacementPlan plan = PlanPlacement(program.ops, program.slots);
  auto* span = reinterpret_cast<std::byte*>(std::uintptr_t{1} << 40);
  Floor floor(plan, span);
  std::vector<void*> by_loop(program.slots, nullptr);
  const Op* const begin = program.ops.data();
  ASSERT_EQ((Replay<Floor, Touch::kNone>(floor, begin, begin + program.ops.size(), by_loop.data())),
            0u);
  std::vector<void*> one_by_one(program.slots, nullptr);
  for (const Op& op : program.ops) {
    ReplayOne<Floor, Touch::kNone>(floor, op, one_by_one[op.slot]);
  }
  EXPECT_EQ(by_loop, one_by_one);
}

// A run, a rewind and a second run give the same places.
TEST(Floor, RewindBeginsAgain) {
  Program program = RandomProgram(TestSeed());
  const Ops tail = TailOfFrees(program);
  program.ops.insert(program.ops.end(), tail.begin(), tail.end());
  const PlacementPlan plan = PlanPlacement(program.ops, program.slots);
  auto* span = reinterpret_cast<std::byte*>(std::uintptr_t{1} << 40);
  Floor floor(plan, span);
  const void* first = floor.Allocate(1);
  const void* second = floor.Allocate(1);
  floor.Rewind();
  EXPECT_EQ(floor.Allocate(1), first);
  EXPECT_EQ(floor.Allocate(1), second);
}

}  // namespace
}  // namespace alloclab
