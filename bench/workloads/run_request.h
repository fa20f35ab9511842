// What a runner is asked to do, and its form on a command line: the comparison writes it, and the
// runner reads it.

#ifndef ALLOCLAB_BENCH_WORKLOADS_RUN_REQUEST_H_
#define ALLOCLAB_BENCH_WORKLOADS_RUN_REQUEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace alloclab::workloads {

inline constexpr std::uint32_t kMostThreads = 1024;

struct RunRequest {
  std::string_view workload;
  // The library that LD_PRELOAD should have put in place of malloc; empty when none.
  std::string_view library;
  std::uint32_t threads = 1;             // 1 to kMostThreads
  std::uint32_t work_percent = 100;      // 1 to 100, of the usual amount
  std::uint64_t seed = 1;                // of all draws
  std::uint64_t memory_limit_bytes = 0;  // that the process may gain; 0: no limit
  int report_fd = -1;                    // a file of sizeof(RunReport) bytes
};

std::vector<std::string> RunnerArguments(const RunRequest& request);

// Reads the arguments after the program's name. Returns null, or a static sentence about the first
// wrong one. Allocates nothing; the strings of `request` point into `arguments`.
const char* ParseRunnerArguments(int count, const char* const* arguments, RunRequest& request);

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_RUN_REQUEST_H_
