// What a worker tells the process that started it: one structure of fixed size in a shared memory
// file. It is written in place, so whatever a worker had found out before it crashed can be read.

#ifndef ALLOCLAB_BENCH_WORKER_REPORT_H_
#define ALLOCLAB_BENCH_WORKER_REPORT_H_

#include <cstdint>
#include <type_traits>

#include "traces/replay/latency.h"
#include "traces/replay/memory_pass.h"

namespace alloclab {

struct WorkerReport {
  // Set to 1 last, by a worker that came to its end and met no failure. Not a bool: a wild store of
  // the allocator under test may leave anything here.
  std::uint32_t succeeded = 0;
  // Why a worker that came to its end did not succeed: a sentence, ended by a zero.
  char reason[512] = {};
  // The number, from 0, of the operation under way in the checked and the memory pass.
  std::uint64_t at_operation = 0;
  // The timed and the latency pass: processor time of all repetitions (and of all threads), the
  // time that went by, and how many operations they were.
  std::uint64_t cpu_ns = 0;
  std::uint64_t elapsed_ns = 0;
  std::uint64_t operations = 0;
  // The timed pass of the floor: nanoseconds that an operation took without touching.
  double loop_ns_per_op = 0;
  // What the system did for it meanwhile.
  std::uint64_t faults = 0;    // pages made, or found, for the process
  std::uint64_t switches = 0;  // times that a thread lost the processor, or gave it up
  MemoryFigures memory;
  LatencyFigures latency;
};
static_assert(std::is_trivially_copyable_v<WorkerReport>);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_REPORT_H_
