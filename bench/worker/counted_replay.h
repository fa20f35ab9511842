// What the worker does in its count pass: the replay, with callgrind counting it and nothing else.
//
// Counts are the same in every run, so nothing that the run before the replay left may show:
// - Counting starts at the loop and stops behind it, and callgrind's caches are empty at its start.
// - Which lines of a cache meet depends on addresses. Valgrind places all mappings itself, the same
//   in each run, but the stack begins below the environment and the arguments, whose sizes vary
//   with the caller's shell and with where the checkout lies. So the allocator and the replay get
//   frames that begin at the same place in a stretch of the size that a cache repeats itself after.
//
// Without valgrind the marks are a few instructions that do nothing.

#ifndef ALLOCLAB_BENCH_WORKER_COUNTED_REPLAY_H_
#define ALLOCLAB_BENCH_WORKER_COUNTED_REPLAY_H_

#include <alloca.h>
#include <valgrind/callgrind.h>

#include <cstdint>

#include "allocator/allocator.h"
#include "bench/worker/caches.h"
#include "bench/worker/count_mark.h"
#include "traces/program.h"
#include "traces/replay/replay.h"

namespace alloclab {

// Lines so far apart share a set of every cache.
inline constexpr std::uintptr_t kStackBoundaryBytes = kLastLevel.WayBytes();
static_assert(kStackBoundaryBytes % kD1.WayBytes() == 0 &&
              kStackBoundaryBytes % kI1.WayBytes() == 0);

// Calls run() with the stack at a multiple of kStackBoundaryBytes, less what a few frames take.
template <class Run>
[[gnu::noinline]] void OnStackBoundary(Run&& run) {
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  // Kept, though nothing is stored in it: the compiler may not leave out what it cannot see
  // through.
  void* skipped = alloca(here % kStackBoundaryBytes + 1);
  asm volatile("" : : "r"(skipped) : "memory");
  run();
}

// Replay, counted. Returns how many calls failed.
template <Allocator A, Touch kTouch>
std::uint64_t CountedReplay(A& allocator, const Op* begin, const Op* end, void** slots) noexcept {
  CALLGRIND_START_INSTRUMENTATION;
  const std::uint64_t failures = Replay<A, kTouch>(allocator, begin, end, slots);
  CALLGRIND_STOP_INSTRUMENTATION;
  CALLGRIND_DUMP_STATS_AT(kCountMark);
  return failures;
}

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_COUNTED_REPLAY_H_
