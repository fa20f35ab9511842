// When the operations of a timed program may happen, and how to sleep until then.
//
// Threads sleep in the kernel: spinning would count as processor time of the program. What going to
// sleep and waking costs is measured, for it is none of the allocator's.

#ifndef ALLOCLAB_TRACES_REPLAY_SCHEDULE_H_
#define ALLOCLAB_TRACES_REPLAY_SCHEDULE_H_

#include <time.h>

#include <cstdint>

namespace alloclab {

inline std::uint64_t ClockNs(clockid_t clock) noexcept {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

class Schedule {
 public:
  // `scale`, not negative, is what recorded gaps are multiplied by: 0.5 replays twice as fast.
  explicit Schedule(double scale = 1) : scale_(scale) {}

  void StartNow() noexcept { start_ = ClockNs(CLOCK_MONOTONIC); }

  // Sleeps until `ns` recorded nanoseconds after the start, unless that is over. Returns the
  // processor time that this took.
  [[gnu::noinline]] std::uint64_t SleepUntil(std::uint64_t ns) const noexcept {
    const std::uint64_t cpu = ClockNs(CLOCK_THREAD_CPUTIME_ID);
    const double later = static_cast<double>(ns) * scale_;
    // Decades from now are as good as never.
    const std::uint64_t when = start_ + static_cast<std::uint64_t>(later < 0x1p60 ? later : 0x1p60);
    const timespec until = {static_cast<time_t>(when / 1'000'000'000),
                            static_cast<long>(when % 1'000'000'000)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) != 0) {
    }
    return ClockNs(CLOCK_THREAD_CPUTIME_ID) - cpu;
  }

 private:
  double scale_;
  std::uint64_t start_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_SCHEDULE_H_
