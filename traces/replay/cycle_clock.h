// The finest clock there is for one call of an allocator: the processor's own counter, which costs
// some twenty nanoseconds where the system's costs as much again and is no finer. Its ticks are
// constant on every processor of the last decade, and no measure of the processor's speed. It need
// not count one by one: some processors add 26 at once, and no difference is finer than such a
// step.

#ifndef ALLOCLAB_TRACES_REPLAY_CYCLE_CLOCK_H_
#define ALLOCLAB_TRACES_REPLAY_CYCLE_CLOCK_H_

#include <time.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>

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

// What a tick is, what two readings with nothing between them are apart, and by how many ticks the
// clock steps.
struct TickScale {
  std::uint64_t picoseconds_per_1024_ticks;
  std::uint64_t overhead_ticks;
  std::uint64_t step_ticks;

  std::uint64_t Picoseconds(std::uint64_t ticks) const noexcept {
    ticks -= std::min(ticks, overhead_ticks);
    // Past 2^54 ps, five hours, the product would wrap; nothing that long is timed.
    return (ticks * picoseconds_per_1024_ticks) >> 10;
  }
  // Figures closer than this are equal.
  std::uint64_t StepPicoseconds() const noexcept {
    return (step_ticks * picoseconds_per_1024_ticks) >> 10;
  }
};

// The step of a clock that `read` reads, while wait(n) passes the time in proportion to n: what all
// differences of its readings are multiples of. Not the smallest difference: a reading takes longer
// than a step, and so two or three of them. Between readings a stretch of changing length passes,
// since a clock without steps whose reading always took 40 ticks would seem to have steps of 40. A
// counter that jumps (a thread that is moved to another processor) spoils the common divisor of its
// own batch, not the median of all. 0 when the clock stood still; 1 where the steps are no whole
// number of ticks, which says nothing.
template <class Read, class Wait>
std::uint64_t MeasureStep(Read&& read, Wait&& wait) noexcept {
  constexpr std::size_t kBatches = 15;
  constexpr unsigned kReadings = 128;
  constexpr unsigned kStretches = 61;
  std::array<std::uint64_t, kBatches> divisors = {};
  for (std::uint64_t& divisor : divisors) {
    std::uint64_t last = read();
    for (unsigned reading = 0; reading < kReadings; ++reading) {
      wait(reading % kStretches);
      const std::uint64_t now = read();
      divisor = std::gcd(divisor, now - last);
      last = now;
    }
  }
  std::sort(divisors.begin(), divisors.end());
  return divisors[kBatches / 2];
}

// Measures all of them, in about five milliseconds.
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
  const std::uint64_t elapsed = nanoseconds() - start;
  const auto wait = [](unsigned rounds) {
    volatile unsigned done = 0;
    while (done < rounds) {
      const unsigned next = done + 1;
      done = next;
    }
  };
  return {elapsed * 1000 * 1024 / ticks, overhead, MeasureStep(Ticks, wait)};
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_CYCLE_CLOCK_H_
