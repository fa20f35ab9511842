#include "bench/publish/trace_tables.h"

namespace alloclab::publish {

PublishedTable FailureTable(const TraceResults& results) {
  PublishedTable failures;
  failures.id = "failures";
  failures.caption = "Allocators that failed on a trace, and why. They have no figures there.";
  failures.provenance = results.provenance;
  failures.columns = {
      {"table", "table"}, {"trace", "trace"}, {"allocator", "allocator"}, {"reason", "reason"}};
  for (const TraceCell& cell : results.cells) {
    if (!cell.failed) continue;
    failures.rows.push_back({{cell.table, cell.trace, cell.allocator, cell.reason}});
  }
  return failures;
}

std::vector<PublishedTable> TraceTables(const TraceResults& results) {
  std::vector<PublishedTable> tables;
  for (const auto make :
       {SummaryTable, ScoreTable, JohnstoneTable, RobsonTable, SpeedTable, LatencyTable}) {
    for (const std::string_view table : kTables) {
      PublishedTable made = make(results, table);
      if (!made.rows.empty()) tables.push_back(std::move(made));
    }
  }
  PublishedTable failures = FailureTable(results);
  if (!failures.rows.empty()) tables.push_back(std::move(failures));
  return tables;
}

}  // namespace alloclab::publish
