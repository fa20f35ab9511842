// Compares allocators under real programs and returns a record: who keeps them correct, how much
// processor time and wall time they take, and how much memory.
//
// Every cell (allocator, program) is checked once: malloc of all its processes is that library's,
// and it answers what it answers under `system`. Then it is timed in blocks, in which all
// allocators take turns with each other and with `system` once more; what it answers is compared in
// each of them, too. A cell that fails has a reason and no figure. Blocks go round all programs.
// What the blocks do not resolve is not ranked (standing.h).

#ifndef ALLOCLAB_BENCH_PROGRAMS_COMPARE_PROGRAMS_H_
#define ALLOCLAB_BENCH_PROGRAMS_COMPARE_PROGRAMS_H_

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/candidates/candidate.h"
#include "bench/process/progress.h"
#include "bench/programs/program.h"
#include "bench/statistics/block_loop.h"

namespace alloclab {

struct CompareProgramsOptions {
  std::vector<MeasuredProgram> programs;
  std::string run_length = "usual";  // of the programs, as it is recorded
  // Libraries, and one that is called "system" and has none.
  std::vector<Candidate> allocators;
  BlockLimits limits;
  std::chrono::milliseconds timeout = std::chrono::seconds(20);  // for each run
  std::uint64_t memory_limit_bytes = std::uint64_t{4} << 30;     // each process; 0: no limit
  std::string launcher_path;                                     // of //bench/programs:launcher
  std::string source_folder = ".";                               // whose git commit is recorded
  Progress::Show progress = {};                                  // may be empty
};

// Runs the comparison, in a temporary folder that is gone afterwards. The record has "schema",
// "kind", "provenance", "programs", "allocators", "noise" and "cells"
// (bench/schema/programs.schema.json). Throws CompareError for limits that make no sense, and
// Interrupted when it is before each program had a block; a failing allocator, or a program that is
// not installed, is no error.
nlohmann::ordered_json RunComparePrograms(const CompareProgramsOptions& options);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROGRAMS_COMPARE_PROGRAMS_H_
