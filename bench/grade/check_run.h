// The checked run: a program on a solution, under Shadowed and the rules of malloc labs. Stops at
// the first broken rule.
//
// Every call is checked, and the block that it is about. All live blocks are looked at when the
// calls since the last time have earned it: the total cost stays O(calls x credit), and a small
// heap is looked at after each call. In a long program calls earn less.

#ifndef ALLOCLAB_BENCH_GRADE_CHECK_RUN_H_
#define ALLOCLAB_BENCH_GRADE_CHECK_RUN_H_

#include "bench/grade/lab_functions.h"
#include "bench/grade/run_report.h"
#include "traces/replay/program_image.h"

namespace alloclab::grade {

// Fills in report.result, but not its seal. `slots` has an element for each slot, all null;
// `alignment` is 8 or 16. The arena was made, and is watched.
void RunChecked(const LabFunctions& functions, const ProgramImage& image, void** slots,
                std::size_t alignment, RunReport& report);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_CHECK_RUN_H_
