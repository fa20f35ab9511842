// The score, against numbers worked out by hand.

#include "bench/grade/score.h"

#include <gtest/gtest.h>

namespace alloclab::grade {
namespace {

TraceGrade Correct(std::uint64_t live, std::uint64_t heap, std::uint64_t solution,
                   std::uint64_t reference) {
  TraceGrade grade;
  grade.check.live_bytes_peak = live;
  grade.check.heap_bytes_peak = heap;
  grade.count.counts = InstructionCounts{10, 1000, reference + 1000, solution + 1000};
  return grade;
}

TraceGrade Failed() {
  TraceGrade grade;
  grade.check.rule = LabRule::kOverlap;
  // What a failed trace had come to counts for nothing.
  grade.check.live_bytes_peak = 100;
  grade.check.heap_bytes_peak = 100;
  grade.count.counts = InstructionCounts{10, 1000, 2000, 1001};
  return grade;
}

TEST(Score, IsWeightedUtilisationAndThroughput) {
  const Score score =
      ScoreOf({Correct(50, 100, 3000, 1000), Correct(90, 100, 1000, 1000)}, 0.6, true);
  EXPECT_EQ(score.correct, 2u);
  EXPECT_EQ(score.traces, 2u);
  EXPECT_DOUBLE_EQ(score.utilisation, 0.7);
  // Of all operations together, and not the mean of 1/3 and 1.
  EXPECT_DOUBLE_EQ(*score.throughput, 0.5);
  EXPECT_DOUBLE_EQ(score.instructions_per_operation, 200);
  EXPECT_DOUBLE_EQ(score.reference_per_operation, 100);
  EXPECT_DOUBLE_EQ(score.points, 100 * (0.6 * 0.7 + 0.4 * 0.5));
}

TEST(Score, FasterThanTheReferenceEarnsNoMore) {
  const Score score = ScoreOf({Correct(50, 100, 500, 1000)}, 0.25, true);
  EXPECT_DOUBLE_EQ(*score.throughput, 2);
  EXPECT_DOUBLE_EQ(score.points, 100 * (0.25 * 0.5 + 0.75));
}

TEST(Score, FailedTracesEarnNothing) {
  const Score score = ScoreOf({Correct(80, 100, 2000, 1000), Failed()}, 0.6, true);
  EXPECT_EQ(score.correct, 1u);
  EXPECT_DOUBLE_EQ(score.utilisation, 0.4);
  EXPECT_DOUBLE_EQ(*score.throughput, 0.5);
  EXPECT_DOUBLE_EQ(score.points, 100 * (0.6 * 0.4 + 0.4 * 0.5 * 0.5));
  EXPECT_EQ(ScoreOf({Failed(), Failed()}, 0.6, true).points, 0);
}

TEST(Score, WhatCouldNotBeCountedIsInfinitelySlow) {
  TraceGrade uncounted = Correct(80, 100, 1, 1);
  uncounted.count = {std::nullopt, "too slow"};
  const Score score = ScoreOf({Correct(80, 100, 1000, 1000), uncounted}, 0.6, true);
  EXPECT_EQ(score.throughput, 0);
  EXPECT_DOUBLE_EQ(score.points, 100 * 0.6 * 0.8);
}

TEST(Score, WithoutCostIsUtilisation) {
  const Score score = ScoreOf({Correct(80, 100, 2000, 1000), Failed()}, 0.6, false);
  EXPECT_FALSE(score.throughput.has_value());
  EXPECT_DOUBLE_EQ(score.points, 40);
}

}  // namespace
}  // namespace alloclab::grade
