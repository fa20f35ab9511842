// Whether a preloaded library really stands in for malloc in this process. A library that exports
// no malloc, or that the loader could not load, would otherwise be measured as glibc.

#ifndef ALLOCLAB_BENCH_WORKER_TAKEOVER_H_
#define ALLOCLAB_BENCH_WORKER_TAKEOVER_H_

#include <cstddef>

namespace alloclab {

// The path, as the loader has it, of what defines the function of this name in this process; empty
// when nobody does. Static: it stays as long as that is loaded.
const char* FileOfFunction(const char* name);

// True when malloc and free are the functions of the file `library`. Otherwise writes a sentence
// of at most `bytes` bytes to `reason`.
bool MallocComesFrom(const char* library, char* reason, std::size_t bytes);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_TAKEOVER_H_
