// The clock that orders the records of different threads: the cheapest counter of the machine that
// all cores share.
//
// What the merge relies on: a release (free) is stamped before the allocator is called and an
// acquire (malloc) after it returned, so when a block passes from one thread to another through the
// allocator, the stamp of the free is the smaller one. The counter need not be exact, only the same
// for all cores; where it is not, the merge counts inversions and calls the trace tainted.
//
// The fence matters: a processor reads its counter ahead of loads that are still under way, and so
// a thread that has just received a block from another could stamp its free before the malloc (seen
// as dozens of inversions in a busy exchange of blocks between two threads).

#ifndef ALLOCLAB_TRACES_RECORDER_CLOCK_H_
#define ALLOCLAB_TRACES_RECORDER_CLOCK_H_

#include <time.h>

#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace alloclab::recorder {

#if defined(__x86_64__)
inline constexpr char kClockName[] = "rdtsc";
// Whether no two calls of the allocator, one after the other, fall within one tick.
inline constexpr bool kTicksPassBetweenCalls = true;
inline std::uint64_t ReadClock() {
  _mm_lfence();
  return __rdtsc();
}
#elif defined(__aarch64__)
inline constexpr char kClockName[] = "cntvct_el0";
inline constexpr bool kTicksPassBetweenCalls = false;
inline std::uint64_t ReadClock() {
  std::uint64_t ticks;
  asm volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks)::"memory");
  return ticks;
}
#else
inline constexpr char kClockName[] = "CLOCK_MONOTONIC";
inline constexpr bool kTicksPassBetweenCalls = false;
inline std::uint64_t ReadClock() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000000000u +
         static_cast<std::uint64_t>(now.tv_nsec);
}
#endif

// Nanoseconds of the given system clock (CLOCK_REALTIME: since 1970, UTC).
inline std::uint64_t SystemNanoseconds(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000000000u +
         static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_CLOCK_H_
