#include "bench/deterministic/count_record.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "bench/deterministic/slice.h"
#include "bench/process/in_pairs.h"
#include "bench/worker/caches.h"

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;

Candidate CandidateOf(const Json& record, const Json& cell) {
  Candidate candidate = {cell["allocator"], Table::kInProcess, ""};
  if (cell["table"] == TableName(Table::kPreload)) candidate.table = Table::kPreload;
  for (const Json& allocator : record["allocators"]) {
    if (allocator["name"] == cell["allocator"] && allocator["table"] == cell["table"]) {
      candidate.path = allocator["path"];
    }
  }
  return candidate;
}

std::vector<Json*> CellsOf(Json& record, const Json& trace) {
  std::vector<Json*> cells;
  for (Json& cell : record["cells"]) {
    if (cell["trace"] == trace["name"] && cell["status"] == "ok") cells.push_back(&cell);
  }
  return cells;
}

void CountTrace(Json& record, const Json& trace, const CountRecordOptions& options,
                Progress& progress) {
  const Slice slice(trace["path"], options.events);
  const Counter counter(options.counter);
  const std::vector<Json*> cells = CellsOf(record, trace);
  std::vector<Candidate> candidates = {{kFloorName, Table::kInProcess, ""}};
  for (const Json* cell : cells) candidates.push_back(CandidateOf(record, *cell));
  std::vector<CountOutcome> outcomes(candidates.size());
  const auto interrupted = [&] { return options.interrupted && options.interrupted(); };
  InPairs(candidates.size(), [&](std::size_t i) {
    if (interrupted()) return;
    progress.Next(trace["name"].get<std::string>() + ": " + candidates[i].name + ", count pass");
    outcomes[i] = counter.Count(candidates[i], slice.image_fd());
  });
  if (interrupted()) return;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    (*cells[i])["counts"] = CountsRecord(outcomes[i + 1], outcomes[0]);
  }
}

}  // namespace

Json CountsRecord(const CountOutcome& own, const CountOutcome& floor) {
  if (!own.reason.empty()) return {{"reason", own.reason}};
  if (!floor.reason.empty()) return {{"reason", "the floor: " + floor.reason}};
  Json record = {{"operations", own.counts.operations}};
  const auto add = [&](const char* name, std::uint64_t Counts::* count) {
    record[name] = own.counts.PerOperation(own.counts.*count);
    record[std::string("floor_") + name] = floor.counts.PerOperation(floor.counts.*count);
  };
  add("instructions_per_op", &Counts::instructions);
  add("d1_misses_per_op", &Counts::d1_misses);
  add("ll_misses_per_op", &Counts::ll_misses);
  return record;
}

void AddCounts(Json& record, const CountRecordOptions& options) {
  RequireValgrind();
  Json& provenance = record["provenance"];
  provenance["counts_events"] = options.events;
  provenance["counts_caches"] =
      "I1 " + kI1.Text() + "; D1 " + kD1.Text() + "; LL " + kLastLevel.Text();
  provenance["counts_valgrind"] = ValgrindVersion();
  Progress progress(options.progress);
  for (const Json& trace : record["traces"]) progress.Plan(CellsOf(record, trace).size() + 1);
  for (const Json& trace : record["traces"]) CountTrace(record, trace, options, progress);
}

}  // namespace alloclab
