// The record of a cell, from figures chosen so that every number in it can be worked out by hand.

#include "bench/cell.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace alloclab {
namespace {

Cell MadeUp() {
  Cell cell = {"python", {"boundary_tags", Table::kInProcess, ""}, "", {30, 10, 20}, {9, 3, 5}, {}};
  cell.memory.live_bytes_peak = 1000;
  cell.memory.held_bytes_peak = 4000;
  cell.memory.held_bytes_at_end = 1000;
  cell.memory.held_over_live_mean = 1.5;
  cell.memory.resident_bytes_peak = 3000;
  cell.memory.allocations = 10;
  cell.memory.blocks_visited = 25;
  cell.memory.counts_search = 1;
  cell.memory.timeline_points = 2;
  cell.memory.timeline[1] = {7, 1, 2, 3};
  return cell;
}

TEST(Cell, RecordsTimesAgainstItsBaselines) {
  const auto record = CellRecord(MadeUp(), {.floor = {4, 5, 6}, .system = {60, 10, 10}});
  EXPECT_EQ(record["table"], "in_process");
  EXPECT_EQ(record["status"], "ok");
  EXPECT_EQ(record["ns_per_op_blocks"], (std::vector<double>{30, 10, 20}));
  EXPECT_EQ(record["ns_per_op_median"], 20.0);
  EXPECT_EQ(record["ns_per_op_min"], 10.0);
  EXPECT_EQ(record["ns_per_op_max"], 30.0);
  EXPECT_EQ(record["elapsed_ns_per_op_blocks"], (std::vector<double>{9, 3, 5}));
  EXPECT_EQ(record["elapsed_ns_per_op_median"], 5.0);
  EXPECT_EQ(record["floor_ns_per_op"], 5.0);
  EXPECT_EQ(record["floor_share"], 0.25);
  // Block by block 0.5, 1 and 2: not 20 / 10.
  EXPECT_EQ(record["ratio_to_system"], 1.0);
  EXPECT_EQ(record["ratio_to_system_interval"][0], 0.5);
  EXPECT_EQ(record["ratio_to_system_interval"][1], 2.0);
}

TEST(Cell, RecordsMemory) {
  const auto record = CellRecord(MadeUp(), {.floor = {4}, .system = {1, 1, 1}});
  EXPECT_EQ(record["held_bytes_peak"], 4000u);
  EXPECT_EQ(record["held_over_live_peak"], 4.0);
  EXPECT_EQ(record["held_over_live_mean"], 1.5);
  EXPECT_EQ(record["held_is"], "pages");
  EXPECT_EQ(record["resident_bytes_peak"], 3000u);
  EXPECT_EQ(record["returned_share"], 0.75);
  EXPECT_EQ(record["blocks_visited_per_allocation"], 2.5);
  ASSERT_EQ(record["timeline"].size(), 2u);
  EXPECT_EQ(record["timeline"][1]["event"], 7u);
  EXPECT_EQ(record["timeline"][1]["resident_bytes"], 3u);
}

TEST(Cell, WithoutABaselineThereIsNoRatioAndNoShare) {
  const auto record = CellRecord(MadeUp(), {});
  EXPECT_TRUE(record["ratio_to_system"].is_null());
  EXPECT_TRUE(record["floor_ns_per_op"].is_null());
  EXPECT_TRUE(record["floor_share"].is_null());
}

TEST(Cell, AFailedCellHasAReasonAndNoFigure) {
  Cell cell = MadeUp();
  cell.reason = "crashed";
  const auto record = CellRecord(cell, {.floor = {4}, .system = {1, 1, 1}});
  EXPECT_EQ(record["status"], "failed");
  EXPECT_EQ(record["reason"], "crashed");
  EXPECT_EQ(record.size(), 5u) << record;
}

// A worker's report is memory that a wild allocator may have written to.
TEST(Cell, AnAbsurdTimelineIsCut) {
  Cell cell = MadeUp();
  cell.memory.timeline_points = UINT32_MAX;
  EXPECT_EQ(CellRecord(cell, {})["timeline"].size(), kTimelinePoints + 1);
}

}  // namespace
}  // namespace alloclab
