// The machine that all comparisons share, on injected runs: which rows a block runs, what they are
// held against, and what follows when one of the pair that measures the noise fails. Times are
// chosen so that every verdict can be told by hand.

#include "bench/statistics/block_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace alloclab {
namespace {

// Rows 0 and 1 are allocators, 2 is system, 3 system once more, 4 a companion.
constexpr std::size_t kQuick = 0;
constexpr std::size_t kSlow = 1;
constexpr std::size_t kSystem = 2;
constexpr std::size_t kAgain = 3;
constexpr std::size_t kFloor = 4;

class BlockRowsTest : public testing::Test {
 protected:
  // Runs blocks as long as there is anything to run.
  void Run(const BlockLimits& limits) {
    while (rows_.RunBlock(limits, [this](std::size_t row) { return RunOf(row); }) ==
           BlockEnd::kCompleted) {
    }
  }

  RowRun RunOf(std::size_t row) {
    ran_.push_back(row);
    const auto times = static_cast<std::size_t>(std::count(ran_.begin(), ran_.end(), row));
    if (row == fails_ && times == fails_at_) return {.reason = "crashed"};
    return {.figures = {ns_[row], 7}};
  }

  std::size_t RunsOf(std::size_t row) const {
    return static_cast<std::size_t>(std::count(ran_.begin(), ran_.end(), row));
  }

  BlockRows rows_{3, kSystem, 1};
  std::vector<double> ns_ = {8, 12, 10, 10, 1};  // of each row, in every block
  std::size_t fails_ = SIZE_MAX, fails_at_ = 1;
  std::vector<std::size_t> ran_;
};

TEST_F(BlockRowsTest, EveryRowRunsOnceInEveryBlock) {
  Run({.blocks = 4});
  EXPECT_EQ(ran_.size(), 20u);
  for (std::size_t block = 0; block < 4; ++block) {
    const auto first = ran_.begin() + static_cast<std::ptrdiff_t>(5 * block);
    std::vector<std::size_t> of_block(first, first + 5);
    std::sort(of_block.begin(), of_block.end());
    EXPECT_EQ(of_block, (std::vector<std::size_t>{0, 1, 2, 3, 4})) << block;
  }
  EXPECT_EQ(rows_.Values(kSlow), std::vector<double>(4, 12));
  EXPECT_EQ(rows_.Values(kSlow, 1), std::vector<double>(4, 7));
}

TEST_F(BlockRowsTest, TheFastestLeadsAndWhoIsKnownToBeSlowerDoesNot) {
  Run({.blocks = 6});
  EXPECT_DOUBLE_EQ(rows_.ToSystem(kQuick).median, 0.8);
  EXPECT_DOUBLE_EQ(rows_.ToSystem(kSlow).median, 1.2);
  EXPECT_DOUBLE_EQ(rows_.ToSystem(kSystem).median, 1);
  EXPECT_DOUBLE_EQ(rows_.ToSystem(kSlow, 1).median, 1);
  EXPECT_DOUBLE_EQ(rows_.Noise(), 1.005);
  EXPECT_TRUE(rows_.Leads(kQuick));
  EXPECT_FALSE(rows_.Leads(kSlow));
  EXPECT_FALSE(rows_.Leads(kSystem));
}

TEST_F(BlockRowsTest, WhoIsNotKnownToBeSlowerLeadsToo) {
  ns_[kAgain] = 16;  // where system takes 1.6 times as long as itself, 1.5 is nothing
  Run({.blocks = 6});
  EXPECT_DOUBLE_EQ(rows_.Noise(), 1.6);
  EXPECT_TRUE(rows_.Leads(kQuick));
  EXPECT_TRUE(rows_.Leads(kSlow));
}

TEST_F(BlockRowsTest, WhatIsKnownIsNotRunAgain) {
  ns_[kSlow] = 200;
  Run({.blocks = 5});
  EXPECT_EQ(RunsOf(kSlow), 3u);
  for (const std::size_t row : {kQuick, kSystem, kAgain, kFloor}) EXPECT_EQ(RunsOf(row), 5u);
  EXPECT_FALSE(rows_.Leads(kSlow));
}

// With the last row that needs a block the pair and the companion end, too; asked again, the block
// is counted, and runs nothing.
TEST_F(BlockRowsTest, NothingIsRunWhenAllIsKnown) {
  Run({.blocks = 100, .precision = 0.01});
  EXPECT_EQ(ran_.size(), 6u * 5);
  EXPECT_EQ(rows_.block(), 7u);
}

TEST_F(BlockRowsTest, AFailedRowIsNotRunAgainAndHasNoFigures) {
  fails_ = kQuick;
  fails_at_ = 3;
  Run({.blocks = 6});
  EXPECT_EQ(RunsOf(kQuick), 3u);
  EXPECT_EQ(rows_.reason(kQuick), "crashed");
  EXPECT_TRUE(rows_.Values(kQuick).empty());
  EXPECT_EQ(rows_.ToSystem(kQuick).blocks, 0u);
  EXPECT_FALSE(rows_.Leads(kQuick));
  // Then the fastest of the others leads.
  EXPECT_TRUE(rows_.Leads(kSystem));
  EXPECT_FALSE(rows_.Leads(kSlow));
}

// Without `system` there is no ratio, and one row cannot be told from another: nobody leads, least
// of all one that takes eight times as long as the next.
void ExpectNothingIsClaimed(const BlockRows& rows) {
  for (const std::size_t row : {kQuick, kSlow, kSystem}) {
    EXPECT_EQ(rows.ToSystem(row).blocks, 0u) << row;
    EXPECT_FALSE(rows.Leads(row)) << row;
  }
  EXPECT_EQ(rows.ToItself().blocks, 0u);
  EXPECT_EQ(rows.reason(kSystem), "crashed");
  // The others have figures of their own all the same.
  EXPECT_FALSE(rows.failed(kQuick));
  EXPECT_EQ(rows.Values(kQuick).size(), 6u);
  EXPECT_EQ(rows.Values(kSlow).size(), 6u);
}

TEST_F(BlockRowsTest, WithoutSystemNothingIsClaimed) {
  ns_[kSlow] = 64;
  for (const std::size_t at : {1u, 4u}) {
    rows_ = BlockRows(3, kSystem, 1);
    ran_.clear();
    fails_ = kSystem;
    fails_at_ = at;
    Run({.blocks = 6});
    ExpectNothingIsClaimed(rows_);
    EXPECT_EQ(RunsOf(kSystem), at);
    EXPECT_LE(RunsOf(kAgain), at);
  }
}

// The noise would be that of the blocks before, or none, and claims would become bolder.
TEST_F(BlockRowsTest, SystemFailsWithItsSecond) {
  ns_[kSlow] = 64;
  for (const std::size_t at : {1u, 4u}) {
    rows_ = BlockRows(3, kSystem, 1);
    ran_.clear();
    fails_ = kAgain;
    fails_at_ = at;
    Run({.blocks = 6});
    ExpectNothingIsClaimed(rows_);
    EXPECT_EQ(RunsOf(kAgain), at);
    EXPECT_EQ(RunsOf(kSystem), at);
  }
}

TEST_F(BlockRowsTest, WhatFailedBeforeTheFirstBlockIsNotRun) {
  rows_.Fail(kSystem, "refused");
  rows_.Fail(kSlow, "refused");
  rows_.Fail(kFloor, "refused");
  Run({.blocks = 2});
  EXPECT_EQ(ran_, (std::vector<std::size_t>{kQuick, kQuick}));
  rows_.Fail(kQuick, "refused");
  EXPECT_EQ(rows_.RunBlock({}, [](std::size_t) { return RowRun(); }), BlockEnd::kNothingToRun);
}

TEST_F(BlockRowsTest, AnInterruptedBlockIsCut) {
  const BlockLimits limits = {.interrupted = [this] { return ran_.size() == 7; }};
  const auto run = [this](std::size_t row) { return RunOf(row); };
  EXPECT_EQ(rows_.RunBlock(limits, run), BlockEnd::kCompleted);
  EXPECT_EQ(rows_.RunBlock(limits, run), BlockEnd::kCut);
  EXPECT_EQ(ran_.size(), 7u);
  EXPECT_EQ(rows_.block(), 1u);
}

// In its last run there was nothing left to cut.
TEST_F(BlockRowsTest, ABlockThatIsInterruptedInItsLastRunIsCompleted) {
  const BlockLimits limits = {.interrupted = [this] { return ran_.size() == 5; }};
  EXPECT_EQ(rows_.RunBlock(limits, [this](std::size_t row) { return RunOf(row); }),
            BlockEnd::kCompleted);
}

TEST_F(BlockRowsTest, ARunThatWasNotWaitedForSaysNothing) {
  const auto interrupted = [](std::size_t) { return RowRun{.interrupted = true}; };
  EXPECT_EQ(rows_.RunBlock({}, interrupted), BlockEnd::kCut);
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    EXPECT_FALSE(rows_.failed(row));
    EXPECT_TRUE(rows_.Values(row).empty());
  }
}

}  // namespace
}  // namespace alloclab
