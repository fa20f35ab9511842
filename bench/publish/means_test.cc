// Means over traces: their value, their interval and their noise.

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "bench/publish/geometric_mean.h"
#include "bench/publish/judged_mean.h"
#include "bench/publish/published_table.h"

namespace alloclab::publish {
namespace {

TEST(GeometricMean, IsKnown) {
  EXPECT_DOUBLE_EQ(GeometricMean(std::vector<double>{2, 8}), 4);
  EXPECT_EQ(GeometricMean(std::vector<double>{}), 0);
  // Two ratios of 1.1 to either side: the mean is known by the root of two better.
  const Judged mean =
      GeometricMean(std::vector<Judged>{{2, 2 / 1.1, 2 * 1.1}, {8, 8 / 1.1, 8 * 1.1}});
  EXPECT_DOUBLE_EQ(mean.ratio, 4);
  EXPECT_NEAR(mean.low, 4 / std::pow(1.1, 1 / std::sqrt(2)), 1e-8);
  EXPECT_NEAR(mean.high, 4 * std::pow(1.1, 1 / std::sqrt(2)), 1e-8);
  // Of one it is that one, to the last bit, on every machine.
  EXPECT_EQ(GeometricMean(std::vector<double>{1.005}), 1.005);
  EXPECT_EQ(GeometricMean(std::vector<Judged>{{1.125, 1.005, 1.3}}), (Judged{1.125, 1.005, 1.3}));
  // One that is no ratio would make all others nothing.
  for (const double none : {0.0, -1.0, std::nan("")}) {
    EXPECT_THROW(GeometricMean(std::vector<double>{2, none}), std::domain_error) << none;
    EXPECT_THROW(GeometricMean(std::vector<Judged>{{2, 1, 3}, {none, 1, 2}}), std::domain_error);
    EXPECT_THROW(GeometricMean(std::vector<Judged>{{2, none, 3}}), std::domain_error) << none;
  }
  // The two sides have nothing to do with each other.
  const Judged lopsided = GeometricMean(std::vector<Judged>{{2, 2, 3}, {2, 2, 2}});
  EXPECT_DOUBLE_EQ(lopsided.low, 2);
  EXPECT_NEAR(lopsided.high, 2 * std::sqrt(1.5), 1e-8);
}

// Noise of 1.1 on two traces of one weight, and on one of them with three times the other's.
TEST(NoiseOfMean, IsByTheWeightOfEachCell) {
  const auto noise = [](double one, double other) {
    JudgedCell a{{}, 15, 1.1, one}, b{{}, 15, 1.1, other};
    return NoiseOfMean({a, b});
  };
  EXPECT_NEAR(noise(1, 1), std::pow(1.1, std::sqrt(2.0) / 2), 1e-8);
  EXPECT_NEAR(noise(7, 7), noise(1, 1), 1e-8);
  EXPECT_NEAR(noise(3, 1), std::pow(1.1, std::sqrt(10.0) / 4), 1e-8);
  EXPECT_NEAR(noise(1, 0), 1.1, 1e-8);
  EXPECT_EQ(NoiseOfMean({}), 1.005);
}

}  // namespace
}  // namespace alloclab::publish
