#include "bench/publish/publication.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

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

constexpr const char* kLatexFile = "tables.tex";
constexpr const char* kProvenanceFile = "provenance.csv";

std::string CsvFile(const std::string& id) { return id + ".csv"; }

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
                                      {kLatexFile, LatexDocument(kTitle, tables)},
                                      {kProvenanceFile, Csv(ProvenanceTable(records))}};
  const std::vector<std::string> possible = PossibleFiles();
  for (const PublishedTable& table : tables) {
    files.push_back({CsvFile(table.id), Csv(table)});
    if (std::find(possible.begin(), possible.end(), files.back().name) != possible.end()) continue;
    throw std::logic_error("PossibleFiles lacks the table " + table.id);
  }
  return files;
}

std::vector<std::string> PossibleFiles() {
  std::vector<std::string> files = {kMarkdownFile, kLatexFile, kProvenanceFile};
  for (const char* id : {"summary", "score", "fragmentation", "robson", "speed", "latency"}) {
    for (const std::string_view table : kTables) {
      files.push_back(CsvFile(std::string(id) + "_" + std::string(table)));
    }
  }
  for (const char* id :
       {"failures", "workloads_summary", "workloads", "programs_summary", "programs"}) {
    files.push_back(CsvFile(id));
  }
  return files;
}

}  // namespace alloclab::publish
