// How long single calls took, as the record has it.

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

TEST(LatencyTable, HasALineForEachKindOfCall) {
  Json record = FourTraces();
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
  // A record that does not know the clock's steps, or whose clock has none to speak of.
  EXPECT_TRUE(table.notes.empty());
  const auto notes_with = [&](double resolution_ns) {
    record["cells"][4]["latency"]["resolution_ns"] = resolution_ns;
    return LatencyTable(ReadTraceResults(record), kTable).notes;
  };
  EXPECT_TRUE(notes_with(0.4).empty());
  EXPECT_EQ(notes_with(10.004),
            std::vector<std::string>{
                "The clock has steps of 10.0 ns: figures closer than that are equal."});
}

}  // namespace
}  // namespace alloclab::publish
