// The record of a cell, from figures chosen so that every number in it can be worked out by hand.

#include "bench/comparison/cell.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "bench/comparison/made_up_rows.h"

namespace alloclab {
namespace {

Cell MadeUp() {
  Cell cell = {.trace = "python", .allocator = {"boundary_tags", Table::kInProcess, ""}};
  cell.memory.live_bytes_peak = 1000;
  cell.memory.held_bytes_peak = 4000;
  cell.memory.held_bytes_at_end = 1000;
  cell.memory.held_over_live_mean = 1.5;
  cell.memory.resident_bytes_peak = 3000;
  cell.memory.allocations = 10;
  cell.memory.blocks_visited = 25;
  cell.memory.counts_search = 1;
  cell.memory.timeline_points = 2;
  cell.memory.timeline[1] = {7, 1, 2, 3, {50, 60, 70, 80, 90}};
  cell.memory.walks = 1;
  cell.memory.held_bytes_at_live_peak = 3000;
  cell.memory.live_bytes_at_live_peak = 1000;
  cell.memory.live_bytes_at_held_peak = 500;
  return cell;
}

const MadeUpRow kTimes = {
    .ns_per_op = {30, 10, 20},
    .elapsed_ns_per_op = {9, 3, 5},
    .faults_per_op = {0.5, 0.1, 0.2},
    .switches = {4, 2, 0},
};

// The record of the first allocator of the table.
nlohmann::ordered_json RecordOf(const Cell& cell, const MadeUpTable& table) {
  return CellRecord(cell, RowsOf(table), 0);
}

// Where system failed.
nlohmann::ordered_json RecordOf(const Cell& cell) {
  return RecordOf(cell, {.allocators = {kTimes, {}}});
}

TEST(Cell, RecordsTimesAgainstItsBaselines) {
  const auto record =
      RecordOf(MadeUp(), {.allocators = {kTimes, {.ns_per_op = {60, 10, 10}}},
                          .floor = {.ns_per_op = {4, 5, 6}, .loop_ns_per_op = {1, 2, 3}}});
  EXPECT_EQ(record["table"], "in_process");
  EXPECT_EQ(record["status"], "ok");
  EXPECT_EQ(record["ns_per_op_blocks"], (std::vector<double>{30, 10, 20}));
  EXPECT_EQ(record["ns_per_op_median"], 20.0);
  EXPECT_EQ(record["ns_per_op_min"], 10.0);
  EXPECT_EQ(record["ns_per_op_max"], 30.0);
  EXPECT_TRUE(record["outlier_blocks"].empty());
  EXPECT_EQ(record["elapsed_ns_per_op_blocks"], (std::vector<double>{9, 3, 5}));
  EXPECT_EQ(record["elapsed_ns_per_op_median"], 5.0);
  EXPECT_EQ(record["floor_ns_per_op"], 5.0);
  EXPECT_EQ(record["floor_share"], 0.25);
  EXPECT_EQ(record["loop_ns_per_op"], 2.0);
  EXPECT_EQ(record["loop_share"], 0.1);
  // Block by block 0.5, 1 and 2: not 20 / 10.
  EXPECT_EQ(record["ratio_to_system"], 1.0);
  EXPECT_DOUBLE_EQ(record["ratio_to_system_interval"][0].get<double>(), 0.5);
  EXPECT_DOUBLE_EQ(record["ratio_to_system_interval"][1].get<double>(), 2.0);
  EXPECT_EQ(record["standing"], "unresolved");
  EXPECT_GT(record["blocks_needed"].get<int>(), 3);
  EXPECT_EQ(record["faults_per_op_median"], 0.2);
  EXPECT_EQ(record["context_switches_median"], 2.0);
}

MadeUpRow Steady(double ns) { return {.ns_per_op = std::vector<double>(6, ns)}; }

// Of an allocator beside system, which takes 10 ns, and `again` once more.
nlohmann::ordered_json Beside(const MadeUpRow& row, double again) {
  return RecordOf(MadeUp(), {.allocators = {row, Steady(10)}, .again = Steady(again)});
}

TEST(Cell, StandsWhereTheBlocksPutIt) {
  EXPECT_EQ(Beside(Steady(8), 10)["standing"], "faster");
  EXPECT_EQ(Beside(Steady(8), 10)["leads"], true);
  EXPECT_EQ(Beside(Steady(12), 10)["standing"], "slower");
  EXPECT_EQ(Beside(Steady(12), 10)["leads"], false);
  EXPECT_EQ(Beside(Steady(10), 10)["standing"], "same");
  EXPECT_FALSE(Beside(Steady(10), 10).contains("blocks_needed"));
  // Where system takes 25 % longer than itself, 20 % is nothing.
  EXPECT_EQ(Beside(Steady(12), 12.5)["standing"], "unresolved");
  EXPECT_TRUE(Beside(Steady(12), 12.5)["blocks_needed"].is_null());
}

nlohmann::ordered_json NoiseOfPair(const MadeUpRow& system, const MadeUpRow& again) {
  return NoiseRecord("python", Table::kPreload, RowsOf({.allocators = {system}, .again = again}));
}

TEST(Cell, NoiseIsSystemAgainstItself) {
  const MadeUpRow again = {.ns_per_op = {10, 10, 10.2, 10, 10, 9.9}};
  const auto record = NoiseOfPair(Steady(10), again);
  EXPECT_EQ(record["table"], "preload");
  EXPECT_EQ(record["trace"], "python");
  EXPECT_EQ(record["ns_per_op_blocks"], again.ns_per_op);
  EXPECT_DOUBLE_EQ(record["ratio_to_system"].get<double>(), 1);
  EXPECT_DOUBLE_EQ(record["noise"].get<double>(), 1.005);
  EXPECT_EQ(record["standing"], "same");
  EXPECT_EQ(NoiseOfPair(Steady(10), Steady(11))["standing"], "slower");
  EXPECT_TRUE(NoiseOfPair({}, {})["noise"].is_null());
}

// What the floor took in the blocks before is no floor of those after.
TEST(Cell, WithoutItsFloorACellHasNoShares) {
  BlockRows rows = RowsOf({.allocators = {kTimes, Steady(10)}, .floor = Steady(1)});
  EXPECT_FALSE(NoiseRecord("python", Table::kPreload, rows).contains("floor_reason"));
  EXPECT_EQ(CellRecord(MadeUp(), rows, 0)["floor_ns_per_op"], 1.0);
  rows.Fail(rows.Companion(0), "took longer than 5 s");
  EXPECT_EQ(NoiseRecord("python", Table::kPreload, rows)["floor_reason"], "took longer than 5 s");
  EXPECT_TRUE(CellRecord(MadeUp(), rows, 0)["floor_ns_per_op"].is_null());
  EXPECT_TRUE(CellRecord(MadeUp(), rows, 0)["loop_share"].is_null());
}

// A hundred mallocs of 1 to 100 ns and one free of 7: a hundred cannot show the slowest thousandth.
TEST(Cell, RecordsLatencyByKind) {
  Cell cell = MadeUp();
  EXPECT_TRUE(RecordOf(cell)["latency"].is_null());
  cell.latency_over_time = {1.2, 1.05, 1.01};
  for (std::uint64_t ns = 1; ns <= 100; ++ns) cell.latency.of(OpKind::kMalloc).Add(ns * 1000);
  cell.latency.of(OpKind::kFree).Add(7000);
  const auto latency = RecordOf(cell)["latency"];
  EXPECT_EQ(latency["sampling"], 64u);
  EXPECT_NEAR(latency["distortion"].get<double>(), 0.05, 1e-9);
  EXPECT_FALSE(latency.contains("resolution_ns")) << "which is not known";
  cell.latency.step_picoseconds = 10'004;
  EXPECT_EQ(RecordOf(cell)["latency"]["resolution_ns"], 10.004);
  ASSERT_EQ(latency["kinds"].size(), 2u);
  const auto mallocs = latency["kinds"]["malloc"];
  EXPECT_EQ(mallocs["calls"], 100u);
  EXPECT_NEAR(mallocs["p50_ns"].get<double>(), 50, 50 / 32.0);
  EXPECT_NEAR(mallocs["p99_ns"].get<double>(), 99, 99 / 32.0);
  EXPECT_EQ(mallocs["max_ns"], 100.0);
  EXPECT_EQ(mallocs["curve"].front()[0], 0.01);
  EXPECT_EQ(mallocs["curve"].back()[0], 1.0);
  EXPECT_EQ(mallocs["curve"].back()[1], 100.0);
  for (const auto& point : mallocs["curve"]) {
    EXPECT_TRUE(point[0] <= 0.99 || point[0] == 1.0) << point;
  }
  EXPECT_EQ(latency["kinds"]["free"]["p50_ns"], 7.0);
}

TEST(Cell, RecordsMemory) {
  const auto record = RecordOf(MadeUp());
  EXPECT_EQ(record["held_bytes_peak"], 4000u);
  EXPECT_EQ(record["held_over_live_peak"], 4.0);
  EXPECT_EQ(record["held_over_live_mean"], 1.5);
  EXPECT_EQ(record["held_is"], "pages");
  EXPECT_EQ(record["resident_bytes_peak"], 3000u);
  EXPECT_EQ(record["returned_share"], 0.75);
  EXPECT_EQ(record["blocks_visited_per_allocation"], 2.5);
  EXPECT_EQ(record["held_over_live_at_live_peak"], 3.0);
  EXPECT_EQ(record["held_over_live_at_held_peak"], 8.0);
  const auto& timeline = record["timeline"];
  ASSERT_EQ(timeline.size(), 9u);
  for (const auto& column : timeline) EXPECT_EQ(column.size(), 2u);
  EXPECT_EQ(timeline["event"][1], 7u);
  EXPECT_EQ(timeline["live_bytes"][1], 1u);
  EXPECT_EQ(timeline["held_bytes"][1], 2u);
  EXPECT_EQ(timeline["resident_bytes"][1], 3u);
  EXPECT_EQ(timeline["rounding_bytes"][1], 49u);
  EXPECT_EQ(timeline["overhead_bytes"][1], 60u);
  EXPECT_EQ(timeline["free_bytes"][1], 70u);
  EXPECT_EQ(timeline["free_pages_bytes"][1], 80u);
  EXPECT_EQ(timeline["free_largest_bytes"][1], 90u);
}

TEST(Cell, WithoutAWalkOnlyTheRoundingIsKnown) {
  Cell cell = MadeUp();
  cell.memory.walks = 0;
  const auto timeline = RecordOf(cell)["timeline"];
  EXPECT_EQ(timeline.size(), 5u);
  EXPECT_EQ(timeline["rounding_bytes"][1], 49u);
}

TEST(Cell, WithoutABaselineThereIsNoRatioAndNoShare) {
  const auto record = RecordOf(MadeUp());
  EXPECT_TRUE(record["ratio_to_system"].is_null());
  EXPECT_TRUE(record["floor_ns_per_op"].is_null());
  EXPECT_TRUE(record["floor_share"].is_null());
  EXPECT_TRUE(record["loop_ns_per_op"].is_null());
  EXPECT_TRUE(record["loop_share"].is_null());
}

TEST(Cell, AFailedCellHasAReasonAndNoFigure) {
  BlockRows rows = RowsOf({.allocators = {kTimes, {.ns_per_op = {1, 1, 1}}}});
  rows.Fail(0, "crashed");
  const auto record = CellRecord(MadeUp(), rows, 0);
  EXPECT_EQ(record["status"], "failed");
  EXPECT_EQ(record["reason"], "crashed");
  EXPECT_EQ(record.size(), 5u) << record;
}

// A worker's report is memory that a wild allocator may have written to.
TEST(Cell, AnAbsurdTimelineIsCut) {
  Cell cell = MadeUp();
  cell.memory.timeline_points = UINT32_MAX;
  EXPECT_EQ(RecordOf(cell)["timeline"]["event"].size(), kTimelinePoints + 1);
}

}  // namespace
}  // namespace alloclab
