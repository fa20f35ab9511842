// What is held over what is live, and when that is not known.

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "bench/publish/four_traces.h"
#include "bench/publish/made_record.h"
#include "bench/publish/published_table.h"
#include "bench/publish/table_entry.h"
#include "bench/publish/trace_results.h"
#include "bench/publish/trace_tables.h"

namespace alloclab::publish {
namespace {

TEST(JohnstoneTable, HasTheFourRatiosAndTheirMeans) {
  const PublishedTable table = JohnstoneTable(ReadTraceResults(FourTraces()), kTable);
  ASSERT_EQ(table.rows.size(), 4u + 5u);  // of x without the failed one, of system, and two means
  EXPECT_DOUBLE_EQ(FigureAt(table, 0, "held_over_live_mean"), 2.3);
  EXPECT_DOUBLE_EQ(FigureAt(table, 0, "held_over_live_at_live_peak"), 2.1);
  EXPECT_DOUBLE_EQ(FigureAt(table, 0, "held_over_live_at_held_peak"), 2.2);
  EXPECT_DOUBLE_EQ(FigureAt(table, 0, "held_over_live_peak"), 2.0);
  EXPECT_TRUE(table.rows[3].total);
  EXPECT_EQ(TextAt(table, 3, "trace"), "geometric mean of 3");
  EXPECT_NEAR(FigureAt(table, 3, "held_over_live_peak"), 4, 1e-12);
  EXPECT_NEAR(FigureAt(table, 3, "held_over_live_mean"), std::cbrt(2.3 * 8.3 * 4.3), 1e-8);
  EXPECT_EQ(table.rows[3].mark, "*");
  EXPECT_EQ(table.rows[8].mark, "");
}

// H at its peak over what is live then is no ratio when that is nothing.
TEST(JohnstoneTable, ATraceOnWhichNothingWasLiveWhenMostWasHeldIsInNoMean) {
  Json record = FourTraces();
  record["cells"][4]["held_over_live_at_held_peak"] = 0;
  const TraceResults results = ReadTraceResults(record);
  const PublishedTable table = JohnstoneTable(results, kTable);
  EXPECT_EQ(At(table, 0, "held_over_live_at_held_peak"), Value());
  EXPECT_DOUBLE_EQ(FigureAt(table, 0, "held_over_live_peak"), 2.0);
  EXPECT_EQ(TextAt(table, 3, "trace"), "geometric mean of 2");
  EXPECT_NEAR(FigureAt(table, 3, "held_over_live_peak"), std::sqrt(8.0 * 4.0), 1e-8);
  EXPECT_NEAR(FigureAt(table, 3, "held_over_live_at_held_peak"), std::sqrt(8.2 * 4.2), 1e-8);
  EXPECT_EQ(TextAt(table, 8, "trace"), "geometric mean of 3") << "system is over the same traces";
  const PublishedTable summary = SummaryTable(results, kTable);
  EXPECT_NEAR(FigureAt(summary, 0, "held_over_live_peak"), std::sqrt(8.0 * 4.0), 1e-8);
  for (const PublishedTable& of : {table, summary}) {
    EXPECT_TRUE(HasNote(of, "nothing was live on a when x held most; that trace is in no mean"));
    EXPECT_FALSE(HasNote(of, "not known"));
  }
  // What it held is known all the same: U is 1/2.
  EXPECT_DOUBLE_EQ(FigureAt(ScoreTable(results, kTable), 0, "utilisation"),
                   (0.5 + 0.125 + 0.25) / 4);
}

// What is held is seen in three ways, and each can be less than what is live for its own reason, at
// any moment and not only at the peak.
TEST(JohnstoneTable, WhyHeldIsNotKnownIsByHowItIsSeen) {
  const std::pair<const char*, const char*> kReasons[] = {
      {"mallinfo2", "not known: what x held on a, where memory that it had before the trace began"},
      {"resident", "not known: what x held on a, where not all that was live was resident"},
      {"pages", "not known: what x held on a, of which the record says less than was live"}};
  for (const auto& [held_is, reason] : kReasons) {
    for (const char* figure : {"held_over_live_mean", "held_over_live_at_live_peak",
                               "held_over_live_at_held_peak", "held_over_live_peak"}) {
      Json record = FourTraces();
      record["cells"][4]["held_is"] = held_is;
      record["cells"][4][figure] = 0.99;
      const TraceResults results = ReadTraceResults(record);
      const PublishedTable table = JohnstoneTable(results, kTable);
      EXPECT_EQ(TextAt(table, 0, "trace"), "b") << figure;
      EXPECT_EQ(TextAt(table, 2, "trace"), "geometric mean of 2") << figure;
      EXPECT_TRUE(HasNote(table, reason)) << held_is;
      EXPECT_NEAR(FigureAt(SummaryTable(results, kTable), 0, "held_over_live_peak"),
                  std::sqrt(8.0 * 4.0), 1e-8);
    }
  }
}

// mallinfo2 does not count what was there before; 600 bytes cannot hold 1000. The trace is in
// nobody's mean, so that all are over the same.
TEST(JohnstoneTable, HeldBelowLiveIsNotKnown) {
  const Json record =
      MadeRecord({MadeTrace("a"), MadeTrace("b")}, {AllocatorJson("system"), AllocatorJson("x")},
                 {CellJson({.trace = "a", .allocator = "system", .held_bytes = 600}),
                  CellJson({.trace = "b", .allocator = "system", .held_bytes = 3000}),
                  CellJson({.trace = "a", .allocator = "x", .held_bytes = 50000}),
                  CellJson({.trace = "b", .allocator = "x", .held_bytes = 4000})});
  const TraceResults results = ReadTraceResults(record);
  const PublishedTable table = JohnstoneTable(results, kTable);
  ASSERT_EQ(table.rows.size(), 2u + 3u);
  EXPECT_EQ(TextAt(table, 1, "trace"), "geometric mean of 1");
  EXPECT_NEAR(FigureAt(table, 1, "held_over_live_peak"), 3, 1e-12);
  EXPECT_EQ(FigureAt(table, 2, "held_over_live_peak"), 50);
  EXPECT_EQ(TextAt(table, 4, "trace"), "geometric mean of 1");
  EXPECT_NEAR(FigureAt(table, 4, "held_over_live_peak"), 4, 1e-12);
  EXPECT_TRUE(HasNote(table, "not known: what system held on a"));
  const PublishedTable summary = SummaryTable(results, kTable);
  EXPECT_NEAR(FigureAt(summary, 0, "held_over_live_peak"), 3, 1e-12);
  EXPECT_NEAR(FigureAt(summary, 1, "held_over_live_peak"), 4, 1e-12);
  EXPECT_EQ(summary.rows[0].mark + summary.rows[1].mark + table.rows[1].mark, "");
  EXPECT_TRUE(HasNote(summary, "not known: what system held on a"));
  // As if all of it were in use, and not more.
  EXPECT_NEAR(FigureAt(ScoreTable(results, kTable), 0, "utilisation"), (1 + 1.0 / 3) / 2, 1e-12);
}

}  // namespace
}  // namespace alloclab::publish
