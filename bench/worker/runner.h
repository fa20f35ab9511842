// Runs one worker: a fresh process for every cell and pass, so that memory starts clean and a crash
// is only a failed cell.

#ifndef ALLOCLAB_BENCH_WORKER_RUNNER_H_
#define ALLOCLAB_BENCH_WORKER_RUNNER_H_

#include <chrono>
#include <string>
#include <vector>

#include "bench/worker/report.h"
#include "bench/worker/request.h"

namespace alloclab {

struct WorkerOutcome {
  // Empty when the worker succeeded, else why not, as a sentence: what it reported, the signal
  // that ended it, or that it took too long. `report` holds figures only when this is empty.
  std::string reason;
  WorkerReport report;
};

class Runner {
 public:
  // `before` are the words in front of the worker's path: a program that runs it, and its options.
  Runner(std::string worker_path, std::chrono::milliseconds timeout,
         std::vector<std::string> before = {});

  // Starts the worker with `request` (its report_fd is set here) and, when request.library is not
  // empty, that library under LD_PRELOAD; waits at most the timeout, then kills it by its own
  // process id. `operations` is the length of the program, for the sentence about a crash.
  // Throws std::system_error when no process can be started at all.
  WorkerOutcome Run(WorkerRequest request, std::uint64_t operations) const;

 private:
  std::vector<std::string> command_;  // its first word is looked for in PATH
  std::chrono::milliseconds timeout_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_RUNNER_H_
