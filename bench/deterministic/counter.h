// Counts what a program costs on an allocator: instructions and simulated cache misses, the same in
// every run. A worker replays it under valgrind's callgrind (counted_replay.h), the allocator in
// process or preloaded just as when it is timed.
//
// What is counted happens in the process: what the system does in a call, or for a page fault, is
// not in it, and what a library does differently from one moment to the next would be. README.md
// says what was found to vary, and how it is kept from varying.

#ifndef ALLOCLAB_BENCH_DETERMINISTIC_COUNTER_H_
#define ALLOCLAB_BENCH_DETERMINISTIC_COUNTER_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "bench/candidates/candidate.h"
#include "traces/replay/touch.h"

namespace alloclab {

struct Counts {
  std::uint64_t operations = 0;
  std::uint64_t instructions = 0;
  std::uint64_t d1_misses = 0;  // of loads and stores
  std::uint64_t ll_misses = 0;  // of loads, stores and instructions

  double PerOperation(std::uint64_t count) const {
    return static_cast<double>(count) / static_cast<double>(operations);
  }
  friend bool operator==(const Counts&, const Counts&) = default;
};

// The counts, or why there are none: a sentence.
struct CountOutcome {
  std::string reason;
  Counts counts;
};

struct CounterOptions {
  std::string worker_path;         // of //bench/deterministic:counted_worker
  std::string stopped_clock_path;  // of //bench/deterministic:stopped_clock.so
  Touch touch = kUsualTouch;
  std::chrono::milliseconds timeout = std::chrono::minutes(5);
  // Of private writable memory, in all: valgrind's own is some tens of mebibytes of it. 0: no
  // limit.
  std::uint64_t memory_limit_bytes = std::uint64_t{4} << 30;
};

// Of every trace so many events are counted where nothing else is asked for: enough for a heap to
// have holes, and few enough for an allocator that searches long.
inline constexpr std::uint64_t kCountedEvents = 20'000;

// The name of the candidate that knows every answer beforehand (traces/replay/floor.h), and costs
// what the loop, the touching and the slots cost.
inline constexpr char kFloorName[] = "floor";

// Whatever one can count with is there; otherwise throws CompareError, which names the package.
void RequireValgrind();

// "3.19.0"
std::string ValgrindVersion();

class Counter {
 public:
  explicit Counter(CounterOptions options);

  // The program is the image (traces/replay/program_image.h) in `program_fd`, its frees at the end
  // included. Thread-safe. A candidate that crashes, refuses a call or runs out of memory has a
  // reason and no counts.
  // Throws std::system_error when no process can be started.
  CountOutcome Count(const Candidate& candidate, int program_fd) const;

 private:
  CounterOptions options_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_DETERMINISTIC_COUNTER_H_
