// The traces that a solution is graded on when none are named: the first calls of recorded
// programs, and generated ones that single a habit out. All are the same everywhere, and short: a
// search through all blocks is slow already, and grading takes less than a minute.

#ifndef ALLOCLAB_BENCH_GRADE_DEFAULT_TRACES_H_
#define ALLOCLAB_BENCH_GRADE_DEFAULT_TRACES_H_

#include <string>
#include <vector>

#include "bench/grade/lab_trace.h"

namespace alloclab::grade {

// `corpus` is the folder of the committed recordings. Throws TraceError when one is missing.
std::vector<LabTrace> DefaultTraces(const std::string& corpus);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_DEFAULT_TRACES_H_
