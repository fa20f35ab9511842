// What came of a run, from how its process ended and what is in its report.

#ifndef ALLOCLAB_BENCH_GRADE_END_OF_RUN_H_
#define ALLOCLAB_BENCH_GRADE_END_OF_RUN_H_

#include <chrono>
#include <cstdint>

#include "bench/contained_child/contained_child.h"
#include "bench/grade/grader.h"
#include "bench/grade/run_report.h"

namespace alloclab::grade {

// The verdict on a run that was given `time_out`, whose report is sealed with `nonce`. Nothing in
// the report is believed to be in range: the solution may have written there.
CheckOutcome Judge(const ContainedChildEnd& child, const RunReport& report, std::uint64_t nonce,
                   std::chrono::milliseconds time_out);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_END_OF_RUN_H_
