// How often what is claimed is wrong, by simulation of whole comparisons whose truth is known: the
// rates that bench/README.md tells.

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <random>

#include "bench/statistics/block_rows.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

class ErrorRatesTest : public testing::Test {
 protected:
  // A comparison of `allocators` rows that all take the same time, but that single runs scatter.
  BlockRows Compared(std::size_t allocators, double scatter, const BlockLimits& limits) {
    std::normal_distribution<double> jitter(0, scatter);
    BlockRows rows(allocators, 0);
    while (rows.RunBlock(limits, [&](std::size_t) {
      return RowRun{.figures = {std::exp(jitter(random_))}};
    }) == BlockEnd::kCompleted) {
    }
    return rows;
  }

  // The share of comparisons of eleven equal rows of which some row does not lead.
  double ShareWithAFalseLoser(double scatter) {
    constexpr int kComparisons = 800;
    int wrong = 0;
    for (int i = 0; i < kComparisons; ++i) {
      const BlockRows rows = Compared(11, scatter, {.blocks = 15});
      bool all = true;
      for (std::size_t row = 0; row < rows.allocators(); ++row) all = all && rows.Leads(row);
      wrong += !all;
    }
    const double share = static_cast<double>(wrong) / kComparisons;
    std::printf("%.3f of %d comparisons\n", share, kComparisons);
    return share;
  }

  std::mt19937_64 random_{TestSeed()};
};

// Four standard errors beyond the rates that are told: 0.03 and 0.11.
TEST_F(ErrorRatesTest, ARowIsSeldomCalledSlowerThanTheBestOfItsEquals) {
  EXPECT_LT(ShareWithAFalseLoser(0.01), 0.055);
}

TEST_F(ErrorRatesTest, OnANoisyMachineMoreOftenButNotMuch) {
  EXPECT_LT(ShareWithAFalseLoser(0.03), 0.155);
}

// Stopping when the interval is narrow takes from the 95 %, but little.
TEST_F(ErrorRatesTest, WhatStopsAtAPrecisionStillHoldsTheTruth) {
  constexpr int kComparisons = 300;
  for (const double scatter : {0.02, 0.03}) {
    int held = 0;
    for (int i = 0; i < kComparisons; ++i) {
      const BlockRows rows = Compared(2, scatter, {.blocks = 200, .precision = 0.02});
      const Ratio ratio = rows.ToSystem(1);
      held += ratio.interval.low <= 1 && 1 <= ratio.interval.high;
    }
    std::printf("%.3f of %d intervals\n", static_cast<double>(held) / kComparisons, kComparisons);
    EXPECT_GT(static_cast<double>(held) / kComparisons, 0.87) << "scatter " << scatter;
  }
}

}  // namespace
}  // namespace alloclab
