// What is claimed and what is not: chosen ratios, and how often two equal programs are told apart.

#include "bench/statistics/standing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "traces/test_seed.h"

namespace alloclab {
namespace {

constexpr double kQuiet = 1.005;

Judgement Of(double low, double median, double high, std::size_t blocks, double noise = kQuiet) {
  return Judge({median, {low, high}, blocks}, noise);
}

TEST(Standing, IsWhatTheWholeIntervalSays) {
  EXPECT_EQ(Of(0.80, 0.85, 0.90, 15).standing, Standing::kFaster);
  EXPECT_EQ(Of(1.10, 1.15, 1.20, 15).standing, Standing::kSlower);
  EXPECT_EQ(Of(0.98, 1.00, 1.02, 15).standing, Standing::kSame);
  EXPECT_EQ(Of(0.90, 0.95, 1.01, 15).standing, Standing::kUnresolved);
  EXPECT_EQ(Of(0.96, 1.00, 1.04, 15).standing, Standing::kUnresolved);
}

// A difference of two in a hundred is one where system differs from itself by less, and none where
// it differs by as much.
TEST(Standing, NoiseIsNoDifference) {
  EXPECT_EQ(Of(1.015, 1.02, 1.025, 15).standing, Standing::kSlower);
  EXPECT_EQ(Of(1.015, 1.02, 1.025, 15, 1.02).standing, Standing::kSame);
  EXPECT_EQ(Of(1.04, 1.05, 1.06, 15, 1.05).standing, Standing::kUnresolved);
  EXPECT_EQ(Of(0.97, 0.98, 0.99, 15, 1.02).standing, Standing::kUnresolved);
}

// Where system differs from itself by a third, a hundredth is no sameness: the next run may have it
// anywhere. No number of blocks would tell, either.
TEST(Standing, NoiseIsNoSameness) {
  EXPECT_EQ(Of(0.99, 1.00, 1.01, 15, 1.029).standing, Standing::kSame);
  for (const double noise : {kSameWithin, 1.328}) {
    const Judgement judgement = Of(0.99, 1.00, 1.01, 15, noise);
    EXPECT_EQ(judgement.standing, Standing::kUnresolved) << noise;
    EXPECT_EQ(judgement.blocks_needed, 0u) << noise;
  }
}

TEST(Standing, FewBlocksProveOnlyWhatIsPlain) {
  EXPECT_EQ(Of(1.50, 1.55, 1.60, 5).standing, Standing::kUnresolved);
  EXPECT_EQ(Of(1.50, 1.55, 1.60, 6).standing, Standing::kSlower);
  EXPECT_EQ(Of(2.10, 2.50, 2.60, 3).standing, Standing::kSlower);
  EXPECT_EQ(Of(0.30, 0.40, 0.49, 3).standing, Standing::kFaster);
  EXPECT_EQ(Of(2.10, 2.50, 2.60, 2).standing, Standing::kUnresolved);
  EXPECT_EQ(Of(0.999, 1.0, 1.001, 5).standing, Standing::kUnresolved);
}

TEST(Standing, SaysHowManyBlocksWouldDo) {
  EXPECT_EQ(Of(0.80, 0.85, 0.90, 15).blocks_needed, 0u);
  // Twice as far as the difference from noise (as logarithms), and a little: four times the blocks,
  // and one.
  const double difference = kQuiet * std::exp(0.1);
  const double reach = std::exp(0.201);
  EXPECT_EQ(Of(difference / reach, difference, difference * reach, 10).blocks_needed, 41u);
  // No difference at all: until the interval is within what counts as the same.
  const double wide = std::exp(3 * std::log(kSameWithin));
  EXPECT_EQ(Of(1 / wide, 1, wide, 10).blocks_needed, 90u);
  // Nearly there is one more, and never fewer than an interval takes.
  EXPECT_EQ(Of(1.004, 1.1, 1.2, 15).blocks_needed, 16u);
  EXPECT_EQ(Of(1.5, 1.55, 1.6, 2).blocks_needed, 6u);
  // Less than noise, more than the same: no number of blocks.
  EXPECT_EQ(Of(1.03, 1.05, 1.07, 15, 1.10).blocks_needed, 0u);
}

TEST(Standing, NoiseIsHowFarAProgramIsFromItself) {
  EXPECT_DOUBLE_EQ(NoiseOf({1.01, {0.99, 1.04}, 15}), 1.01);
  EXPECT_DOUBLE_EQ(NoiseOf({0.8, {0.70, 1.02}, 15}), 1.25);
  EXPECT_DOUBLE_EQ(NoiseOf({1, {1, 1}, 15}), 1.005);
}

TEST(Standing, EveryStandingHasAName) {
  EXPECT_EQ(std::string(StandingName(Standing::kFaster)), "faster");
  EXPECT_EQ(std::string(StandingName(Standing::kUnresolved)), "unresolved");
}

// 2000 comparisons of a program with itself, with blocks that differ by five in a hundred and now
// and then by a half: a difference may be claimed once in twenty, and is more rarely, because the
// pair that measures the noise has to be quiet at the same time.
TEST(Standing, AProgramIsRarelyToldFromItself) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  std::normal_distribution<double> jitter(0, 0.05);
  std::uniform_int_distribution<int> die(1, 20);
  const auto time = [&] { return std::exp(jitter(random)) * (die(random) == 1 ? 1.5 : 1); };
  int claimed = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<double> one, other, again;
    for (int block = 0; block < 9; ++block) {
      one.push_back(time());
      other.push_back(time());
      again.push_back(time());
    }
    const Standing standing =
        Judge(PairedRatio(one, other), NoiseOf(PairedRatio(again, other))).standing;
    claimed += standing == Standing::kFaster || standing == Standing::kSlower;
  }
  EXPECT_LE(claimed, 100) << "of 2000";
}

// And a program that takes a tenth longer is told from it, given blocks enough.
TEST(Standing, ATenthIsResolved) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  std::normal_distribution<double> jitter(0, 0.03);
  int resolved = 0;
  for (int i = 0; i < 200; ++i) {
    std::vector<double> one, other, again;
    for (int block = 0; block < 30; ++block) {
      one.push_back(1.1 * std::exp(jitter(random)));
      other.push_back(std::exp(jitter(random)));
      again.push_back(std::exp(jitter(random)));
    }
    resolved += Judge(PairedRatio(one, other), NoiseOf(PairedRatio(again, other))).standing ==
                Standing::kSlower;
  }
  EXPECT_GE(resolved, 190) << "of 200";
}

}  // namespace
}  // namespace alloclab
