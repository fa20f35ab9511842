#include "bench/publish/trace_results.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/publish/provenance_text.h"
#include "bench/publish/record_entry.h"

namespace alloclab::publish {
namespace {

// The version of the record that these tables are made of.
constexpr std::uint64_t kSchema = 2;

TraceFacts ReadFacts(const RecordEntry& entry) {
  TraceFacts facts;
  facts.name = entry.Text("name");
  facts.operations = entry.Count("operations");
  facts.live_bytes_peak = entry.Count("live_bytes_peak");
  facts.shortened = entry.Has("shortened") && entry.Flag("shortened");
  if (!entry.Has("generator")) return facts;
  const RecordEntry generator = entry.Object("generator");
  facts.generator = generator.Text("name");
  const RecordEntry parameters = generator.Object("parameters");
  for (const auto& [key, value] : parameters.json().items()) {
    if (value.is_number()) facts.parameters[key] = parameters.Count(key.c_str());
  }
  return facts;
}

void ReadLatency(const RecordEntry& latency, TraceCell& cell) {
  cell.distortion = latency.Figure("distortion");
  const RecordEntry kinds = latency.Object("kinds");
  for (const auto& [kind, value] : kinds.json().items()) {
    const RecordEntry calls = kinds.Object(kind.c_str());
    cell.latency.push_back({kind, calls.Count("calls"), calls.Figure("p50_ns"),
                            calls.Figure("p99_ns"), calls.Figure("p999_ns"),
                            calls.Figure("max_ns")});
  }
}

TraceCell ReadCell(const RecordEntry& entry) {
  TraceCell cell;
  cell.table = entry.Text("table");
  cell.trace = entry.Text("trace");
  cell.allocator = entry.Text("allocator");
  cell.reason = entry.Text("reason");
  cell.failed = entry.Text("status") != "ok";
  if (cell.failed) return cell;
  cell.blocks = entry.Length("ns_per_op_blocks");
  cell.ns_per_op = entry.Figure("ns_per_op_median");
  cell.floor_share = entry.FigureIfAny("floor_share");
  cell.ratio = entry.RatioIfAny();
  if (cell.ratio && cell.allocator == kBaseline) cell.ratio->resolved = true;
  cell.standing = entry.TextOr("standing", "");
  cell.leads = entry.Flag("leads");
  constexpr const char* kHeldOverLive[] = {"held_over_live_mean", "held_over_live_at_live_peak",
                                           "held_over_live_at_held_peak", "held_over_live_peak"};
  for (std::size_t i = 0; i < std::size(kHeldOverLive); ++i) {
    cell.held_over_live[i] = entry.Figure(kHeldOverLive[i]);
  }
  cell.held_bytes_peak = entry.Count("held_bytes_peak");
  cell.resident_bytes_peak = entry.Count("resident_bytes_peak");
  if (entry.Has("latency")) ReadLatency(entry.Object("latency"), cell);
  return cell;
}

}  // namespace

std::string_view TableTitle(std::string_view table) {
  return table == kTables[0] ? "in process" : "preloaded";
}

const TraceCell* TraceResults::Find(std::string_view table, std::string_view trace,
                                    std::string_view allocator) const {
  for (const TraceCell& cell : cells) {
    if (cell.table == table && cell.trace == trace && cell.allocator == allocator) return &cell;
  }
  return nullptr;
}

std::vector<const TraceCell*> TraceResults::CellsOf(std::string_view table,
                                                    std::string_view allocator) const {
  std::vector<const TraceCell*> found;
  for (const TraceFacts& trace : traces) {
    if (const TraceCell* cell = Find(table, trace.name, allocator)) found.push_back(cell);
  }
  return found;
}

TraceResults ReadTraceResults(const nlohmann::ordered_json& json) {
  const RecordEntry record(json, "");
  if (record.Count("schema") != kSchema) {
    throw PublishError("record: /schema is " + std::to_string(record.Count("schema")) +
                       ", these tables are made of schema " + std::to_string(kSchema) +
                       "; measure again with this version's `alloclab compare`");
  }
  TraceResults results;
  results.provenance = ProvenanceText(record);
  results.blocks = record.Object("provenance").Count("blocks");
  for (const RecordEntry& entry : record.List("traces")) {
    results.traces.push_back(ReadFacts(entry));
    results.shortened = results.shortened || results.traces.back().shortened;
  }
  if (results.shortened) results.provenance += " Only the first events of the traces.";
  for (const RecordEntry& entry : record.List("allocators")) {
    results.allocators[entry.Text("table")].push_back(entry.Text("name"));
  }
  for (const RecordEntry& entry : record.List("cells")) {
    results.cells.push_back(ReadCell(entry));
    TraceCell& cell = results.cells.back();
    for (const TraceFacts& trace : results.traces) {
      if (trace.name == cell.trace) cell.held_known = cell.held_bytes_peak >= trace.live_bytes_peak;
    }
  }
  for (const RecordEntry& entry : record.List("noise")) {
    const std::optional<double> noise = entry.FigureIfAny("noise");
    if (noise) results.noise[{entry.Text("table"), entry.Text("trace")}] = *noise;
  }
  return results;
}

bool IsHeldKnown(const TraceResults& results, std::string_view table, std::string_view trace) {
  return std::all_of(results.cells.begin(), results.cells.end(), [&](const TraceCell& cell) {
    return cell.table != table || cell.trace != trace || cell.failed || cell.held_known;
  });
}

std::vector<std::string> CellsOfUnknownHeld(const TraceResults& results, std::string_view table) {
  std::vector<std::string> unknown;
  for (const TraceCell& cell : results.cells) {
    if (cell.table != table || cell.failed || cell.held_known) continue;
    unknown.push_back("not known: what " + cell.allocator + " held on " + cell.trace +
                      ", where memory that it had before the trace began served it");
  }
  return unknown;
}

std::vector<std::string> FailedCells(const TraceResults& results, std::string_view table) {
  std::vector<std::string> failed;
  for (const TraceCell& cell : results.cells) {
    if (cell.table != table || !cell.failed) continue;
    failed.push_back("failed: " + cell.allocator + " on " + cell.trace + ": " + cell.reason);
  }
  return failed;
}

}  // namespace alloclab::publish
