// Compares malloc's of shared libraries on workloads that are live programs with threads, and
// returns a record: who is correct, how fast, and how that changes with the number of threads.
//
// Every allocator is a library under LD_PRELOAD, or the system's, in the same runner: our variants,
// too, behind the lock of their libraries. All of a workload and a number of threads take turns in
// blocks, `system` twice (standing.h). The time that is compared is what went by: with threads that
// wait for each other, processor time would call whoever waits asleep the fastest.

#ifndef ALLOCLAB_BENCH_WORKLOADS_COMPARE_WORKLOADS_H_
#define ALLOCLAB_BENCH_WORKLOADS_COMPARE_WORKLOADS_H_

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/candidates/candidate.h"
#include "bench/process/progress.h"
#include "bench/statistics/block_loop.h"

namespace alloclab::workloads {

struct WorkloadOptions {
  std::vector<std::string> workloads;  // names; empty: all
  std::vector<std::uint32_t> threads;  // empty: UsualThreads
  std::vector<Candidate> allocators;   // `system` and libraries, as library_candidates.h gives them
  BlockLimits limits;
  std::uint32_t work_percent = 100;  // of the usual amount of work
  std::uint64_t seed = 1;
  std::chrono::milliseconds timeout = std::chrono::seconds(30);  // for each run
  std::uint64_t memory_limit_bytes = std::uint64_t{4} << 30;     // each may gain; 0: no limit
  std::string runner_path;                                       // of //bench/workloads:runner
  std::string source_folder = ".";                               // whose git commit is recorded
  Progress::Show progress;                                       // may be empty
};

std::vector<std::string> WorkloadNames();

// 1, 2, 4 and so on up to `processors`, that number itself, and twice as many; never more than a
// run can have (kMostThreads).
std::vector<std::uint32_t> UsualThreads(std::uint32_t processors);

// Runs the comparison. The record has "schema", "kind", "provenance", "workloads", "allocators",
// "noise" and "cells" (bench/schema/workloads.schema.json). Throws CompareError for arguments
// that make no sense, Interrupted when there is nothing to report yet.
nlohmann::ordered_json RunCompareWorkloads(const WorkloadOptions& options);

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_COMPARE_WORKLOADS_H_
