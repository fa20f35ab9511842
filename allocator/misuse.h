// What an allocator does when it is handed an address that it cannot have given out (rule C20): it
// says so and ends the process. The program's books and ours disagree, and whatever it does next
// may be done to somebody else's block.
//
// A program that looks for misuse that goes unnoticed (fuzz/misuse) must outlive what it finds in
// order. It is compiled with ALLOCLAB_STOPS_ELSEWHERE and defines StopForMisuse itself. This is
// settled by the compiler and linker: no library or program that is shipped has a pointer in
// writable memory that says what to do here.

#ifndef ALLOCLAB_ALLOCATOR_MISUSE_H_
#define ALLOCLAB_ALLOCATOR_MISUSE_H_

#include <unistd.h>

#include <cstdlib>

#include "allocator/raw_line.h"

namespace alloclab {

#ifdef ALLOCLAB_STOPS_ELSEWHERE
[[noreturn]] void StopForMisuse(const void* address, const char* sentence) noexcept;
#else
// Prints "alloclab: ADDRESS: SENTENCE" on standard error and aborts. Does not allocate.
[[noreturn, gnu::cold, gnu::noinline]] inline void StopForMisuse(const void* address,
                                                                 const char* sentence) noexcept {
  RawLine line;
  line << "alloclab: " << address << ": " << sentence << "\n";
  line.Write(STDERR_FILENO);
  std::abort();
}
#endif

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_MISUSE_H_
