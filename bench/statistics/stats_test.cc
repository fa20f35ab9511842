// The statistics against their definitions, and the interval against how often it holds the truth.

#include "bench/statistics/stats.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "traces/test_seed.h"

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
  for (const double ratio : LogRatios({10, 200, 30}, {20, 400, 60})) {
    EXPECT_DOUBLE_EQ(ratio, std::log(0.5));
  }
  const Ratio ratio = PairedRatio({10, 200, 30}, {20, 400, 60});
  EXPECT_DOUBLE_EQ(ratio.median, 0.5);
  EXPECT_DOUBLE_EQ(ratio.interval.low, 0.5);
  EXPECT_DOUBLE_EQ(ratio.interval.high, 0.5);
  EXPECT_EQ(ratio.blocks, 3u);
}

// A row that stopped early is held against the blocks that it was in.
TEST(Stats, OnlySharedBlocksArePaired) {
  EXPECT_EQ(LogRatios({2, 4}, {2, 4, 8}).size(), 2u);
  EXPECT_EQ(PairedRatio({3, 3, 3, 99}, {1, 1, 1}).blocks, 3u);
  EXPECT_DOUBLE_EQ(PairedRatio({3, 3, 3, 99}, {1, 1, 1}).median, 3);
  EXPECT_EQ(PairedRatio({}, {1}).blocks, 0u);
  EXPECT_DOUBLE_EQ(PairedMedian({3, 3, 3, 99}, {1, 1, 1}), 3);
  EXPECT_DOUBLE_EQ(PairedMedian({10, 200, 30, 7}, {20, 400, 30, 7}), std::sqrt(0.5));
  EXPECT_EQ(PairedMedian({}, {1}), 1);
}

TEST(Stats, ReachIsTheFartherEnd) {
  EXPECT_DOUBLE_EQ((Ratio{2, {1, 3}, 6}.Reach()), 2);
  EXPECT_DOUBLE_EQ((Ratio{2, {1.5, 4}, 6}.Reach()), 2);
}

TEST(Stats, OutliersLieFarFromTheOthers) {
  EXPECT_TRUE(Outliers({}).empty());
  EXPECT_TRUE(Outliers({7}).empty());
  // Of 1, 2, 4, 8, 16 the median distance is a factor of 2; three deviations are 2^4.4.
  EXPECT_TRUE(Outliers({1, 2, 4, 8, 16}).empty());
  EXPECT_TRUE(Outliers({1, 2, 4, 8, 4 * 20}).empty());
  EXPECT_EQ(Outliers({1, 2, 4, 8, 4 * 22}), (std::vector<std::size_t>{4}));
  EXPECT_EQ(Outliers({2, 8, 4.0 / 22, 4, 4}), (std::vector<std::size_t>{2}));
  // Equal values have no deviation, but the least there is: three hundredths.
  EXPECT_TRUE(Outliers({10, 10, 10, 10, 10.3}).empty());
  EXPECT_EQ(Outliers({10.4, 10, 10, 9.6, 10}), (std::vector<std::size_t>{0, 3}));
}

TEST(Stats, BlocksTakeTurns) {
  for (const std::size_t rows : {1u, 2u, 3u, 4u, 7u, 14u, 15u}) {
    const std::size_t blocks = rows % 2 == 0 ? rows : 2 * rows;
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> at, follows;
    for (std::size_t block = 0; block < blocks; ++block) {
      const std::vector<std::size_t> order = BlockOrder(rows, block);
      EXPECT_EQ(std::set<std::size_t>(order.begin(), order.end()).size(), rows);
      for (std::size_t place = 0; place < rows; ++place) {
        ++at[{order[place], place}];
        if (place > 0) ++follows[{order[place - 1], order[place]}];
      }
    }
    // A row and a place, or a row and another before it, in each way that there is.
    EXPECT_EQ(at.size(), rows * rows);
    EXPECT_EQ(follows.size(), rows * (rows - 1));
    for (const auto& [_, times] : at) EXPECT_EQ(times, blocks / rows) << rows << " rows";
    for (const auto& [_, times] : follows) EXPECT_EQ(times, blocks / rows) << rows << " rows";
  }
}

TEST(Stats, RepetitionsMakeARunLongEnough) {
  using std::chrono::milliseconds;
  EXPECT_EQ(Repetitions(2'000'000, 0, milliseconds(20)), 1u);
  EXPECT_EQ(Repetitions(UINT64_MAX, UINT64_MAX, milliseconds(20)), 1u);
  EXPECT_EQ(Repetitions(1'000'000, 0, milliseconds(20)), 2u);
  EXPECT_EQ(Repetitions(2000, 0, milliseconds(20)), 1000u);
  EXPECT_EQ(Repetitions(2000, 0, milliseconds(5)), 250u);
  EXPECT_EQ(Repetitions(2000, 0, milliseconds(0)), 1u);
  // 10 operations on blocks of a million lines each, which are touched: not a hundred nanoseconds.
  EXPECT_EQ(Repetitions(10, 10'000'000, milliseconds(20)), 2u);
  EXPECT_EQ(Repetitions(0, 0, milliseconds(20)), 20'000'000u);
}

TEST(Stats, IntervalOfEqualValuesIsAPoint) {
  const Interval interval = BootstrapMedian({2, 2, 2});
  EXPECT_EQ(interval.low, 2);
  EXPECT_EQ(interval.high, 2);
  EXPECT_EQ(BootstrapMedian({}).low, 0);
}

double Binomial(int n, int k) {
  return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1));
}

// The probability that the median of `n` (odd) draws from n values is at most the k-th smallest:
// that more than half of the draws are.
double MedianIsAtMost(int n, int k) {
  const double p = static_cast<double>(k) / n;
  double sum = 0;
  for (int hits = n / 2 + 1; hits <= n; ++hits) {
    sum += Binomial(n, hits) * std::pow(p, hits) * std::pow(1 - p, n - hits);
  }
  return sum;
}

// For an odd number of values, from binomials. How much is left out on either side is from tables
// of Student's t and the normal distribution.
TEST(Stats, IntervalIsThatOfTheDistributionOfMedians) {
  struct Known {
    int values;
    double tail;  // Phi(-sqrt(n / (n - 1)) t(n - 1, 0.975))
  };
  for (const Known known :
       {Known{7, 0.0041}, Known{9, 0.0072}, Known{15, 0.0132}, Known{25, 0.0176}}) {
    std::vector<double> values;
    for (int i = 1; i <= known.values; ++i) values.push_back(i);
    int low = 1;
    while (MedianIsAtMost(known.values, low) <= known.tail) ++low;
    const Interval interval = BootstrapMedian(values);
    EXPECT_EQ(interval.low, low) << known.values << " values";
    EXPECT_EQ(interval.high, known.values + 1 - low) << known.values << " values";
  }
}

// For any number, by drawing: the interval's ends lie where 200000 drawn medians say, as far as
// that many can tell.
TEST(Stats, IntervalIsThatOfDrawnMedians) {
  struct Known {
    int values;
    double tail;
  };
  std::mt19937_64 random(5);
  for (const Known known :
       {Known{6, 0.0024}, Known{8, 0.0057}, Known{9, 0.0072}, Known{14, 0.0125}}) {
    std::vector<double> values, sample;
    for (int i = 0; i < known.values; ++i)
      values.push_back(std::ldexp(double(random() >> 11), -53));
    sample.resize(values.size());
    const Interval interval = BootstrapMedian(values);
    int below = 0, at_most = 0, above = 0, at_least = 0;
    constexpr int kDrawn = 200000;
    for (int i = 0; i < kDrawn; ++i) {
      for (double& drawn : sample) drawn = values[random() % values.size()];
      const double median = Median(sample);
      below += median < interval.low;
      at_most += median <= interval.low;
      above += median > interval.high;
      at_least += median >= interval.high;
    }
    const double slack = 6 * std::sqrt(known.tail / kDrawn) + 0.0001;
    EXPECT_LE(below, (known.tail + slack) * kDrawn) << known.values;
    EXPECT_GE(at_most, (known.tail - slack) * kDrawn) << known.values;
    EXPECT_LE(above, (known.tail + slack) * kDrawn) << known.values;
    EXPECT_GE(at_least, (known.tail - slack) * kDrawn) << known.values;
  }
}

// Hundreds of values, where factorials and powers are beyond what a double holds.
TEST(Stats, IntervalOfManyValuesIsNarrowAndAroundTheMiddle) {
  for (const int count : {999, 1000}) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i) values.push_back(i);
    const Interval interval = BootstrapMedian(values);
    // 1.96 standard deviations of a binomial's half are 31.
    EXPECT_NEAR(interval.low, count / 2.0 - 31, 2);
    EXPECT_NEAR(interval.high, count / 2.0 + 31, 2);
  }
}

// Of 1000 intervals about 95 in 100 hold the median that the draws came from, whether there are few
// draws or many, and whether they are well-behaved or, as times are, mostly quick and now and then
// slow.
TEST(Stats, IntervalHoldsTheTruthAsOftenAsItSays) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> mild(0, 0.2);
  std::exponential_distribution<double> skewed(std::log(2));  // the median of both is 1
  for (const int blocks : {6, 9, 15}) {
    for (const bool skew : {false, true}) {
      int held = 0;
      for (int i = 0; i < 1000; ++i) {
        std::vector<double> values(static_cast<std::size_t>(blocks));
        for (double& value : values) value = skew ? skewed(random) : mild(random);
        const Interval interval = BootstrapMedian(values);
        held += interval.low <= 1 && 1 <= interval.high;
      }
      // 950 of 1000 is the promise; six standard deviations are 41. It may be better than promised
      // (six values: 969), because an interval ends at values that are there.
      EXPECT_GE(held, 909) << blocks << " blocks" << (skew ? ", skewed" : "");
      EXPECT_LE(held, 996) << blocks << " blocks" << (skew ? ", skewed" : "");
    }
  }
}

}  // namespace
}  // namespace alloclab
