// Runs one workload once in a fresh process, so that memory starts clean and a crash is only a
// failed cell.

#ifndef ALLOCLAB_BENCH_WORKLOADS_RUN_WORKLOAD_H_
#define ALLOCLAB_BENCH_WORKLOADS_RUN_WORKLOAD_H_

#include <chrono>
#include <functional>
#include <string>

#include "bench/workloads/run_report.h"
#include "bench/workloads/run_request.h"

namespace alloclab::workloads {

struct RunOutcome {
  // Empty when the run succeeded, else why not, as a sentence: what it reported, the signal that
  // ended it, or that it took too long. `report` holds figures only when this is empty.
  std::string reason;
  bool interrupted = false;  // it was not waited for: nothing is known of it
  RunReport report;
};

// Starts the runner with `request` (its report_fd is set here) and, when request.library is not
// empty, that library under LD_PRELOAD. When `interrupted`, which may be empty, says yes meanwhile,
// the run is ended. Throws std::system_error when no process can be started.
RunOutcome RunWorkload(const std::string& runner_path, RunRequest request,
                       std::chrono::milliseconds timeout,
                       const std::function<bool()>& interrupted = {});

// "1 thread", "2 threads".
std::string ThreadsText(std::uint32_t threads);

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_RUN_WORKLOAD_H_
