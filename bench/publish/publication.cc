#include "bench/publish/publication.h"

#include <nlohmann/json.hpp>

#include "bench/publish/formats.h"
#include "bench/publish/program_tables.h"
#include "bench/publish/record_entry.h"
#include "bench/publish/trace_results.h"
#include "bench/publish/trace_tables.h"
#include "bench/publish/workload_tables.h"

namespace alloclab::publish {
namespace {

constexpr const char* kTitle = "Results of alloclab";

using Tables = std::vector<PublishedTable>;

Tables TracesMake(const nlohmann::ordered_json& record) {
  return TraceTables(ReadTraceResults(record));
}

struct Maker {
  const char* kind;
  Tables (*make)(const nlohmann::ordered_json&);
};
constexpr Maker kMakers[] = {
    {"traces", TracesMake}, {"workloads", WorkloadTables}, {"programs", ProgramTables}};

// A table can say it above itself; a CSV file that did would be none.
PublishedTable ProvenanceTable(const Records& records) {
  PublishedTable table;
  table.columns = {{"record", "record"}, {"key", "key"}, {"value", "value"}};
  for (const auto& [kind, record] : records) {
    for (const auto& [key, value] : record.at("provenance").items()) {
      table.rows.push_back(
          {{kind, key, value.is_string() ? value.template get<std::string>() : value.dump()}});
    }
  }
  return table;
}

}  // namespace

Tables TablesOf(const Records& records) {
  Tables tables;
  for (const Maker& maker : kMakers) {
    const auto record = records.find(maker.kind);
    if (record == records.end()) continue;
    try {
      for (PublishedTable& table : maker.make(record->second)) tables.push_back(std::move(table));
    } catch (const PublishError& error) {
      throw PublishError(std::string(maker.kind) + ".json: " + error.what());
    }
  }
  return tables;
}

std::string MarkdownFile(const Records& records) {
  return MarkdownDocument(kTitle, TablesOf(records));
}

std::vector<PublishedFile> PublishedFiles(const Records& records) {
  const Tables tables = TablesOf(records);
  std::vector<PublishedFile> files = {{kMarkdownFile, MarkdownDocument(kTitle, tables)},
                                      {"tables.tex", LatexDocument(kTitle, tables)},
                                      {"provenance.csv", Csv(ProvenanceTable(records))}};
  for (const PublishedTable& table : tables) files.push_back({table.id + ".csv", Csv(table)});
  return files;
}

}  // namespace alloclab::publish
