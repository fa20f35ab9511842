// All tables of a record: which there are, in what order, and of what they are.

#include "bench/publish/trace_tables.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bench/publish/four_traces.h"
#include "bench/publish/made_record.h"
#include "bench/publish/published_table.h"
#include "bench/publish/table_entry.h"
#include "bench/publish/trace_results.h"

namespace alloclab::publish {
namespace {

TEST(TraceTables, TheTwoTablesAreApartAndEachHasItsProvenance) {
  Json record = FourTraces();
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

}  // namespace
}  // namespace alloclab::publish
