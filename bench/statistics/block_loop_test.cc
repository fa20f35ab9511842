// When a comparison in blocks ends, and which rows need no further run.

#include "bench/statistics/block_loop.h"

#include <gtest/gtest.h>

#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "bench/candidates/candidate.h"
#include "bench/process/compare_error.h"
#include "bench/statistics/standing.h"

namespace alloclab {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

const std::vector<double> kSystem(kLeastBlocks, 10);

std::vector<double> Times(std::size_t blocks, double time) {
  return std::vector<double>(blocks, time);
}

TEST(BlockLoop, ARowThatIsPlainlySlowIsKnown) {
  EXPECT_TRUE(IsKnown(Times(kLeastBlocksOfPlain, 101), kSystem, {}));
  EXPECT_FALSE(IsKnown(Times(kLeastBlocksOfPlain - 1, 101), kSystem, {}));
  EXPECT_FALSE(IsKnown(Times(kLeastBlocks, 99), kSystem, {}));
  // One block of three may have been a bad moment.
  EXPECT_FALSE(IsKnown({101, 30, 101}, kSystem, {}));
}

TEST(BlockLoop, ARowIsKnownWhenItIsAsPreciseAsWasAskedFor) {
  const BlockLimits two_percent = {.precision = 0.02};
  EXPECT_TRUE(IsKnown(Times(kLeastBlocks, 12), kSystem, two_percent));
  EXPECT_FALSE(IsKnown(Times(kLeastBlocks - 1, 12), kSystem, two_percent));
  EXPECT_FALSE(IsKnown(Times(kLeastBlocks, 12), kSystem, {}));
  EXPECT_FALSE(IsKnown({12, 13, 12, 13, 12, 13}, kSystem, two_percent));
  EXPECT_TRUE(IsKnown({12, 13, 12, 13, 12, 13}, kSystem, {.precision = 0.1}));
}

TEST(BlockLoop, NothingIsKnownWithoutSystem) {
  EXPECT_FALSE(IsKnown(Times(15, 12), {}, {.precision = 0.02}));
}

std::size_t BlocksRun(const BlockLimits& limits, const std::function<BlockEnd()>& run_block,
                      Progress::Show show = {}) {
  Progress progress(std::move(show));
  return RunBlocks(limits, steady_clock::now() + limits.budget, progress, run_block);
}

TEST(BlockLoop, EndsWhenNothingIsLeftToRun) {
  int left = 4;
  const auto block = [&] { return left-- > 0 ? BlockEnd::kCompleted : BlockEnd::kNothingToRun; };
  EXPECT_EQ(BlocksRun({.blocks = 9}, block), 4u);
}

TEST(BlockLoop, ABlockThatWasCutDoesNotCount) {
  int ran = 0;
  const BlockLimits limits = {.interrupted = [&] { return ran == 3; }};
  const auto block = [&] { return ++ran < 3 ? BlockEnd::kCompleted : BlockEnd::kCut; };
  EXPECT_EQ(BlocksRun(limits, block), 2u);
}

// All its runs were done when it was found to be interrupted.
TEST(BlockLoop, ABlockThatWasInterruptedInItsLastRunCounts) {
  int ran = 0;
  const BlockLimits limits = {.interrupted = [&] { return ran == 3; }};
  EXPECT_EQ(BlocksRun(limits, [&] { return ++ran, BlockEnd::kCompleted; }), 3u);
}

TEST(BlockLoop, ABlockOfSeveralIsCutWithTheFirstThatIs) {
  using Ends = std::vector<BlockEnd>;
  constexpr auto kCompleted = BlockEnd::kCompleted, kCut = BlockEnd::kCut,
                 kNothing = BlockEnd::kNothingToRun;
  std::size_t asked = 0;
  const auto of_each = [&](const Ends& ends) {
    asked = 0;
    return RunBlockOfEach(ends, [&](BlockEnd end) { return ++asked, end; });
  };
  EXPECT_EQ(of_each({kNothing, kCompleted, kNothing}), kCompleted);
  EXPECT_EQ(of_each({kNothing, kNothing}), kNothing);
  EXPECT_EQ(of_each({}), kNothing);
  EXPECT_EQ(of_each({kCompleted, kCut, kCompleted}), kCut);
  EXPECT_EQ(asked, 2u);
}

// Of a budget that ends before the first block does, the least number of blocks are run.
TEST(BlockLoop, ABudgetLeavesTheLeastNumberOfBlocks) {
  int ran = 0;
  const auto block = [&] {
    std::this_thread::sleep_for(milliseconds(200));
    return ++ran, BlockEnd::kCompleted;
  };
  EXPECT_EQ(BlocksRun({.blocks = 100, .budget = std::chrono::seconds(1)}, block), kLeastBlocks);
}

// A later block takes at least as long as this one slept, and 96 to 99 are to come.
TEST(BlockLoop, SaysHowLongTheRestWillTake) {
  std::vector<std::chrono::seconds> left;
  Progress progress([&](const CompareProgress& shown) {
    if (shown.left) left.push_back(*shown.left);
  });
  int ran = 0;
  RunBlocks({.blocks = 100}, steady_clock::now(), progress, [&] {
    progress.Next("a run");
    std::this_thread::sleep_for(milliseconds(30));
    return ++ran < 4 ? BlockEnd::kCompleted : BlockEnd::kNothingToRun;
  });
  // Of the four blocks the first knows of none before it.
  ASSERT_EQ(left.size(), 3u);
  for (const auto& seconds : left) EXPECT_GE(seconds.count(), 96 * 30 / 1000);
}

TEST(BlockLoop, RefusesLimitsThatMakeNoSense) {
  EXPECT_THROW(CheckLimits({.blocks = 0}), CompareError);
  EXPECT_THROW(CheckLimits({.precision = -0.1}), CompareError);
  CheckLimits({});
}

}  // namespace
}  // namespace alloclab
