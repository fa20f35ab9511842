// How the threads of a ThreadedProgram wait for each other: each says how many of its operations
// are done, in a word on a cache line of its own, and others read that word until it says enough.
//
// Nobody writes another's word, so the only traffic is that of the blocks that really pass between
// threads. A thread that finds a word too small spins for about a microsecond, then sleeps in the
// kernel until the word changes: with more threads than processors, the one waited for may need
// this one's.

#ifndef ALLOCLAB_TRACES_REPLAY_THREAD_ORDER_H_
#define ALLOCLAB_TRACES_REPLAY_THREAD_ORDER_H_

#include <atomic>
#include <cstdint>

#include "traces/replay/schedule.h"

namespace alloclab {

struct alignas(64) ThreadProgress {
  std::atomic<std::uint32_t> done{0};
};

class ThreadOrder {
 public:
  static constexpr bool kWaits = true;

  // `all` has the progress of every thread; `self` is this one's. What pauses cost is added to
  // `pause_cpu_ns`.
  ThreadOrder(ThreadProgress* all, std::uint32_t self, const Schedule& schedule,
              std::uint64_t& pause_cpu_ns)
      : all_(all), self_(self), schedule_(&schedule), pause_cpu_ns_(&pause_cpu_ns) {}

  // Returns when `thread` has done `operations`, and what it did before is visible here.
  void Wait(std::uint32_t thread, std::uint64_t operations) const noexcept {
    const std::atomic<std::uint32_t>& done = all_[thread].done;
    for (int spin = 0; spin < kSpins; ++spin) {
      if (done.load(std::memory_order_acquire) >= operations) return;
      __builtin_ia32_pause();
    }
    Sleep(done, operations);
  }

  // Returns when it is time for what happened `ns` after the start.
  void Pause(std::uint64_t ns) const noexcept { *pause_cpu_ns_ += schedule_->SleepUntil(ns); }

  // This thread has done `operations`, which fit in 32 bits.
  void Done(std::uint64_t operations) const noexcept {
    std::atomic<std::uint32_t>& done = all_[self_].done;
    done.store(static_cast<std::uint32_t>(operations), std::memory_order_release);
    done.notify_all();
  }

 private:
  static constexpr int kSpins = 30;

  [[gnu::noinline]] static void Sleep(const std::atomic<std::uint32_t>& done,
                                      std::uint64_t operations) noexcept {
    for (;;) {
      const std::uint32_t now = done.load(std::memory_order_acquire);
      if (now >= operations) return;
      done.wait(now, std::memory_order_acquire);
    }
  }

  ThreadProgress* all_;
  std::uint32_t self_;
  const Schedule* schedule_;
  std::uint64_t* pause_cpu_ns_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_THREAD_ORDER_H_
