// The score of malloc labs: its formula, and how far it is known.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bench/publish/four_traces.h"
#include "bench/publish/made_record.h"
#include "bench/publish/published_table.h"
#include "bench/publish/table_entry.h"
#include "bench/publish/trace_results.h"
#include "bench/publish/trace_tables.h"

namespace alloclab::publish {
namespace {

// Two traces of 1000 and 3000 operations; system takes 20 ns for each. x is twice as fast on the
// one and half as fast on the other: 10 + 120 us against 80.
TEST(ScoreTable, IsTheFormula) {
  const Json record = MadeRecord({MadeTrace("a", 1000), MadeTrace("b", 3000)},
                                 {AllocatorJson("x"), AllocatorJson("system")},
                                 {CellJson({.trace = "a",
                                            .allocator = "x",
                                            .ratio = 0.5,
                                            .low = 0.4,
                                            .high = 0.6,
                                            .standing = "faster",
                                            .held_bytes = 2000}),
                                  CellJson({.trace = "b",
                                            .allocator = "x",
                                            .ratio = 2,
                                            .low = 1.9,
                                            .high = 2.1,
                                            .standing = "slower",
                                            .held_bytes = 4000}),
                                  CellJson({.trace = "a", .allocator = "system"}),
                                  CellJson({.trace = "b", .allocator = "system"})},
                                 {NoiseJson("a", 1.01), NoiseJson("b", 1.01)});
  const PublishedTable table = ScoreTable(ReadTraceResults(record), kTable);
  EXPECT_DOUBLE_EQ(FigureAt(table, 0, "utilisation"), (0.5 + 0.25) / 2);
  const Judged throughput = JudgedAt(table, 0, "throughput_over_system");
  EXPECT_NEAR(throughput.ratio, 80.0 / 130, 1e-9);
  EXPECT_NEAR(throughput.low, 80.0 / (12 + 126), 1e-9);
  EXPECT_NEAR(throughput.high, 80.0 / (8 + 114), 1e-9);
  EXPECT_TRUE(throughput.resolved);
  const Judged points = JudgedAt(table, 0, "points");
  EXPECT_NEAR(points.ratio, 60 * 0.375 + 40 * 80.0 / 130, 1e-6);
  EXPECT_NEAR(points.low, 60 * 0.375 + 40 * 80.0 / 138, 1e-6);
  EXPECT_NEAR(points.high, 60 * 0.375 + 40 * 80.0 / 122, 1e-6);
  // 1000 of 1500 bytes, and itself.
  EXPECT_NEAR(JudgedAt(table, 1, "points").ratio, 60 * 2.0 / 3 + 40, 1e-6);
}

// Nine traces are known well and take no time; the tenth takes nearly all of it, and system itself
// was further off there than what is to be told.
TEST(ScoreTable, IsAsUncertainAsTheTraceThatTakesTheTime) {
  for (const double noise : {1.1, 1.005}) {
    std::vector<Json> traces, cells, noises;
    for (char name = 'a'; name <= 'j'; ++name) {
      const std::string trace(1, name);
      const bool long_one = name == 'a';
      traces.push_back(MadeTrace(trace, long_one ? 10'000'000 : 1000));
      cells.push_back(CellJson({.trace = trace,
                                .allocator = "x",
                                .ratio = 0.95,
                                .low = 0.945,
                                .high = 0.955,
                                .standing = long_one && noise > 1.05 ? "unresolved" : "faster"}));
      cells.push_back(CellJson({.trace = trace, .allocator = "system"}));
      noises.push_back(NoiseJson(trace, long_one ? noise : 1.005));
    }
    const TraceResults results = ReadTraceResults(
        MadeRecord(traces, {AllocatorJson("x"), AllocatorJson("system")}, cells, noises));
    const Judged throughput = JudgedAt(ScoreTable(results, kTable), 0, "throughput_over_system");
    EXPECT_NEAR(throughput.ratio, 1 / 0.95, 1e-6);
    EXPECT_EQ(throughput.resolved, noise < 1.05);
    // The mean of the ratios counts all traces alike, and so knows better.
    EXPECT_TRUE(JudgedAt(SummaryTable(results, kTable), 0, "time_over_system").resolved);
  }
}

// A failed trace is no utilisation and no throughput.
TEST(ScoreTable, AFailedTraceCosts) {
  const PublishedTable table = ScoreTable(ReadTraceResults(FourTraces()), kTable);
  EXPECT_EQ(CountAt(table, 0, "correct"), 3u);
  EXPECT_EQ(CountAt(table, 0, "traces"), 4u);
  EXPECT_DOUBLE_EQ(FigureAt(table, 0, "utilisation"), (0.5 + 0.125 + 0.25) / 4);
  // 3 x 20 us against 10 + 40 + 2.5: more than system, which is not more than 1; 3 of 4 correct.
  EXPECT_NEAR(JudgedAt(table, 0, "points").ratio, 60 * 0.21875 + 40 * 0.75, 1e-6);
  EXPECT_FALSE(JudgedAt(table, 0, "points").resolved);
}

}  // namespace
}  // namespace alloclab::publish
