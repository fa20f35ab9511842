// The statistics against their definitions, and the interval against how often it holds the truth.

#include "bench/stats.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <set>
#include <vector>

namespace alloclab {
namespace {

TEST(Stats, MedianIsTheMiddle) {
  EXPECT_EQ(Median({}), 0);
  EXPECT_EQ(Median({3}), 3);
  EXPECT_EQ(Median({5, 1, 3}), 3);
  EXPECT_EQ(Median({10, 1, 2, 4}), 3);
}

// A spell that slows one block of both by ten leaves the ratios alone.
TEST(Stats, RatiosArePaired) {
  EXPECT_EQ(PairedRatios({10, 200, 30}, {20, 400, 60}), (std::vector<double>{0.5, 0.5, 0.5}));
}

TEST(Stats, BlocksTakeTurns) {
  EXPECT_EQ(BlockOrder(3, 0), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(BlockOrder(3, 1), (std::vector<std::size_t>{2, 0, 1}));
  for (std::size_t place = 0; place < 5; ++place) {
    std::set<std::size_t> seen;
    for (std::size_t block = 0; block < 5; ++block) seen.insert(BlockOrder(5, block)[place]);
    EXPECT_EQ(seen.size(), 5u) << "place " << place;
  }
}

TEST(Stats, RepetitionsMakeARunLongEnough) {
  EXPECT_EQ(Repetitions(2'000'000, 0), 1u);
  EXPECT_EQ(Repetitions(UINT64_MAX, UINT64_MAX), 1u);
  EXPECT_EQ(Repetitions(1'000'000, 0), 2u);
  EXPECT_EQ(Repetitions(2000, 0), 1000u);
  // 10 operations on 64 MB each: a million lines, not a hundred nanoseconds.
  EXPECT_EQ(Repetitions(10, 640'000'000), 2u);
  EXPECT_EQ(Repetitions(0, 0), 20'000'000u);
}

TEST(Stats, IntervalOfEqualValuesIsAPoint) {
  const Interval interval = BootstrapMedian({2, 2, 2});
  EXPECT_EQ(interval.low, 2);
  EXPECT_EQ(interval.high, 2);
  EXPECT_EQ(BootstrapMedian({}).low, 0);
}

// Of 400 intervals from 15 draws each, about 95 in 100 hold the median that the draws came from.
TEST(Stats, IntervalHoldsTheTruthAsOftenAsItSays) {
  const std::uint64_t seed = std::random_device{}();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> draw(0, 0.2);  // its median is 1
  int held = 0;
  for (int i = 0; i < 400; ++i) {
    std::vector<double> values(15);
    for (double& value : values) value = draw(random);
    const Interval interval = BootstrapMedian(values);
    held += interval.low <= 1 && 1 <= interval.high;
  }
  // 380 expected; six standard deviations are 26.
  EXPECT_GE(held, 350);
  EXPECT_LE(held, 399);
}

}  // namespace
}  // namespace alloclab
