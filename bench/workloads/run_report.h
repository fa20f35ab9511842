// What a run of a workload tells the process that started it: one structure of fixed size in a
// shared memory file, written in place, so that a reason survives whatever comes after it.

#ifndef ALLOCLAB_BENCH_WORKLOADS_RUN_REPORT_H_
#define ALLOCLAB_BENCH_WORKLOADS_RUN_REPORT_H_

#include <cstdint>
#include <type_traits>

namespace alloclab::workloads {

struct RunReport {
  // Set to 1 last, by a run that came to its end and met no failure. Not a bool: a wild store of
  // the allocator under test may leave anything here.
  std::uint32_t succeeded = 0;
  // Why the run was ended: a sentence, ended by a zero.
  char reason[512] = {};
  // Of all threads, from the start of the first to the end of the last.
  std::uint64_t cpu_ns = 0;
  std::uint64_t elapsed_ns = 0;
  std::uint64_t faults = 0;
  std::uint64_t switches = 0;
  // The work: calls of malloc, realloc and free, and the bytes asked for. The same for every
  // allocator.
  std::uint64_t operations = 0;
  std::uint64_t bytes_requested = 0;
  // The most that was resident, less what was before the start.
  std::uint64_t resident_bytes_peak = 0;
  // How many of the threads' first blocks lie on a line that another thread's first block lies on,
  // where the workload is about that.
  std::uint64_t blocks_sharing_a_line = 0;
};
static_assert(std::is_trivially_copyable_v<RunReport>);

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_RUN_REPORT_H_
