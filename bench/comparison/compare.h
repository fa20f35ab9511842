// Compares allocators on traces and returns a record: who is correct, how fast, and how lean.
//
// Every cell (allocator, trace) is run in three passes, each in fresh processes: checked once, once
// for its memory, and timed in blocks in which all allocators of a table take turns with each
// other, with `system` twice, and with the floor. A cell that fails any of them has a reason and no
// figure. Blocks go round all traces, so that a slow spell of the machine meets all, and so that
// there is something of each when time is up. What the blocks do not resolve is not ranked
// (standing.h).

#ifndef ALLOCLAB_BENCH_COMPARISON_COMPARE_H_
#define ALLOCLAB_BENCH_COMPARISON_COMPARE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/process/progress.h"
#include "bench/statistics/block_loop.h"
#include "bench/statistics/stats.h"
#include "traces/replay/mode.h"
#include "traces/replay/touch.h"

namespace alloclab {

struct CompareOptions {
  std::vector<std::string> traces;
  std::vector<std::string> allocators;  // as ResolveCandidates takes them; empty: all there are
  BlockLimits limits;
  // Only so many events of each trace. 0: all.
  std::uint64_t first_events = 0;
  // A timed run repeats its program until it takes about so long...
  std::chrono::milliseconds least_run = kUsualRun;
  // ...and in so many of the first blocks single calls are timed, too.
  std::size_t latency_blocks = 3;
  ReplayMode mode = ReplayMode::kSerial;  // of the timed pass; the others are always serial
  double time_scale = 1;                  // of recorded gaps, in ReplayMode::kTimed
  Touch touch = kUsualTouch;
  std::chrono::milliseconds timeout = std::chrono::seconds(30);  // for each run of a worker
  std::uint64_t memory_limit_bytes = std::uint64_t{4} << 30;  // each worker may gain; 0: no limit
  std::string worker_path;                                    // of //bench/worker
  std::string source_folder = ".";                            // whose git commit is recorded
  std::function<void(const CompareProgress&)> progress;       // may be empty
};

// Runs the comparison. The record has "schema", "provenance", "traces", "allocators", "noise" and
// "cells" (bench/schema/traces.schema.json). Throws CompareError for arguments that make no
// sense, TraceError for a malformed trace, and Interrupted when it is before each trace had a
// block; a failing allocator is no error.
nlohmann::ordered_json RunCompare(const CompareOptions& options);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_COMPARISON_COMPARE_H_
