// What a runner tells the grader: one structure of fixed size in a shared memory file. The first
// half is written as the run goes on, so that it can be read after a crash; the second once, at the
// end, under a seal.
//
// The solution runs in the same process and may write anywhere, this structure included. So a
// result counts only with a seal that fits it and the number that the grader had drawn for this
// run.

#ifndef ALLOCLAB_BENCH_GRADE_RUN_REPORT_H_
#define ALLOCLAB_BENCH_GRADE_RUN_REPORT_H_

#include <xxhash.h>

#include <cstdint>
#include <type_traits>

#include "bench/grade/lab_rule.h"

namespace alloclab::grade {

// Where the process is.
enum class Phase : std::uint32_t {
  kStart,
  kLoad,
  kInit,
  kMalloc,
  kFree,
  kRealloc,
  kCalloc,
  kHarness
};

struct RunResult {
  LabRule rule = LabRule::kNone;
  char text[508] = {};  // a sentence about the rule, or why the solution cannot be run
  std::uint64_t live_bytes_peak = 0;
  std::uint64_t heap_bytes_peak = 0;
};

struct RunReport {
  Phase phase = Phase::kStart;
  std::uint32_t signal = 0;         // that was caught on its way to end the process
  std::int32_t signal_code = 0;     // si_code: where it came from
  std::int32_t system_call = 0;     // of SIGSYS: the number of the call that was not allowed
  std::uint64_t fault_address = 0;  // of SIGSEGV and SIGBUS, where an address was at fault
  std::uint64_t at_operation = 0;   // from 0; as many as there are: freeing what was left
  std::uint64_t heap_begin = 0;
  std::uint64_t heap_end = 0;  // when the signal came

  RunResult result;
  std::uint64_t seal = 0;

  std::uint64_t SealFor(std::uint64_t nonce) const {
    const std::uint64_t seal_for = XXH64(&result, sizeof(result), nonce);
    return seal_for == 0 ? 1 : seal_for;
  }
};
static_assert(std::is_trivially_copyable_v<RunReport>);
static_assert(std::has_unique_object_representations_v<RunResult>, "sealed byte by byte");

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_RUN_REPORT_H_
