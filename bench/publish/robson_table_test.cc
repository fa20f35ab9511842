// Robson's attacks beside what theory says, worked out here.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "bench/publish/made_record.h"
#include "bench/publish/published_table.h"
#include "bench/publish/table_entry.h"
#include "bench/publish/trace_results.h"
#include "bench/publish/trace_tables.h"

namespace alloclab::publish {
namespace {

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

}  // namespace
}  // namespace alloclab::publish
