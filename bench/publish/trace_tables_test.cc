// Tables of records put together by hand, against what can be worked out on paper.

#include "bench/publish/trace_tables.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bench/publish/geometric_mean.h"
#include "bench/publish/made_record.h"
#include "bench/publish/record_entry.h"
#include "bench/publish/table_entry.h"
#include "bench/publish/trace_results.h"

namespace alloclab::publish {
namespace {

constexpr const char* kTable = "preload";

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

// Four traces: twice as fast, slower, not known, failed.
Json Record() {
  std::vector<Json> traces, cells, noise;
  for (const char* name : {"a", "b", "c", "d"}) {
    traces.push_back(MadeTrace(name));
    cells.push_back(CellJson({.trace = name, .allocator = "system", .leads = *name == 'b'}));
    noise.push_back(NoiseJson(name, 1.01));
  }
  cells.push_back(CellJson({.trace = "a",
                            .allocator = "x",
                            .ratio = 0.5,
                            .low = 0.48,
                            .high = 0.52,
                            .standing = "faster",
                            .leads = true,
                            .held_bytes = 2000,
                            .resident_bytes = 2000}));
  cells.push_back(CellJson({.trace = "b",
                            .allocator = "x",
                            .ratio = 2,
                            .low = 1.9,
                            .high = 2.1,
                            .standing = "slower",
                            .held_bytes = 8000,
                            .resident_bytes = 8000}));
  cells.push_back(CellJson({.trace = "c",
                            .allocator = "x",
                            .ratio = 0.125,
                            .low = 0.1,
                            .high = 1.1,
                            .standing = "unresolved",
                            .leads = true,
                            .held_bytes = 4000,
                            .resident_bytes = 4000}));
  cells.push_back(FailedCell("d", "x", "killed by SIGSEGV"));
  return MadeRecord(traces, {AllocatorJson("x"), AllocatorJson("system")}, cells, noise);
}

TEST(SummaryTable, IsWhatPaperSays) {
  const PublishedTable table = SummaryTable(ReadTraceResults(Record()), kTable);
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
  EXPECT_TRUE(SummaryTable(ReadTraceResults(Record()), "in_process").rows.empty());
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
  Json record = Record();
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
    Json record = Record();
    record["cells"][cell]["resident_bytes_peak"] = 0;
    const PublishedTable table = SummaryTable(ReadTraceResults(record), kTable);
    EXPECT_NEAR(FigureAt(table, 0, "resident_over_system"), std::sqrt(2.0 * 1.0), 1e-8);
    EXPECT_EQ(FigureAt(table, 1, "resident_over_system"), 1);
    EXPECT_TRUE(HasNote(table, "no page became resident for " +
                                   record["cells"][cell]["allocator"].get<std::string>() +
                                   " on a; that trace is in no mean of resident memory"));
  }
}

TEST(SpeedTable, HasALineForEachCellAndTheReasonOfAFailure) {
  const PublishedTable table = SpeedTable(ReadTraceResults(Record()), kTable);
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
  Json record = Record();
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
  EXPECT_FALSE(HasNote(SpeedTable(ReadTraceResults(Record()), kTable), "* more than half"));
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

TEST(JohnstoneTable, HasTheFourRatiosAndTheirMeans) {
  const PublishedTable table = JohnstoneTable(ReadTraceResults(Record()), kTable);
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
  Json record = Record();
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
      Json record = Record();
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

Json Attack(const std::string& name, const std::string& generator, std::uint64_t live,
            std::uint64_t largest) {
  Json trace = MadeTrace(name);
  trace["generator"] = {
      {"name", generator},
      {"parameters", {{"live", live}, {"largest", largest}, {"unit", 32}, {"header", 8}}}};
  return trace;
}

TEST(RobsonTable, StandsBesideTheory) {
  const Json record = MadeRecord(
      {Attack("first", "robson_first_fit", 16384, 256), Attack("best", "robson_best_fit", 400, 16),
       Attack("odd", "robson_first_fit", 1024, 7), Attack("other", "fleet", 400, 16),
       MadeTrace("robson")},
      {AllocatorJson("x")},
      {CellJson({.trace = "first", .allocator = "x", .held_bytes = 16384 * 32 * 6}),
       CellJson({.trace = "best", .allocator = "x", .held_bytes = 400 * 32 * 20}),
       CellJson({.trace = "odd", .allocator = "x", .held_bytes = 1024 * 32 * 2}),
       CellJson({.trace = "other", .allocator = "x"}),
       CellJson({.trace = "robson", .allocator = "x"})});
  const PublishedTable table = RobsonTable(ReadTraceResults(record), kTable);
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_DOUBLE_EQ(FigureAt(table, 0, "held_over_live_units"), 6);
  EXPECT_EQ(CountAt(table, 0, "live_units"), 16384u);
  EXPECT_EQ(CountAt(table, 0, "largest_units"), 256u);
  // 1 + log2(256)/2 - 255/16384.
  EXPECT_NEAR(FigureAt(table, 0, "any_allocator_over_live_units"), 5 - 255.0 / 16384, 1e-9);
  double harmonic = 0;
  for (int i = 1; i <= 256; ++i) harmonic += 1.0 / i;
  EXPECT_NEAR(FigureAt(table, 0, "first_fit_most_over_live_units"), harmonic / std::log(2.0), 1e-3);
  EXPECT_EQ(At(table, 0, "best_fit_least_over_live_units"), Value());
  EXPECT_DOUBLE_EQ(FigureAt(table, 1, "held_over_live_units"), 20);
  EXPECT_NEAR(FigureAt(table, 1, "best_fit_least_over_live_units"), (400 - 64 + 11) * 14 / 400.0,
              1e-9);
  // 7 is no power of two, and what holds for 4 holds.
  EXPECT_NEAR(FigureAt(table, 2, "any_allocator_over_live_units"), 2 - 3.0 / 1024, 1e-9);
}

TEST(RobsonTable, TheStartOfAnAttackIsSaidToBeOne) {
  Json trace = Attack("first", "robson_first_fit", 16384, 256);
  trace["shortened"] = true;
  const PublishedTable table =
      RobsonTable(ReadTraceResults(MadeRecord({trace}, {AllocatorJson("x")},
                                              {CellJson({.trace = "first", .allocator = "x"})})),
                  kTable);
  EXPECT_TRUE(HasNote(table, "only the start of the attack: first"));
  EXPECT_NE(table.provenance.find("Only the first events"), std::string::npos);
}

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

// What no pair was run for is not told from noise.
TEST(SummaryTable, ATraceWithoutAPairLeavesTheMeanOpen) {
  Json record = Record();
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

// A failed trace is no utilisation and no throughput.
TEST(ScoreTable, AFailedTraceCosts) {
  const PublishedTable table = ScoreTable(ReadTraceResults(Record()), kTable);
  EXPECT_EQ(CountAt(table, 0, "correct"), 3u);
  EXPECT_EQ(CountAt(table, 0, "traces"), 4u);
  EXPECT_DOUBLE_EQ(FigureAt(table, 0, "utilisation"), (0.5 + 0.125 + 0.25) / 4);
  // 3 x 20 us against 10 + 40 + 2.5: more than system, which is not more than 1; 3 of 4 correct.
  EXPECT_NEAR(JudgedAt(table, 0, "points").ratio, 60 * 0.21875 + 40 * 0.75, 1e-6);
  EXPECT_FALSE(JudgedAt(table, 0, "points").resolved);
}

TEST(LatencyTable, HasALineForEachKindOfCall) {
  Json record = Record();
  record["cells"][4]["latency"] = {{"sampling", 64},
                                   {"distortion", 0.05},
                                   {"kinds",
                                    {{"malloc",
                                      {{"calls", 100},
                                       {"p50_ns", 10.5},
                                       {"p90_ns", 20},
                                       {"p99_ns", 30},
                                       {"p999_ns", 40},
                                       {"max_ns", 50},
                                       {"curve", {{1, 50}}}}},
                                     {"free",
                                      {{"calls", 90},
                                       {"p50_ns", 5},
                                       {"p90_ns", 6},
                                       {"p99_ns", 7},
                                       {"p999_ns", 8},
                                       {"max_ns", 9},
                                       {"curve", {{1, 9}}}}}}}};
  const PublishedTable table = LatencyTable(ReadTraceResults(record), kTable);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(TextAt(table, 0, "kind"), "malloc");
  EXPECT_EQ(CountAt(table, 0, "calls"), 100u);
  EXPECT_EQ(FigureAt(table, 0, "p50_ns"), 10.5);
  EXPECT_EQ(FigureAt(table, 0, "p99_ns"), 30);
  EXPECT_EQ(FigureAt(table, 0, "p999_ns"), 40);
  EXPECT_EQ(FigureAt(table, 0, "max_ns"), 50);
  EXPECT_EQ(FigureAt(table, 1, "distortion"), 0.05);
  EXPECT_EQ(TextAt(table, 1, "kind"), "free");
}

TEST(TraceTables, TheTwoTablesAreApartAndEachHasItsProvenance) {
  Json record = Record();
  record["allocators"].push_back(AllocatorJson("tlsf", "in_process"));
  record["cells"].push_back(CellJson({.trace = "a", .allocator = "tlsf", .table = "in_process"}));
  record["provenance"]["blocks"] = 14;
  record["provenance"]["dirty"] = true;
  const std::vector<PublishedTable> tables = TraceTables(ReadTraceResults(record));
  std::vector<std::string> ids;
  for (const PublishedTable& table : tables) {
    ids.push_back(table.id);
    for (const char* part : {"2026-11-27T09:21:06Z", "0123456789ab with uncommitted changes",
                             "Example CPU (2 cores, Linux 6.1", "clang 19 with -O2", "mode serial",
                             "14 blocks (fewer than 15: not to be published)"}) {
      EXPECT_NE(table.provenance.find(part), std::string::npos) << part << table.provenance;
    }
    for (const Row& row : table.rows)
      EXPECT_EQ(row.values.size(), table.columns.size()) << table.id;
  }
  EXPECT_EQ(ids, (std::vector<std::string>{"summary_in_process", "summary_preload",
                                           "score_in_process", "score_preload",
                                           "fragmentation_in_process", "fragmentation_preload",
                                           "speed_in_process", "speed_preload", "failures"}));
  EXPECT_EQ(tables[0].rows.size(), 1u);
  EXPECT_EQ(TextAt(tables.back(), 0, "reason"), "killed by SIGSEGV");
  record["provenance"]["blocks"] = 15;
  EXPECT_EQ(ReadTraceResults(record).provenance.find("fewer"), std::string::npos);
}

std::string RefusalOf(const Json& record) {
  try {
    ReadTraceResults(record);
  } catch (const PublishError& error) {
    return error.what();
  }
  return "";
}

TEST(TraceResults, WhatIsNoRecordIsRefusedWithItsPlace) {
  EXPECT_EQ(RefusalOf(Json::array()),
            "record: / is no object; bench/schema/validate.py says what else is wrong");
  Json record = Record();
  record["schema"] = 1;
  EXPECT_EQ(RefusalOf(record),
            "record: /schema is 1, these tables are made of schema 2; measure again with this "
            "version's `alloclab compare`");
  const std::pair<const char*, const char*> kBroken[] = {
      {"/cells/4/ratio_to_system_interval", "pair of numbers"},
      {"/cells/4/trace", "string"},
      {"/cells/4/held_bytes_peak", "whole number"},
      {"/cells/4/ns_per_op_median", "number"},
      {"/cells/4/leads", "true or false"},
      {"/cells/4/ns_per_op_blocks", "list"},
      {"/traces", "list"},
      {"/provenance/cpu", "string"}};
  for (const auto& [place, value, wanted] : std::vector<std::tuple<const char*, Json, const char*>>{
           {"/cells/4/ns_per_op_median", -1, "/ns_per_op_median is no number of at least 0"},
           {"/cells/4/held_over_live_mean", -0.5,
            "/held_over_live_mean is no number of at least 0"},
           {"/cells/4/ratio_to_system_interval", {0, 2}, "_interval is no interval above 0 around"},
           {"/cells/4/ratio_to_system_interval",
            {0.6, 2},
            "_interval is no interval above 0 around"},
           {"/cells/4/ratio_to_system_interval",
            {0.1, 0.4},
            "_interval is no interval above 0 around"},
           {"/cells/4/ratio_to_system", 0, "_interval is no interval above 0 around the ratio"},
           {"/cells/4/ratio_to_system", nullptr,
            "x on a, preload, has no ratio to system, which has not failed there"}}) {
    record = Record();
    record[Json::json_pointer(place)] = value;
    EXPECT_NE(RefusalOf(record).find(wanted), std::string::npos)
        << place << " = " << value << " " << RefusalOf(record);
  }
  // More than a score can be made of.
  record = Record();
  record["traces"][0]["operations"] = std::uint64_t{1} << 62;
  EXPECT_THROW(ScoreTable(ReadTraceResults(record), kTable), PublishError);
  for (const auto& [place, wanted] : kBroken) {
    record = Record();
    record[Json::json_pointer(place)] = Json::object();
    EXPECT_EQ(RefusalOf(record), std::string("record: ") + place + " is no " + wanted +
                                     "; bench/schema/validate.py says what else is wrong");
  }
  record = Record();
  record.erase("provenance");
  EXPECT_EQ(RefusalOf(record),
            "record: /provenance is no object; bench/schema/validate.py says what else is wrong");
}

}  // namespace
}  // namespace alloclab::publish
