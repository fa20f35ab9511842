// Where the system puts mappings is chance for the timed pass, and none for the memory pass: what a
// heap holds may depend on it, and is to be the same in every run.

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "bench/process/child_process.h"
#include "bench/worker/report.h"
#include "bench/worker/request.h"
#include "traces/replay/program_image.h"
#include "traces/replay/random_program.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

constexpr const char* kWorker = "bench/worker/worker";
constexpr const char* kLibrary = "bench/worker/tells_addresses.so";

// What each start of a worker told, of one run of `pass`.
std::vector<std::string> Starts(WorkerPass pass, int program_fd) {
  const MemoryFile report("report");
  const MemoryFile said("said");
  EXPECT_EQ(ftruncate(report.descriptor(), sizeof(WorkerReport)), 0);
  WorkerRequest request;
  request.pass = pass;
  request.program_fd = program_fd;
  request.report_fd = report.descriptor();
  std::vector<std::string> arguments = WorkerArguments(request);
  arguments.insert(arguments.begin(), kWorker);
  const ChildEnd end = RunChildProcess({.arguments = arguments,
                                        .library = kLibrary,
                                        .stdout_fd = said.descriptor(),
                                        .timeout = std::chrono::minutes(1)});
  EXPECT_TRUE(end.succeeded()) << HowItEnded(end, std::chrono::minutes(1));
  std::ifstream lines("/proc/self/fd/" + std::to_string(said.descriptor()));
  std::vector<std::string> starts;
  for (std::string line; std::getline(lines, line);) starts.push_back(line);
  return starts;
}

class FixedAddresses : public testing::Test {
 protected:
  static constexpr int kRuns = 5;

  // What the last start told, run by run.
  std::set<std::string> LastStarts(WorkerPass pass) {
    const MemoryFile program(WriteProgramImage(RandomProgram(TestSeed(), {.operations = 100})));
    std::set<std::string> last;
    for (int run = 0; run < kRuns; ++run) {
      const std::vector<std::string> starts = Starts(pass, program.descriptor());
      EXPECT_FALSE(starts.empty());
      if (!starts.empty()) last.insert(starts.back());
    }
    return last;
  }
};

TEST_F(FixedAddresses, TheMemoryPassRunsAtTheSameInEveryRun) {
  EXPECT_EQ(LastStarts(WorkerPass::kMemory).size(), 1u);
}

// Else the layout of one process would be measured as the speed of an allocator.
TEST_F(FixedAddresses, TheTimedPassRunsAtOthersInEveryRun) {
  std::ifstream setting("/proc/sys/kernel/randomize_va_space");
  int randomize = -1;
  ASSERT_TRUE(setting >> randomize);
  ASSERT_GT(randomize, 0) << "address space randomisation is off on this machine (sysctl "
                             "kernel.randomize_va_space): nobody's timed runs differ here";
  EXPECT_EQ(LastStarts(WorkerPass::kTime).size(), static_cast<std::size_t>(kRuns));
}

}  // namespace
}  // namespace alloclab
