// The finest clock there is for one call of an allocator: the processor's own counter, which costs
// some twenty nanoseconds where the system's costs as much again and is no finer. Its ticks are
// constant on every processor of the last decade, and no measure of the processor's speed.

#ifndef ALLOCLAB_TRACES_REPLAY_CYCLE_CLOCK_H_
#define ALLOCLAB_TRACES_REPLAY_CYCLE_CLOCK_H_

#include <time.h>

#include <algorithm>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace alloclab {

// Now, in ticks; everything before it in the program has been done, and nothing after it begun.
// Never by `cpuid`, which does the same and, in a virtual machine, asks the host each time.
inline std::uint64_t Ticks() noexcept {
#if defined(__x86_64__)
  unsigned processor;
  const std::uint64_t ticks = __rdtscp(&processor);  // waits for what comes before it
  _mm_lfence();                                      // and what comes after it waits
  return ticks;
#else
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
#endif
}

// What a tick is, and what two readings with nothing between them are apart.
struct TickScale {
  std::uint64_t picoseconds_per_1024_ticks;
  std::uint64_t overhead_ticks;

  std::uint64_t Picoseconds(std::uint64_t ticks) const noexcept {
    ticks -= std::min(ticks, overhead_ticks);
    // Past 2^54 ps, five hours, the product would wrap; nothing that long is timed.
    return (ticks * picoseconds_per_1024_ticks) >> 10;
  }
};

// Measures both, in about five milliseconds.
inline TickScale MeasureTicks() noexcept {
  const auto nanoseconds = [] {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec);
  };
  const std::uint64_t start = nanoseconds();
  const std::uint64_t start_ticks = Ticks();
  std::uint64_t overhead = UINT64_MAX;
  std::uint64_t now = start;
  while (now - start < 5'000'000) {
    const std::uint64_t before = Ticks();
    overhead = std::min(overhead, Ticks() - before);
    now = nanoseconds();
  }
  const std::uint64_t ticks = std::max<std::uint64_t>(Ticks() - start_ticks, 1);
  return {(nanoseconds() - start) * 1000 * 1024 / ticks, overhead};
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_CYCLE_CLOCK_H_
