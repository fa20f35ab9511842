// The counted run: how many instructions a program takes on a solution, on the reference and on the
// floor, counted by valgrind's callgrind.
//
// The three are called in the same way, through pointers, in one process; callgrind counts only
// between the marks around each, and writes three counts (bench/deterministic/callgrind_file.h).
//   floor      malloc that gives the same buffer each time: the instructions of the replay itself
//   reference  our segregated_bins, compiled into the runner

#ifndef ALLOCLAB_BENCH_GRADE_COUNTED_RUN_H_
#define ALLOCLAB_BENCH_GRADE_COUNTED_RUN_H_

#include <cstdint>

#include "bench/grade/lab_functions.h"
#include "bench/grade/run_report.h"
#include "traces/replay/program_image.h"

namespace alloclab::grade {

// segregated_bins as if it were a solution.
LabFunctions ReferenceFunctions();

// Runs the first `operations` operations of the image. Fills in report.result, but not its seal.
void RunCounted(const LabFunctions& functions, const ProgramImage& image, std::uint64_t operations,
                void** slots, RunReport& report);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_COUNTED_RUN_H_
