// Times trace by trace: a line for each cell, and what cannot be told of it.

#include <gtest/gtest.h>

#include <string>

#include "bench/publish/four_traces.h"
#include "bench/publish/made_record.h"
#include "bench/publish/published_table.h"
#include "bench/publish/table_entry.h"
#include "bench/publish/trace_results.h"
#include "bench/publish/trace_tables.h"

namespace alloclab::publish {
namespace {

TEST(SpeedTable, HasALineForEachCellAndTheReasonOfAFailure) {
  const PublishedTable table = SpeedTable(ReadTraceResults(FourTraces()), kTable);
  ASSERT_EQ(table.rows.size(), 8u);
  EXPECT_EQ(TextAt(table, 0, "allocator"), "system");  // as in the record
  EXPECT_EQ(TextAt(table, 1, "trace"), "a");
  EXPECT_EQ(FigureAt(table, 1, "ns_per_op"), 10);
  EXPECT_EQ(JudgedAt(table, 1, "time_over_system").high, 0.52);
  EXPECT_EQ(TextAt(table, 1, "standing"), "faster");
  EXPECT_EQ(FigureAt(table, 1, "noise"), 1.01);
  EXPECT_TRUE(JudgedAt(table, 1, "time_over_system").resolved);
  EXPECT_FALSE(JudgedAt(table, 5, "time_over_system").resolved);
  EXPECT_EQ(TextAt(table, 7, "standing"), "failed");
  EXPECT_EQ(At(table, 7, "ns_per_op"), Value());
  EXPECT_TRUE(HasNote(table, "failed: x on d: killed by SIGSEGV"));
}

TEST(SpeedTable, ACellAtTheFloorIsMarked) {
  Json record = FourTraces();
  record["cells"][0]["floor_share"] = 0.5;
  record["cells"][1]["floor_share"] = nullptr;
  record["cells"][2]["floor_share"] = 0.51;
  record["cells"][2]["loop_share"] = 0.2;
  const PublishedTable table = SpeedTable(ReadTraceResults(record), kTable);
  std::string marks;
  for (const Row& row : table.rows) marks += row.mark.empty() ? "-" : row.mark;
  EXPECT_EQ(marks, "----*---");
  EXPECT_EQ(FigureAt(table, 4, "floor_share"), 0.51);
  EXPECT_EQ(FigureAt(table, 4, "loop_share"), 0.2);
  // As the table on the terminal has it: the floor is more than the loop.
  EXPECT_NE(
      table.caption.find("Loop: the share of the time that the replay loop alone takes; floor: "
                         "that and the touching of blocks."),
      std::string::npos)
      << table.caption;
  EXPECT_EQ(At(table, 2, "floor_share"), Value());
  EXPECT_TRUE(HasNote(table, "* more than half"));
  EXPECT_FALSE(HasNote(SpeedTable(ReadTraceResults(FourTraces()), kTable), "* more than half"));
}

TEST(SpeedTable, ATraceOnWhichSystemFailedHasTimesAndNoRatios) {
  Json cell = CellJson({.trace = "a", .allocator = "x"});
  for (const char* key : {"ratio_to_system", "ratio_to_system_interval", "standing"}) {
    cell[key] = nullptr;
  }
  const Json record = MadeRecord({MadeTrace("a")}, {AllocatorJson("x"), AllocatorJson("system")},
                                 {cell, FailedCell("a", "system", "no memory")},
                                 {{{"table", "preload"}, {"trace", "a"}, {"noise", nullptr}}});
  const TraceResults results = ReadTraceResults(record);
  EXPECT_EQ(At(SpeedTable(results, kTable), 0, "time_over_system"), Value());
  EXPECT_EQ(FigureAt(SpeedTable(results, kTable), 0, "ns_per_op"), 20);
  EXPECT_EQ(At(SummaryTable(results, kTable), 0, "time_over_system"), Value());
  EXPECT_TRUE(HasNote(ScoreTable(results, kTable), "left out, because system failed there: a"));
  EXPECT_EQ(CountAt(ScoreTable(results, kTable), 0, "traces"), 0u);
}

}  // namespace
}  // namespace alloclab::publish
