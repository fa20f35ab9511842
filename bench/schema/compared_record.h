// A record of a real comparison, made once for all tests of this program.

#ifndef ALLOCLAB_BENCH_SCHEMA_COMPARED_RECORD_H_
#define ALLOCLAB_BENCH_SCHEMA_COMPARED_RECORD_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "bench/comparison/compare.h"
#include "bench/deterministic/count_record.h"
#include "bench/schema/verdict.h"
#include "traces/trace_io.h"

namespace alloclab::schema {

// A trace of a generator's, with times, in which `bump` needs more than it may have: each block is
// freed when there is one after it.
inline std::string WriteTrace() {
  const std::string path = Folder() + "/made.txt";
  const std::unique_ptr<TraceWriter> writer =
      CreateTrace(path, FormFromName(path),
                  {.metadata = {{"generator", "fleet"},
                                {"parameters", "live=3 table=a.csv"},
                                {"clock_hz", "1000000000"}}});
  for (std::uint64_t i = 0; i < 20000; ++i) {
    Event event;
    event.size = i % 500 + 1;
    event.time = 2 * i + 1;
    writer->Add(event);
    if (i == 0) continue;
    Event free;
    free.kind = EventKind::kFree;
    free.ref = i - 1;
    free.time = 2 * i + 2;
    writer->Add(free);
  }
  writer->Finish();
  return path;
}

inline CompareOptions Options() {
  CompareOptions options;
  options.traces = {WriteTrace()};
  options.allocators = {"bump", "boundary_tags", "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"};
  options.limits.blocks = 2;
  options.worker_path = "bench/worker/worker";
  options.memory_limit_bytes = std::uint64_t{3} << 20;
  return options;
}

inline const Json& Compared() {
  static const Json record = RunCompare(Options());
  return record;
}

// The record with what compare --counts adds, as that adds it.
inline const Json& Counted() {
  static const Json counted = [] {
    Json record = Compared();
    CountRecordOptions options;
    options.counter = {
        .worker_path = "bench/deterministic/counted_worker",
        .stopped_clock_path = std::filesystem::absolute("bench/deterministic/stopped_clock.so")};
    options.events = 500;
    AddCounts(record, options);
    return record;
  }();
  return counted;
}

// Cells in which there is something of everything, and few points of each timeline.
inline Json SmallRecord() {
  Json record = Counted();
  for (Json& cell : record["cells"]) {
    if (!cell.contains("timeline")) continue;
    for (Json& column : cell["timeline"]) column.erase(column.begin() + 2, column.end());
    for (Json& kind : cell["latency"]["kinds"]) {
      kind["curve"].erase(kind["curve"].begin() + 1, kind["curve"].end());
    }
  }
  record["cells"].back()["counts"] = CountsRecord({"it fell over", {}}, {});
  return record;
}

}  // namespace alloclab::schema

#endif  // ALLOCLAB_BENCH_SCHEMA_COMPARED_RECORD_H_
