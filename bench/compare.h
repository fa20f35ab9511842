// Compares allocators on traces and returns a record: who is correct, how fast, and how lean.
//
// Every cell (allocator, trace) is run in three passes, each in fresh processes: checked once,
// timed in `blocks` blocks in which all allocators of a table take turns with each other, with
// `system` and with the floor, and once more for its memory. A cell that fails any of them has a
// reason and no figure. Order and repetitions are the same for all.

#ifndef ALLOCLAB_BENCH_COMPARE_H_
#define ALLOCLAB_BENCH_COMPARE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/candidate.h"
#include "traces/replay/mode.h"
#include "traces/replay/touch.h"

namespace alloclab {

struct CompareProgress {
  std::size_t done;  // runs of a worker, of `total`
  std::size_t total;
  std::string what;  // "python: boundary_tags, time pass"
};

struct CompareOptions {
  std::vector<std::string> traces;
  std::vector<std::string> allocators;  // as ResolveCandidates takes them; empty: all there are
  std::size_t blocks = 5;
  ReplayMode mode = ReplayMode::kSerial;  // of the timed pass; the others are always serial
  double time_scale = 1;                  // of recorded gaps, in ReplayMode::kTimed
  Touch touch = Touch::kLine;
  std::chrono::milliseconds timeout = std::chrono::minutes(2);  // for each run of a worker
  std::uint64_t memory_limit_bytes = std::uint64_t{4} << 30;    // each worker may gain; 0: no limit
  std::string worker_path;                                      // of //bench:worker
  std::string source_folder = ".";                              // whose git commit is recorded
  std::function<void(const CompareProgress&)> progress;         // may be empty
};

// The fewest blocks that a published figure should have.
inline constexpr std::size_t kPublishedBlocks = 15;

// Runs the comparison. The record has "schema", "provenance", "traces", "allocators" and "cells",
// as README.md in this folder describes. Throws CompareError for arguments that make no sense and
// TraceError for a malformed trace; a failing allocator is no error.
nlohmann::ordered_json RunCompare(const CompareOptions& options);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_COMPARE_H_
