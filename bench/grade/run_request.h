// What a runner is asked to do, and its form on a command line: the grader writes it, the runner
// reads it, and a person can run it by hand.

#ifndef ALLOCLAB_BENCH_GRADE_RUN_REQUEST_H_
#define ALLOCLAB_BENCH_GRADE_RUN_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace alloclab::grade {

struct RunRequest {
  std::string solution;          // a shared object; empty: segregated_bins in its place
  bool counted = false;          // else checked
  std::size_t alignment = 16;    // bytes, 8 or 16; of the checked run
  std::uint64_t operations = 0;  // of the counted run: how many at most
  std::size_t heap_bytes = 0;    // the most that mem_sbrk gives
  std::uint64_t nonce = 0;       // of the seal (run_report.h)
  int program_fd = -1;           // a ProgramImage; -1: only load the solution
  int report_fd = -1;            // a file of sizeof(RunReport) bytes
};

std::vector<std::string> RunnerArguments(const RunRequest& request);

// Reads the arguments behind the program's name; false when they are not as RunnerArguments writes
// them.
bool ParseRunnerArguments(const std::vector<std::string>& arguments, RunRequest& request);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_RUN_REQUEST_H_
