// Workloads in real processes: they do the work they say, all of it and always the same, and an
// allocator that crashes, hangs, refuses or lies is noticed.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "bench/process/child_process.h"
#include "bench/workloads/run_for_test.h"
#include "bench/workloads/workload.h"

namespace alloclab::workloads {
namespace {

std::string Name(const Workload& workload) { return std::string(workload.name); }

TEST(WorkloadRuns, AllWorkUnderTheSystemsMalloc) {
  for (const Workload& workload : AllWorkloads()) {
    for (const std::uint32_t threads : {1u, 3u}) {
      SCOPED_TRACE(Name(workload) + " with " + ThreadsText(threads));
      const RunOutcome outcome = RunForTest(workload.name, "", threads, 20);
      ASSERT_EQ(outcome.reason, "");
      EXPECT_GT(outcome.report.operations, 20u);
      EXPECT_GT(outcome.report.elapsed_ns, 0u);
      EXPECT_GT(outcome.report.cpu_ns, 0u);
    }
  }
}

TEST(WorkloadRuns, HoldWhatTheyAskFor) {
  // At least a block of 64 KiB is live, and touched; never more than four of 4 MiB, in each thread.
  const RunOutcome large = RunForTest("large_blocks", "", 3, 20);
  EXPECT_GE(large.report.resident_bytes_peak, std::uint64_t{64} << 10);
  EXPECT_LE(large.report.resident_bytes_peak, std::uint64_t{3 * 5 * 4} << 20);
  EXPECT_GT(large.report.faults, 16u);
  // A single block of 8 bytes: what the runner itself has, more than a MiB, is not in it.
  const RunOutcome small = RunForTest("false_sharing_active", "", 1, 1);
  EXPECT_EQ(small.reason, "");
  EXPECT_LT(small.report.resident_bytes_peak, std::uint64_t{512} << 10);
}

// The same work for every allocator, and every time.
TEST(WorkloadRuns, TheWorkIsFixed) {
  for (const Workload& workload : AllWorkloads()) {
    SCOPED_TRACE(Name(workload));
    const RunReport first = RunForTest(workload.name, "", 3, 10).report;
    const RunReport again = RunForTest(workload.name, "", 3, 10).report;
    const RunReport other = RunForTest(workload.name, kMimalloc, 3, 10).report;
    EXPECT_GT(first.operations, 0u);
    EXPECT_EQ(first.operations, again.operations);
    EXPECT_EQ(first.bytes_requested, again.bytes_requested);
    EXPECT_EQ(first.operations, other.operations);
    EXPECT_EQ(first.bytes_requested, other.bytes_requested);
    EXPECT_LT(first.operations, RunForTest(workload.name, "", 3, 40).report.operations);
  }
}

TEST(WorkloadRuns, EveryThreadDoesAsMuchAsTheOnlyOne) {
  for (const Workload& workload : AllWorkloads()) {
    SCOPED_TRACE(Name(workload));
    const auto operations = [&](std::uint32_t threads) {
      return static_cast<double>(RunForTest(workload.name, "", threads, 10).report.operations);
    };
    // Where a step is one call or two, as it is drawn, threads differ a little.
    const double share = workload.name == "realloc_growth" ? 0.01 : 1e-3;
    EXPECT_NEAR(operations(3) / 3, operations(1), share * operations(1));
  }
}

// The two on false sharing call the same, but that what the one makes itself the other finds made,
// before time is taken.
TEST(WorkloadRuns, WhatIsPreparedIsNoneOfTheWork) {
  const RunReport active = RunForTest("false_sharing_active", "", 3, 10).report;
  const RunReport passive = RunForTest("false_sharing_passive", "", 3, 10).report;
  EXPECT_EQ(active.operations, passive.operations + 3);
  EXPECT_EQ(active.bytes_requested, passive.bytes_requested + 3 * 8);
}

TEST(WorkloadRuns, TheSeedIsWhatSizesAreDrawnFrom) {
  for (const char* workload : {"larson", "large_blocks", "thread_churn"}) {
    EXPECT_NE(RunForTest(workload, "", 1, 10, 1).report.bytes_requested,
              RunForTest(workload, "", 1, 10, 2).report.bytes_requested)
        << workload;
  }
}

struct Counts {
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;
};

// What a library that counts saw of a run, beyond what the run itself reports.
Counts Unreported(const Workload& workload, std::uint32_t threads, std::uint32_t work_percent) {
  const MemoryFile file("counts");
  Counts counts;
  EXPECT_EQ(ftruncate(file.descriptor(), sizeof(counts)), 0);
  setenv("ALLOCLAB_COUNTS_FD", std::to_string(file.descriptor()).c_str(), 1);
  const RunOutcome outcome =
      RunForTest(workload.name, "bench/workloads/counts.so", threads, work_percent);
  EXPECT_EQ(outcome.reason, "");
  EXPECT_EQ(pread(file.descriptor(), &counts, sizeof(counts), 0),
            static_cast<ssize_t>(sizeof(counts)));
  EXPECT_GT(counts.calls, outcome.report.operations / 2);
  counts.calls -= outcome.report.operations;
  counts.bytes -= outcome.report.bytes_requested;
  return counts;
}

// What the runner itself asks for is some few calls before the start, and none for each operation;
// and the figures are those of malloc's own side.
TEST(WorkloadRuns, NothingIsAllocatedButWhatIsReported) {
  for (const Workload& workload : AllWorkloads()) {
    SCOPED_TRACE(Name(workload));
    const Counts little = Unreported(workload, 3, 10);
    const Counts much = Unreported(workload, 3, 40);
    EXPECT_LE(little.calls, 40u);
    EXPECT_LE(much.calls, 40u);
    EXPECT_EQ(little.calls, much.calls);
    EXPECT_EQ(little.bytes, much.bytes);
  }
}

void ExpectReason(const RunOutcome& outcome, const std::string& reason) {
  EXPECT_NE(outcome.reason.find(reason), std::string::npos) << outcome.reason;
}

// Each does what it is named after when it is asked for 777 bytes, which a batch of sawtooth does
// now and then.
TEST(WorkloadRuns, BrokenLibrariesHaveReasons) {
  const auto run = [](const std::string& library, std::chrono::milliseconds timeout) {
    return RunForTest("sawtooth", "bench/workloads/" + library, 1, 100, 1, timeout);
  };
  const std::chrono::minutes long_enough(2);
  ExpectReason(run("crashes.so", long_enough), "killed by SIGSEGV (Segmentation fault)");
  ExpectReason(run("hangs.so", std::chrono::seconds(3)), "took longer than 3 s");
  ExpectReason(run("refuses.so", long_enough),
               "ran out of memory: a malloc of 777 bytes was refused, with a limit of 4096 MiB");
  ExpectReason(run("overlaps.so", long_enough), "did not hold what was written into it");
  ExpectReason(run("repeats.so", long_enough), "a block of 777 bytes at 0x");
  ExpectReason(run("leaves.so", long_enough), "ended with status 0 and no result");
  ExpectReason(run("misaligns.so", long_enough), "is not aligned as C promises");
  ExpectReason(RunForTest("sawtooth", "bench/broken_libraries/no_malloc.so", 1, 1),
               "is a .so without malloc");
}

TEST(WorkloadRuns, AReallocThatForgetsIsNoticed) {
  ExpectReason(RunForTest("realloc_growth", "bench/workloads/forgets.so", 2, 10),
               "did not hold what was written into it, when it was resized");
}

// What a library keeps for each thread is a part of the thread's stack.
TEST(WorkloadRuns, ALibraryMayKeepMuchForEachThread) {
  for (const char* workload : {"sawtooth", "thread_churn"}) {
    EXPECT_EQ(RunForTest(workload, "bench/workloads/caches.so", 3, 10).reason, "") << workload;
  }
}

TEST(WorkloadRuns, AThreadThatCannotBeStartedHasItsReason) {
  for (const char* workload : {"sawtooth", "thread_churn"}) {
    const RunOutcome outcome = RunForTest(workload, "bench/workloads/hoards.so", 3, 10);
    ExpectReason(outcome, "a thread could not be started: Invalid argument");
    EXPECT_EQ(outcome.reason.find("ulimit"), std::string::npos) << outcome.reason;
  }
}

// Beyond the end of a file there is no memory to report to.
TEST(WorkloadRuns, AReportOfAnotherSizeIsRefused) {
  const MemoryFile report("report"), said("said");
  for (const off_t bytes : {0, 100}) {
    ASSERT_EQ(ftruncate(report.descriptor(), bytes), 0);
    const ChildEnd end =
        RunChildProcess({.arguments = {"bench/workloads/runner", "--workload=comb",
                                       "--report-fd=" + std::to_string(report.descriptor())},
                         .stderr_fd = said.descriptor()});
    EXPECT_EQ(HowItEnded(end, {}), "ended with status 2");
    EXPECT_NE(FirstLineOf(said.descriptor()).find("--report-fd must be a file of "),
              std::string::npos);
  }
}

TEST(WorkloadRuns, AWorkloadThatIsNotThereIsRefused) {
  ExpectReason(RunForTest("nosuch", "", 1, 10), "the runner knows no workload of this name");
}

TEST(WorkloadRuns, MoreMemoryThanTheLimitIsRefused) {
  RunRequest request;
  request.workload = "large_blocks";
  request.memory_limit_bytes = std::uint64_t{1} << 20;
  ExpectReason(RunWorkload("bench/workloads/runner", request, std::chrono::minutes(2)),
               "was refused, with a limit of 1 MiB");
}

// Two threads may draw from one line only where the allocator has one place for all. glibc and
// mimalloc have one for each thread.
TEST(WorkloadRuns, ActiveFalseSharingIsTheAllocatorsDoing) {
  EXPECT_EQ(RunForTest("false_sharing_active", "", 3, 5).report.blocks_sharing_a_line, 0u);
  EXPECT_EQ(RunForTest("false_sharing_active", kMimalloc, 3, 5).report.blocks_sharing_a_line, 0u);
  EXPECT_EQ(RunForTest("false_sharing_active", "", 1, 5).report.blocks_sharing_a_line, 0u);
}

// A block of 8 bytes is one of 32 with glibc, so of sixteen made one after the other each lies
// beside another on a line of 64, but perhaps the first and the last.
TEST(WorkloadRuns, PassiveFalseSharingIsTheProgramsDoing) {
  const RunOutcome outcome = RunForTest("false_sharing_passive", "", 16, 1);
  EXPECT_EQ(outcome.reason, "");
  EXPECT_GE(outcome.report.blocks_sharing_a_line, 14u);
}

}  // namespace
}  // namespace alloclab::workloads
