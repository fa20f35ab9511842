// StopForMisuse (allocator/misuse.h) for a program that must outlive it: it comes back to who has
// asked for that, with longjmp.
//
// Why it may: the functions of an allocator are noexcept, so no exception could pass them; but none
// of them has a local object with a destructor where it calls StopForMisuse (a throw in its place
// would destroy nothing), and that is what the language asks of longjmp. A variant behind a lock
// (Locked) has such an object, and may not be looked at this way. AddressSanitizer clears the marks
// of the whole stack before a noreturn call and in its longjmp: the frames that are left keep none
// that are stale, so nothing is reported wrongly; what a frame further out does beyond its own
// variables until it returns may go unseen.
//
// For one thread.

#ifndef ALLOCLAB_FUZZ_MISUSE_STOP_H_
#define ALLOCLAB_FUZZ_MISUSE_STOP_H_

#include <csetjmp>

namespace alloclab {

// What to do about a stop that nobody waits for; null: what the shipped allocators do, a line and
// the end of the process. So it ends too when `handler` returns.
using StopHandler = void (*)(const void* address, const char* sentence);
void SetStopHandler(StopHandler handler);

// Where the next stop jumps to; null: nowhere.
void StopJumpsTo(std::jmp_buf* back);

// Calls call(), which calls one function of an allocator; whether that ended in StopForMisuse. The
// heap is as it was when it stopped.
template <class Call>
[[gnu::noinline]] bool StopsForMisuse(const Call& call) {
  std::jmp_buf back;
  if (setjmp(back) != 0) return true;
  StopJumpsTo(&back);
  call();
  StopJumpsTo(nullptr);
  return false;
}

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_MISUSE_STOP_H_
