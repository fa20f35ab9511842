// What is known of an allocator over all traces, against what can be worked out on paper.

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bench/publish/four_traces.h"
#include "bench/publish/made_record.h"
#include "bench/publish/published_table.h"
#include "bench/publish/table_entry.h"
#include "bench/publish/trace_results.h"
#include "bench/publish/trace_tables.h"

namespace alloclab::publish {
namespace {

TEST(SummaryTable, IsWhatPaperSays) {
  const PublishedTable table = SummaryTable(ReadTraceResults(FourTraces()), kTable);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(TextAt(table, 0, "allocator"), "x");
  EXPECT_EQ(CountAt(table, 0, "traces"), 3u);
  EXPECT_NEAR(JudgedAt(table, 0, "time_over_system").ratio, 0.5, 1e-12);  // of 1/2, 2 and 1/8
  EXPECT_NEAR(FigureAt(table, 0, "held_over_live_peak"), 4, 1e-12);       // of 2, 8 and 4
  EXPECT_NEAR(FigureAt(table, 0, "resident_over_system"), 1, 1e-12);      // of 1/2, 2 and 1
  const std::pair<const char*, std::uint64_t> kCounts[] = {
      {"leads", 2}, {"faster", 1}, {"same", 0}, {"slower", 1}, {"unresolved", 1}, {"failed", 1}};
  for (const auto& [key, count] : kCounts) EXPECT_EQ(CountAt(table, 0, key), count) << key;
  EXPECT_EQ(table.rows[0].mark, "*");
  EXPECT_TRUE(HasNote(table, "failed: x on d: killed by SIGSEGV"));
  EXPECT_TRUE(HasNote(table, "* failed on some traces"));
  EXPECT_EQ(table.rows[1].mark, "");
  EXPECT_EQ(JudgedAt(table, 1, "time_over_system").ratio, 1);
  EXPECT_TRUE(JudgedAt(table, 1, "time_over_system").resolved);
  EXPECT_EQ(CountAt(table, 1, "leads"), 1u);
  EXPECT_EQ(CountAt(table, 1, "same"), 4u);
  // The other table has none of these.
  EXPECT_TRUE(SummaryTable(ReadTraceResults(FourTraces()), "in_process").rows.empty());
}

// The mean of one trace is resolved exactly when the trace is, by intervals, noise and blocks.
TEST(SummaryTable, IsResolvedOnlyBeyondNoiseAndWithBlocksEnough) {
  struct Case {
    double ratio, low, high, noise;
    int blocks;
    const char* standing;
    bool resolved;
  };
  for (const Case& c : std::vector<Case>{{0.9, 0.88, 0.92, 1.01, 15, "faster", true},
                                         {0.9, 0.88, 0.92, 1.10, 15, "unresolved", false},
                                         {0.9, 0.88, 0.92, 1.01, 5, "unresolved", false},
                                         {0.9, 0.80, 1.01, 1.01, 15, "unresolved", false},
                                         {1.0, 0.98, 1.02, 1.01, 15, "same", true},
                                         {1.0, 0.98, 1.02, 1.20, 15, "unresolved", false},
                                         {30, 29, 31, 1.01, 3, "slower", true}}) {
    const Json record = MadeRecord({MadeTrace("a")}, {AllocatorJson("x"), AllocatorJson("system")},
                                   {CellJson({.trace = "a",
                                              .allocator = "x",
                                              .ratio = c.ratio,
                                              .low = c.low,
                                              .high = c.high,
                                              .standing = c.standing,
                                              .blocks = c.blocks}),
                                    CellJson({.trace = "a", .allocator = "system"})},
                                   {NoiseJson("a", c.noise)});
    const PublishedTable table = SummaryTable(ReadTraceResults(record), kTable);
    EXPECT_EQ(JudgedAt(table, 0, "time_over_system").resolved, c.resolved)
        << c.ratio << " noise " << c.noise << " blocks " << c.blocks;
  }
}

// Three blocks are enough for what is three times as slow, and so for a mean it is part of; where
// the few blocks leave a trace open, the mean is open, too.
TEST(SummaryTable, FewBlocksOfWhatIsPlainAreNoDoubtOfTheMean) {
  for (const bool plain : {true, false}) {
    const Json record =
        MadeRecord({MadeTrace("a"), MadeTrace("b")}, {AllocatorJson("x"), AllocatorJson("system")},
                   {CellJson({.trace = "a",
                              .allocator = "x",
                              .ratio = 3,
                              .low = 2.9,
                              .high = 3.1,
                              .standing = plain ? "slower" : "unresolved",
                              .blocks = 3}),
                    CellJson({.trace = "b",
                              .allocator = "x",
                              .ratio = 0.5,
                              .low = 0.49,
                              .high = 0.51,
                              .standing = "faster"})},
                   {NoiseJson("a", 1.01), NoiseJson("b", 1.01)});
    const Judged mean =
        JudgedAt(SummaryTable(ReadTraceResults(record), kTable), 0, "time_over_system");
    EXPECT_NEAR(mean.ratio, std::sqrt(1.5), 1e-8);
    EXPECT_EQ(mean.resolved, plain);
  }
}

// What is plainly slower has three blocks in a record of fifteen; its interval is none of 95 %, and
// the mean that it is part of says so.
TEST(SummaryTable, ARowWithCellsOfFewBlocksIsMarked) {
  Json record = FourTraces();
  record["cells"][4]["ns_per_op_blocks"] = {1, 1, 1};
  record["cells"][5]["ns_per_op_blocks"] = {1, 1, 1, 1, 1};
  record["cells"][6]["ns_per_op_blocks"] = {1, 1, 1, 1, 1, 1};
  const TraceResults results = ReadTraceResults(record);
  EXPECT_NE(results.provenance.find(" 15 blocks; 3 of 7 cells have fewer, 3 at the least."),
            std::string::npos)
      << results.provenance;
  for (const auto make : {SummaryTable, ScoreTable}) {
    const PublishedTable table = make(results, kTable);
    EXPECT_EQ(CountAt(table, 0, "blocks_least"), 3u) << table.id;
    EXPECT_EQ(CountAt(table, 1, "blocks_least"), 15u) << table.id;
    EXPECT_TRUE(table.rows[0].mark.ends_with("[3]")) << table.id;
    EXPECT_EQ(table.rows[1].mark, "") << table.id;
    EXPECT_TRUE(HasNote(table, "their range, and none of 95 %: x, 2 traces with 3 to 5 blocks."))
        << table.id;
  }
  EXPECT_EQ(SummaryTable(results, kTable).rows[0].mark, "* [3]");
  // Six are enough.
  record["cells"][4]["ns_per_op_blocks"] = record["cells"][5]["ns_per_op_blocks"] =
      record["cells"][6]["ns_per_op_blocks"];
  const PublishedTable enough = SummaryTable(ReadTraceResults(record), kTable);
  EXPECT_EQ(CountAt(enough, 0, "blocks_least"), 6u);
  EXPECT_EQ(enough.rows[0].mark, "*");
  EXPECT_FALSE(HasNote(enough, "their range"));
}

// A trace on which nobody's memory grew has no ratio, and takes nobody's mean with it.
TEST(SummaryTable, ATraceWithoutResidentMemoryIsInNoMeanOfIt) {
  for (const std::size_t cell : {std::size_t{4}, std::size_t{0}}) {  // of x, of system
    Json record = FourTraces();
    record["cells"][cell]["resident_bytes_peak"] = 0;
    const PublishedTable table = SummaryTable(ReadTraceResults(record), kTable);
    EXPECT_NEAR(FigureAt(table, 0, "resident_over_system"), std::sqrt(2.0 * 1.0), 1e-8);
    EXPECT_EQ(FigureAt(table, 1, "resident_over_system"), 1);
    EXPECT_TRUE(HasNote(table, "no page became resident for " +
                                   record["cells"][cell]["allocator"].get<std::string>() +
                                   " on a; that trace is in no mean of resident memory"));
  }
}

// What no pair was run for is not told from noise.
TEST(SummaryTable, ATraceWithoutAPairLeavesTheMeanOpen) {
  Json record = FourTraces();
  record["cells"].erase(6);
  record["cells"][5]["standing"] = "faster";
  record["cells"][5]["ratio_to_system"] = 0.5;
  record["cells"][5]["ratio_to_system_interval"] = {0.4, 0.6};
  EXPECT_TRUE(
      JudgedAt(SummaryTable(ReadTraceResults(record), kTable), 0, "time_over_system").resolved);
  record["noise"].erase(1);
  EXPECT_FALSE(
      JudgedAt(SummaryTable(ReadTraceResults(record), kTable), 0, "time_over_system").resolved);
}

}  // namespace
}  // namespace alloclab::publish
