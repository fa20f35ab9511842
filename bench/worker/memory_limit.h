// How much memory the process that is measured may take.

#ifndef ALLOCLAB_BENCH_WORKER_MEMORY_LIMIT_H_
#define ALLOCLAB_BENCH_WORKER_MEMORY_LIMIT_H_

#include <cstdint>

namespace alloclab {

// Lets the process gain at most `bytes` of private writable memory from here on; 0: no limit.
// Address space that is only reserved does not count, so libraries that reserve much of it are not
// punished. Allocates nothing.
void LimitMemory(std::uint64_t bytes);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_MEMORY_LIMIT_H_
