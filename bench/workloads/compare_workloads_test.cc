// Comparisons from end to end, with real processes: what comes out has the documented shape, the
// figures hang together, and an allocator that is broken is a failed cell, never a time.

#include "bench/workloads/compare_workloads.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/process/child_process.h"
#include "bench/process/compare_error.h"
#include "bench/statistics/stats.h"
#include "bench/workloads/workload_table.h"

namespace alloclab::workloads {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kMimalloc = "/usr/lib/x86_64-linux-gnu/libmimalloc.so.2.0";

// Libraries by their paths, whatever is in them, and system.
std::vector<Candidate> Libraries(const std::vector<std::string>& paths) {
  std::vector<Candidate> libraries;
  for (const std::string& path : paths) {
    const std::filesystem::path absolute = std::filesystem::absolute(path);
    libraries.push_back({absolute.filename(), Table::kPreload, absolute});
  }
  libraries.push_back({"system", Table::kPreload, ""});
  return libraries;
}

WorkloadOptions Options(const std::vector<std::string>& workloads,
                        const std::vector<std::string>& libraries = {}) {
  WorkloadOptions options;
  options.workloads = workloads;
  options.threads = {1, 3};
  options.allocators = Libraries(libraries);
  options.limits.blocks = 2;
  options.work_percent = 2;
  options.runner_path = "bench/workloads/runner";
  return options;
}

const Json& CellOf(const Json& record, const std::string& workload, std::uint32_t threads,
                   const std::string& allocator) {
  for (const Json& cell : record["cells"]) {
    if (cell["workload"] == workload && cell["threads"] == threads &&
        cell["allocator"] == allocator) {
      return cell;
    }
  }
  throw std::runtime_error("no cell " + workload + " " + allocator);
}

std::set<std::string> KeysOf(const Json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

std::vector<double> Numbers(const Json& array) { return array.get<std::vector<double>>(); }

// The record is read by programs that know these names and no others.
TEST(CompareWorkloads, TheRecordHasItsShape) {
  WorkloadOptions options = Options({"comb", "larson"}, {kMimalloc});
  options.seed = 9;
  std::size_t steps = 0, total = 0;
  options.progress = [&](const CompareProgress& progress) {
    ++steps;
    total = progress.total;
  };
  const Json record = RunCompareWorkloads(options);
  EXPECT_EQ(KeysOf(record), (std::set<std::string>{"schema", "kind", "provenance", "workloads",
                                                   "allocators", "noise", "cells"}));
  EXPECT_EQ(record["schema"], 1);
  EXPECT_EQ(record["kind"], "workloads");
  EXPECT_EQ(record["provenance"]["blocks"], 2);
  EXPECT_EQ(record["provenance"]["blocks_most"], 2);
  EXPECT_EQ(record["provenance"]["seed"], 9);
  EXPECT_EQ(record["provenance"]["interrupted"], false);
  ASSERT_EQ(record["workloads"].size(), 2u);
  EXPECT_EQ(record["workloads"][0]["name"], "comb");
  EXPECT_NE(record["workloads"][0]["source"].get<std::string>().find("Robson"), std::string::npos);
  EXPECT_EQ(KeysOf(record["workloads"][1]), (std::set<std::string>{"name", "stresses", "source"}));
  ASSERT_EQ(record["allocators"].size(), 2u);
  EXPECT_EQ(record["allocators"][0]["name"], "libmimalloc.so.2.0");
  EXPECT_EQ(record["allocators"][0]["xxh3"].get<std::string>().size(), 16u);
  EXPECT_EQ(record["allocators"][1]["table"], "preload");
  EXPECT_EQ(record["allocators"][1]["version"].get<std::string>().find("glibc "), 0u);
  // 2 workloads, 2 numbers of threads, 2 blocks of mimalloc and of system twice.
  EXPECT_EQ(total, 24u);
  EXPECT_EQ(steps, 24u);
  ASSERT_EQ(record["noise"].size(), 4u);
  EXPECT_EQ(record["noise"][1]["workload"], "comb");
  EXPECT_EQ(record["noise"][1]["threads"], 3);
  EXPECT_GE(record["noise"][1]["noise"].get<double>(), 1.0);
  EXPECT_EQ(record["noise"][1]["ns_per_op_blocks"].size(), 2u);
  ASSERT_EQ(record["cells"].size(), 8u);
}

TEST(CompareWorkloads, TheFiguresOfACellHangTogether) {
  const Json record = RunCompareWorkloads(Options({"comb"}, {kMimalloc}));
  for (const std::uint32_t threads : {1u, 3u}) {
    const Json& system = CellOf(record, "comb", threads, "system");
    const Json& cell = CellOf(record, "comb", threads, "libmimalloc.so.2.0");
    ASSERT_EQ(cell["status"], "ok") << cell;
    EXPECT_EQ(cell["reason"], "");
    EXPECT_EQ(
        KeysOf(cell),
        (std::set<std::string>{
            "workload", "threads", "allocator", "status", "reason", "ns_per_op_blocks",
            "ns_per_op_median", "elapsed_ns_per_op_blocks", "elapsed_ns_per_op_median",
            "ratio_to_system", "ratio_to_system_interval", "standing", "blocks_needed", "leads",
            "faults_per_op_median", "context_switches_median", "resident_bytes_peak_median"}));
    // Of what went by, not of processor time.
    const std::vector<double> elapsed = Numbers(cell["elapsed_ns_per_op_blocks"]);
    ASSERT_EQ(elapsed.size(), 2u);
    EXPECT_DOUBLE_EQ(cell["elapsed_ns_per_op_median"], (elapsed[0] + elapsed[1]) / 2);
    const Ratio ratio = PairedRatio(elapsed, Numbers(system["elapsed_ns_per_op_blocks"]));
    EXPECT_DOUBLE_EQ(cell["ratio_to_system"], ratio.median);
    EXPECT_DOUBLE_EQ(cell["ratio_to_system_interval"][1], ratio.interval.high);
    EXPECT_DOUBLE_EQ(system["ratio_to_system"], 1);
    EXPECT_GT(cell["ns_per_op_median"].get<double>(), 0);
    EXPECT_GT(cell["faults_per_op_median"].get<double>(), 0);
    // Nobody is slower than the fastest by itself.
    EXPECT_TRUE((cell["ratio_to_system"] < 1 ? cell : system)["leads"].get<bool>());
  }
}

// glibc's blocks of 8 bytes are 32 apart, and the program made them one after the other.
TEST(CompareWorkloads, BlocksThatShareALineAreCountedWhereThatMatters) {
  WorkloadOptions options = Options({"false_sharing_active", "false_sharing_passive", "comb"});
  options.threads = {16};
  options.work_percent = 1;
  const Json record = RunCompareWorkloads(options);
  const char* const key = "blocks_sharing_a_line_median";
  EXPECT_EQ(CellOf(record, "false_sharing_active", 16, "system")[key], 0.0);
  EXPECT_GE(CellOf(record, "false_sharing_passive", 16, "system")[key].get<double>(), 14);
  EXPECT_FALSE(CellOf(record, "comb", 16, "system").contains(key));
}

// A failed cell has no figure at all.
void ExpectFailed(const Json& cell, const std::string& reason) {
  EXPECT_EQ(cell["status"], "failed");
  const std::string given = cell["reason"];
  EXPECT_NE(given.find(reason), std::string::npos) << given;
  EXPECT_EQ(KeysOf(cell),
            (std::set<std::string>{"workload", "threads", "allocator", "status", "reason"}));
}

TEST(CompareWorkloads, BrokenLibrariesAreFailedCells) {
  WorkloadOptions options =
      Options({"sawtooth"}, {"bench/workloads/crashes.so", "bench/workloads/hangs.so",
                             "bench/workloads/overlaps.so", "bench/broken_libraries/no_malloc.so"});
  options.threads = {1};
  options.work_percent = 100;
  options.timeout = std::chrono::seconds(3);
  const Json record = RunCompareWorkloads(options);
  ExpectFailed(CellOf(record, "sawtooth", 1, "crashes.so"), "killed by SIGSEGV");
  ExpectFailed(CellOf(record, "sawtooth", 1, "hangs.so"), "took longer than 3 s");
  ExpectFailed(CellOf(record, "sawtooth", 1, "overlaps.so"), "did not hold what was written");
  ExpectFailed(CellOf(record, "sawtooth", 1, "no_malloc.so"), "is a .so without malloc");
  EXPECT_EQ(CellOf(record, "sawtooth", 1, "system")["status"], "ok");
  std::ostringstream tables;
  PrintWorkloadTables(record, tables, true);
  EXPECT_NE(tables.str().find("\033[31mhangs.so, 1 thread: failed: took longer than 3 s\033[0m"),
            std::string::npos)
      << tables.str();
}

// One that dawdles in every call, plainly, is not waited for, and does not lead.
TEST(CompareWorkloads, ASlowRowStopsAtThreeBlocks) {
  WorkloadOptions options = Options({"comb"}, {"bench/workloads/dawdles.so"});
  options.threads = {1};
  options.work_percent = 10;
  options.limits.blocks = 5;
  CompareProgress last = {};
  options.progress = [&last](const CompareProgress& progress) { last = progress; };
  const Json record = RunCompareWorkloads(options);
  const Json& slow = CellOf(record, "comb", 1, "dawdles.so");
  EXPECT_EQ(slow["ns_per_op_blocks"].size(), 3u);
  EXPECT_EQ(slow["standing"], "slower");
  EXPECT_EQ(slow["leads"], false);
  const Json& system = CellOf(record, "comb", 1, "system");
  EXPECT_EQ(system["ns_per_op_blocks"].size(), 5u);
  EXPECT_EQ(system["leads"], true);
  // When the last run begins all but itself is done, or was skipped: of the last block not yet.
  EXPECT_EQ(last.total, 15u);
  EXPECT_EQ(last.done, 13u);
}

// The bytes that a library was asked for, by a comparison with this seed.
std::uint64_t BytesWithSeed(std::uint64_t seed) {
  WorkloadOptions options = Options({"larson"}, {"bench/workloads/counts.so"});
  options.threads = {1};
  options.limits.blocks = 1;
  options.seed = seed;
  std::uint64_t counts[2] = {};
  const MemoryFile file("counts");
  EXPECT_EQ(ftruncate(file.descriptor(), sizeof(counts)), 0);
  setenv("ALLOCLAB_COUNTS_FD", std::to_string(file.descriptor()).c_str(), 1);
  RunCompareWorkloads(options);
  unsetenv("ALLOCLAB_COUNTS_FD");
  EXPECT_EQ(pread(file.descriptor(), counts, sizeof(counts), 0),
            static_cast<ssize_t>(sizeof(counts)));
  return counts[1];
}

TEST(CompareWorkloads, TheSeedReachesTheWorkloads) {
  const std::uint64_t bytes = BytesWithSeed(1);
  EXPECT_GT(bytes, 100'000u);
  EXPECT_EQ(BytesWithSeed(1), bytes);
  EXPECT_NE(BytesWithSeed(2), bytes);
}

// The budget is used up before anything ran: what is left are the blocks that an interval takes.
TEST(CompareWorkloads, StopsWhenTheBudgetIsUsedUp) {
  WorkloadOptions options = Options({"comb"});
  options.threads = {1};
  options.limits.blocks = 1'000'000;
  options.limits.budget = std::chrono::seconds(1);
  const Json record = RunCompareWorkloads(options);
  EXPECT_GE(record["provenance"]["blocks"].get<int>(), 6);
  EXPECT_LT(record["provenance"]["blocks"].get<int>(), 100'000);
  EXPECT_EQ(record["provenance"]["budget_seconds"], 1);
}

TEST(CompareWorkloads, AnInterruptedComparisonReportsWhatThereIs) {
  WorkloadOptions options = Options({"comb"}, {kMimalloc});
  options.limits.blocks = 1000;
  std::size_t runs = 0;
  options.progress = [&](const CompareProgress&) { ++runs; };
  options.limits.interrupted = [&] { return runs >= 15; };
  const Json record = RunCompareWorkloads(options);
  EXPECT_EQ(record["provenance"]["interrupted"], true);
  // 6 runs a block: two whole ones and a half.
  EXPECT_EQ(record["provenance"]["blocks"], 2);
  EXPECT_EQ(runs, 15u);
  options.limits.interrupted = [] { return true; };
  EXPECT_THROW(RunCompareWorkloads(options), std::runtime_error);
}

// A run that would take two minutes is not waited for.
TEST(CompareWorkloads, AnInterruptedRunIsEnded) {
  WorkloadOptions options = Options({"sawtooth"}, {"bench/workloads/hangs.so"});
  options.threads = {1};
  options.work_percent = 100;
  options.timeout = std::chrono::minutes(2);
  bool hangs = false;
  options.progress = [&](const CompareProgress& progress) {
    hangs = progress.what.find("hangs.so") != std::string::npos;
  };
  options.limits.interrupted = [&] { return hangs; };
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(RunCompareWorkloads(options), Interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

std::string Refusal(const WorkloadOptions& options) {
  try {
    RunCompareWorkloads(options);
  } catch (const CompareError& error) {
    return error.what();
  }
  return "not refused";
}

TEST(CompareWorkloads, RefusesWhatMakesNoSense) {
  EXPECT_EQ(Refusal(Options({"nosuch"})).find("unknown workload \"nosuch\". Known are: larson, "),
            0u);
  for (const std::uint32_t threads : {0u, 1025u}) {
    WorkloadOptions options = Options({"comb"});
    options.threads = {1, threads};
    EXPECT_EQ(Refusal(options).find("a workload runs with 1 to 1024 threads."), 0u);
  }
}

TEST(CompareWorkloads, ThreadsGoUpToTwiceTheProcessors) {
  using Threads = std::vector<std::uint32_t>;
  EXPECT_EQ(UsualThreads(1), (Threads{1, 2}));
  EXPECT_EQ(UsualThreads(2), (Threads{1, 2, 4}));
  EXPECT_EQ(UsualThreads(6), (Threads{1, 2, 4, 6, 12}));
  EXPECT_EQ(UsualThreads(8), (Threads{1, 2, 4, 8, 16}));
  // And no further than a run can have.
  EXPECT_EQ(UsualThreads(512), (Threads{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}));
  Threads powers = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
  EXPECT_EQ(UsualThreads(1024), powers);
  EXPECT_EQ(UsualThreads(4096), powers);
  powers.insert(powers.end() - 1, 600);
  EXPECT_EQ(UsualThreads(600), powers);
}

}  // namespace
}  // namespace alloclab::workloads
