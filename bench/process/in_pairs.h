// Runs of workers that are not timed, and so need not be alone.

#ifndef ALLOCLAB_BENCH_PROCESS_IN_PAIRS_H_
#define ALLOCLAB_BENCH_PROCESS_IN_PAIRS_H_

#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>

namespace alloclab {

// Calls run(i) for 0..count-1, as many at a time as there are processors, at most two: workers that
// are not timed, whose memory is theirs alone. The first exception is thrown when all have ended.
template <class Run>
void InPairs(std::size_t count, Run&& run) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    for (std::size_t i; (i = next.fetch_add(1)) < count;) {
      try {
        run(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next = count;
      }
    }
  };
  {
    std::jthread other;
    if (std::thread::hardware_concurrency() > 1) other = std::jthread(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROCESS_IN_PAIRS_H_
