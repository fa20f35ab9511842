// The name under which callgrind writes the counts of a replay, so that they are told from what it
// writes at the end of the process.

#ifndef ALLOCLAB_BENCH_WORKER_COUNT_MARK_H_
#define ALLOCLAB_BENCH_WORKER_COUNT_MARK_H_

namespace alloclab {

inline constexpr char kCountMark[] = "replay";

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_COUNT_MARK_H_
