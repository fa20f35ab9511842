#include "bench/publish/trace_results.h"

#include <algorithm>
#include <iterator>
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
  cell.distortion = latency.SignedFigure("distortion");
  cell.resolution_ns = latency.FigureIfAny("resolution_ns");
  const RecordEntry kinds = latency.Object("kinds");
  for (const auto& [kind, value] : kinds.json().items()) {
    const RecordEntry calls = kinds.Object(kind.c_str());
    cell.latency.push_back({kind, calls.Count("calls"), calls.Figure("p50_ns"),
                            calls.Figure("p99_ns"), calls.Figure("p999_ns"),
                            calls.Figure("max_ns")});
  }
}

// Why less seems to be held than is live: nothing where it does not.
std::string HeldDoubt(const TraceCell& cell, std::uint64_t live_bytes_peak,
                      const std::string& held_is) {
  const auto* const least =
      std::min_element(std::begin(cell.held_over_live), std::end(cell.held_over_live));
  // 0 is no ratio at all, and no doubt.
  const bool below = *least < 1 && *least > 0;
  if (!below && cell.held_bytes_peak >= live_bytes_peak) return "";
  if (held_is == "mallinfo2") return "where memory that it had before the trace began served it";
  if (held_is == "resident") return "where not all that was live was resident";
  return "of which the record says less than was live";
}

TraceCell ReadCell(const RecordEntry& entry, const std::map<std::string, std::uint64_t>& live) {
  TraceCell cell;
  cell.table = entry.Text("table");
  cell.trace = entry.Text("trace");
  cell.allocator = entry.Text("allocator");
  cell.reason = entry.Text("reason");
  cell.failed = entry.Text("status") != "ok";
  if (cell.failed) return cell;
  const auto of_trace = live.find(cell.trace);
  const std::uint64_t live_bytes_peak = of_trace == live.end() ? 0 : of_trace->second;
  cell.blocks = entry.Length("ns_per_op_blocks");
  cell.ns_per_op = entry.Figure("ns_per_op_median");
  cell.loop_share = entry.FigureIfAny("loop_share");
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
  cell.held_doubt = HeldDoubt(cell, live_bytes_peak, entry.TextOr("held_is", ""));
  cell.resident_bytes_peak = entry.Count("resident_bytes_peak");
  if (entry.Has("latency")) ReadLatency(entry.Object("latency"), cell);
  return cell;
}

// What every cell that is ok has, unless there is nothing to hold it against.
void RequireRatios(const TraceResults& results) {
  for (const TraceCell& cell : results.cells) {
    if (cell.failed || cell.ratio) continue;
    const TraceCell* const system = results.Find(cell.table, cell.trace, kBaseline);
    if (system == nullptr || system->failed) continue;
    throw PublishError("record: " + cell.allocator + " on " + cell.trace + ", " + cell.table +
                       ", has no ratio to system, which has not failed there; "
                       "bench/schema/validate.py says what else is wrong");
  }
}

bool HasRatios(const TraceCell& cell) {
  return std::all_of(std::begin(cell.held_over_live), std::end(cell.held_over_live),
                     [](double ratio) { return ratio > 0; });
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
  record.RequireSchema(kSchema);
  TraceResults results;
  results.provenance = ProvenanceText(record, "ns_per_op_blocks");
  std::map<std::string, std::uint64_t> live;
  for (const RecordEntry& entry : record.List("traces")) {
    results.traces.push_back(ReadFacts(entry));
    live[results.traces.back().name] = results.traces.back().live_bytes_peak;
    results.shortened = results.shortened || results.traces.back().shortened;
  }
  if (results.shortened) results.provenance += " Only the first events of the traces.";
  for (const RecordEntry& entry : record.List("allocators")) {
    results.allocators[entry.Text("table")].push_back(entry.Text("name"));
  }
  for (const RecordEntry& entry : record.List("cells")) {
    results.cells.push_back(ReadCell(entry, live));
  }
  RequireRatios(results);
  for (const RecordEntry& entry : record.List("noise")) {
    const std::optional<double> noise = entry.FigureIfAny("noise");
    if (noise) results.noise[{entry.Text("table"), entry.Text("trace")}] = *noise;
  }
  return results;
}

bool HasHeldOverLive(const TraceResults& results, std::string_view table, std::string_view trace) {
  return std::all_of(results.cells.begin(), results.cells.end(), [&](const TraceCell& cell) {
    return cell.table != table || cell.trace != trace || cell.failed ||
           (cell.held_known() && HasRatios(cell));
  });
}

bool HasResident(const TraceResults& results, std::string_view table, std::string_view trace) {
  return std::all_of(results.cells.begin(), results.cells.end(), [&](const TraceCell& cell) {
    return cell.table != table || cell.trace != trace || cell.failed ||
           cell.resident_bytes_peak > 0;
  });
}

std::vector<std::string> CellsOfUnknownHeld(const TraceResults& results, std::string_view table) {
  std::vector<std::string> unknown;
  for (const TraceCell& cell : results.cells) {
    if (cell.table != table || cell.failed || cell.held_known()) continue;
    unknown.push_back("not known: what " + cell.allocator + " held on " + cell.trace + ", " +
                      cell.held_doubt);
  }
  return unknown;
}

std::vector<std::string> TracesWithoutHeldMean(const TraceResults& results,
                                               std::string_view table) {
  std::vector<std::string> without = CellsOfUnknownHeld(results, table);
  for (const TraceCell& cell : results.cells) {
    if (cell.table != table || cell.failed || !cell.held_known() || HasRatios(cell)) continue;
    without.push_back("nothing was live on " + cell.trace + " when " + cell.allocator +
                      " held most");
  }
  for (std::string& sentence : without) sentence += "; that trace is in no mean of H/L";
  return without;
}

std::vector<std::string> TracesWithoutResidentMean(const TraceResults& results,
                                                   std::string_view table) {
  std::vector<std::string> without;
  for (const TraceCell& cell : results.cells) {
    if (cell.table != table || cell.failed || cell.resident_bytes_peak > 0) continue;
    without.push_back("no page became resident for " + cell.allocator + " on " + cell.trace +
                      "; that trace is in no mean of resident memory");
  }
  return without;
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
