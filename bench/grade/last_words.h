// What a runner that is ended by a signal still says: which one, where, and how far the heap went.

#ifndef ALLOCLAB_BENCH_GRADE_LAST_WORDS_H_
#define ALLOCLAB_BENCH_GRADE_LAST_WORDS_H_

#include "bench/grade/run_report.h"

namespace alloclab::grade {

// Notes SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP and SIGSYS in `report`, on a stack of its
// own (a recursion without end leaves none), and lets them end the process.
void KeepLastWords(RunReport& report);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_LAST_WORDS_H_
