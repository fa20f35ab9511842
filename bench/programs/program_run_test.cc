// Single runs: what is counted, and what a program gets to see.

#include "bench/programs/program_run.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace alloclab {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kMs = 1'000'000;
constexpr char kJemalloc[] = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2";
const Candidate kSystem = {"system", Table::kPreload, ""};

class ProgramRun : public testing::Test {
 protected:
  ProgramRun() : folder_(fs::path(testing::TempDir()) / "runs") {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
    program_.command = {fs::absolute("bench/programs/subject")};
    program_.needed = {{program_.command[0], "none"}};
  }
  ProgramOutcome Run(std::vector<std::string> words, const Candidate& allocator = kSystem,
                     bool watched = true) {
    program_.command.resize(1);
    program_.command.insert(program_.command.end(), words.begin(), words.end());
    return ProgramRunner(settings_, program_, folder_).Run(allocator, watched);
  }

  RunSettings settings_ = {.launcher_path = fs::absolute("bench/programs/launcher"),
                           .timeout = std::chrono::seconds(60)};
  MeasuredProgram program_ = {.name = "subject", .needed = {}, .command = {}};
  const fs::path folder_;
};

TEST_F(ProgramRun, CountsTheMemoryOfTheProgramAndNotOfWhoeverStartsIt) {
  const std::vector<char> much(256 * kMiB, 1);
  EXPECT_LT(Run({"exit", "0"}, kSystem, false).report.resident_bytes_peak, 64 * kMiB);
  const ProgramOutcome outcome = Run({"memory", "100"});
  EXPECT_EQ(outcome.reason, "");
  EXPECT_GE(outcome.report.resident_bytes_peak, 100 * kMiB);
  EXPECT_LT(outcome.report.resident_bytes_peak, 164 * kMiB);
  EXPECT_EQ(much.back(), 1);
}

// Also those that their own parent did not wait for.
TEST_F(ProgramRun, CountsAllProcesses) {
  const ProgramOutcome outcome = Run({"leave", "150", "100"}, kSystem, false);
  EXPECT_EQ(outcome.reason, "");
  EXPECT_GE(outcome.report.cpu_ns, 150 * kMs);
  EXPECT_GE(outcome.report.elapsed_ns, 150 * kMs);
  EXPECT_GE(outcome.report.resident_bytes_peak, 100 * kMiB);
  program_.command[0] = "/bin/sh";
  const std::string subject = fs::absolute("bench/programs/subject");
  const ProgramOutcome shell =
      Run({"-c", subject + " time 100; " + subject + " time 100 & " + subject + " memory 50; wait"},
          kSystem, false);
  EXPECT_GE(shell.report.cpu_ns, 200 * kMs);
  EXPECT_GE(shell.report.resident_bytes_peak, 50 * kMiB);
  EXPECT_LT(shell.report.resident_bytes_peak, 100 * kMiB);
  // The last one is none of the large ones.
  const ProgramOutcome last =
      Run({"-c", subject + " memory 100; " + subject + " leave 200 1"}, kSystem, false);
  EXPECT_GE(last.report.resident_bytes_peak, 100 * kMiB);
}

TEST_F(ProgramRun, EndsAllProcessesWhenTheTimeIsOver) {
  settings_.timeout = std::chrono::milliseconds(300);
  const std::string file = folder_ / "process";
  program_.command[0] = "/bin/sh";
  const ProgramOutcome outcome =
      Run({"-c", "sleep 100 & echo $! >" + file + "; wait"}, kSystem, false);
  EXPECT_EQ(outcome.reason, "took longer than 0.3 s");
  EXPECT_EQ(std::system(("! kill -0 $(cat " + file + ") 2>/dev/null").c_str()), 0)
      << "sleep still runs";
}

TEST_F(ProgramRun, GetsNothingOfTheCallersEnvironment) {
  setenv("MALLOC_CONF", "narenas:1", 1);
  setenv("LD_PRELOAD", "", 1);
  setenv("MINE", "no", 1);
  program_.variables = {"OWN=1"};
  const std::string expected = "PATH=" + std::string(kProgramPath) +
                               "\nLC_ALL=C.UTF-8\nTZ=UTC\nHOME=" + folder_.string() +
                               "\nTMPDIR=" + (folder_ / "run").string() + "\nOWN=1\n";
  EXPECT_EQ(Run({"environment"}, kSystem, false).answer.printed, expected);
  EXPECT_EQ(Run({"environment"}, {"j", Table::kPreload, kJemalloc}, false).answer.printed,
            expected + "LD_PRELOAD=" + kJemalloc + "\n");
  unsetenv("LD_PRELOAD");
}

TEST_F(ProgramRun, RunsUnderTheLibrary) {
  EXPECT_EQ(Run({"whose"}, {"j", Table::kPreload, kJemalloc}).answer.printed,
            std::string(kJemalloc) + "\n");
  const ProgramOutcome system = Run({"whose"});
  EXPECT_EQ(system.reason, "");
  EXPECT_TRUE(fs::equivalent(system.answer.printed.substr(0, system.answer.printed.size() - 1),
                             SystemLibrary()))
      << system.answer.printed;
}

// What brings an allocator of its own would be compared with that, and called system.
TEST_F(ProgramRun, SystemIsTheCLibraryWhereAProgramBringsItsOwn) {
  program_.command[0] = fs::absolute("bench/programs/linked_with_jemalloc");
  const ProgramOutcome own = Run({"whose"});
  EXPECT_NE(own.reason.find("does not take malloc over: the "), std::string::npos) << own.reason;
  EXPECT_NE(own.answer.printed.find("jemalloc"), std::string::npos) << own.answer.printed;
  program_.links_allocator = true;
  const ProgramOutcome system = Run({"whose"});
  EXPECT_EQ(system.reason, "");
  EXPECT_EQ(system.answer.printed, SystemLibrary() + "\n");
}

TEST_F(ProgramRun, HasAMemoryLimit) {
  settings_.memory_limit_bytes = 50 * kMiB;
  EXPECT_EQ(Run({"memory", "100"}, kSystem, false).reason,
            "killed by SIGSEGV (Segmentation fault)");  // it writes to what it did not get
  EXPECT_EQ(Run({"memory", "20"}, kSystem, false).reason, "");
}

}  // namespace
}  // namespace alloclab
