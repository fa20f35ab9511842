// Runs of the real runner, as the tests of workloads need them.

#ifndef ALLOCLAB_BENCH_WORKLOADS_RUN_FOR_TEST_H_
#define ALLOCLAB_BENCH_WORKLOADS_RUN_FOR_TEST_H_

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "bench/workloads/run_workload.h"

namespace alloclab::workloads {

inline constexpr const char* kMimalloc = "/usr/lib/x86_64-linux-gnu/libmimalloc.so.2.0";

inline RunOutcome RunForTest(std::string_view workload, const std::string& library,
                             std::uint32_t threads, std::uint32_t work_percent,
                             std::uint64_t seed = 1,
                             std::chrono::milliseconds timeout = std::chrono::minutes(2)) {
  const std::string path = library.empty() ? "" : std::filesystem::absolute(library).string();
  RunRequest request;
  request.workload = workload;
  request.library = path;
  request.threads = threads;
  request.work_percent = work_percent;
  request.seed = seed;
  request.memory_limit_bytes = std::uint64_t{4} << 30;
  return RunWorkload("bench/workloads/runner", request, timeout);
}

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_RUN_FOR_TEST_H_
