// What an allocator does when it is handed an address that it cannot have given out (rule C20): it
// says so and ends the process. The program's books and ours disagree, and whatever it does next
// may be done to somebody else's block.

#ifndef ALLOCLAB_ALLOCATOR_MISUSE_H_
#define ALLOCLAB_ALLOCATOR_MISUSE_H_

#include <unistd.h>

#include <cstdlib>

#include "allocator/raw_line.h"

namespace alloclab {

// Prints "alloclab: ADDRESS: SENTENCE" on standard error and aborts. Does not allocate.
[[noreturn, gnu::cold, gnu::noinline]] inline void StopForMisuse(const void* address,
                                                                 const char* sentence) noexcept {
  RawLine line;
  line << "alloclab: " << address << ": " << sentence << "\n";
  line.Write(STDERR_FILENO);
  std::abort();
}

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_MISUSE_H_
