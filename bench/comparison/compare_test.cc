// Comparisons from end to end, with real processes: what comes out has the documented shape and
// figures that can be true, and an allocator that crashes, hangs, refuses or lies is a failed cell
// with the reason, never a time.

#include "bench/comparison/compare.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "bench/comparison/table.h"
#include "bench/process/compare_error.h"
#include "traces/threaded_events.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kJemalloc = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2";
constexpr std::uint64_t kTrigger = 4242;  // of broken_malloc.cc

std::string InTemporaryFolder(const std::string& name) {
  return std::filesystem::path(testing::TempDir()) / name;
}

Event Malloc(std::uint64_t size) {
  Event event;
  event.size = size;
  return event;
}

Event Free(std::uint64_t ref) {
  Event event;
  event.kind = EventKind::kFree;
  event.ref = ref;
  return event;
}

// A text trace of `blocks` mallocs of up to 500 bytes, two in three freed on the way, and one
// malloc of kTrigger bytes in the middle. Seeded, so every run compares the same.
std::string WriteTrace(const std::string& name, std::uint64_t blocks) {
  const std::string path = InTemporaryFolder(name);
  const std::unique_ptr<TraceWriter> writer =
      CreateTrace(path, FormFromName(path), {.metadata = {{"program", "made up"}}});
  std::mt19937_64 random(7);
  std::vector<std::uint64_t> live;
  for (std::uint64_t id = 0; id < blocks; ++id) {
    writer->Add(Malloc(id == blocks / 2 ? kTrigger : random() % 500 + 1));
    live.push_back(id);
    if (id % 3 == 2) continue;
    std::swap(live[random() % live.size()], live.back());
    writer->Add(Free(live.back()));
    live.pop_back();
  }
  writer->Finish();
  return path;
}

CompareOptions Options(std::vector<std::string> traces, std::vector<std::string> allocators) {
  CompareOptions options;
  options.traces = std::move(traces);
  options.allocators = std::move(allocators);
  options.limits.blocks = 2;
  options.worker_path = "bench/worker/worker";
  return options;
}

const Json& CellOf(const Json& record, const std::string& table, const std::string& allocator) {
  for (const Json& cell : record["cells"]) {
    if (cell["table"] == table && cell["allocator"] == allocator) return cell;
  }
  throw std::runtime_error("no cell " + table + " " + allocator);
}

void ExpectSoundCell(const Json& cell, std::uint64_t operations) {
  SCOPED_TRACE(cell["allocator"].get<std::string>());
  ASSERT_EQ(cell["status"], "ok") << cell["reason"];
  EXPECT_EQ(cell["reason"], "");
  ASSERT_EQ(cell["ns_per_op_blocks"].size(), 2u);
  const double median = cell["ns_per_op_median"];
  EXPECT_GT(cell["ns_per_op_min"].get<double>(), 0);
  EXPECT_LE(cell["ns_per_op_min"].get<double>(), median);
  EXPECT_LE(median, cell["ns_per_op_max"].get<double>());
  const double floor = cell["floor_ns_per_op"];
  EXPECT_GT(floor, 0);
  EXPECT_DOUBLE_EQ(cell["floor_share"].get<double>(), floor / median);
  const double loop = cell["loop_ns_per_op"];
  EXPECT_GT(loop, 0);
  EXPECT_DOUBLE_EQ(cell["loop_share"].get<double>(), loop / median);
  EXPECT_GT(cell["ratio_to_system"].get<double>(), 0);
  EXPECT_GT(cell["held_bytes_peak"].get<std::uint64_t>(), 0u);
  EXPECT_GT(cell["resident_bytes_peak"].get<std::uint64_t>(), 0u);
  EXPECT_GE(cell["held_over_live_mean"].get<double>(), 1.0);
  EXPECT_GE(cell["held_over_live_peak"].get<double>(), 1.0);
  EXPECT_GE(cell["returned_share"].get<double>(), 0.0);
  EXPECT_LE(cell["returned_share"].get<double>(), 1.0);
  const Json& latency = cell["latency"];
  EXPECT_GT(latency["distortion"].get<double>(), -0.9);
  EXPECT_GT(latency["resolution_ns"].get<double>(), 0);
  for (const char* kind : {"malloc", "free"}) {
    // 20000 mallocs, and as many frees, one in 64 timed, in at least two runs.
    EXPECT_GT(latency["kinds"][kind]["calls"].get<int>(), 300);
    EXPECT_GT(latency["kinds"][kind]["p50_ns"].get<double>(), 0);
    EXPECT_LE(latency["kinds"][kind]["p50_ns"], latency["kinds"][kind]["p999_ns"]);
    EXPECT_LE(latency["kinds"][kind]["p999_ns"], latency["kinds"][kind]["max_ns"]);
  }
  EXPECT_EQ(latency["kinds"].size(), 2u);
  ASSERT_GT(cell["timeline"]["event"].size(), 100u);
  EXPECT_EQ(cell["timeline"]["event"].back(), operations);
  const bool walks = cell["held_is"] == "pages";
  EXPECT_EQ(cell["timeline"].contains("free_bytes"), walks);
}

TEST(Compare, MakesTheDocumentedRecord) {
  ASSERT_TRUE(std::filesystem::exists(kJemalloc)) << "install the package libjemalloc2";
  const std::string path = WriteTrace("made_up.txt", 20000);
  CompareOptions options = Options({path}, {"boundary_tags", "segregated_bins", kJemalloc});
  std::vector<std::string> steps;
  std::size_t total = 0;
  options.progress = [&](const CompareProgress& progress) {
    EXPECT_LT(progress.done, progress.total);
    total = progress.total;
    steps.push_back(progress.what);
  };
  const Json record = RunCompare(options);
  EXPECT_EQ(record["schema"], 2);
  for (const char* key : {"commit", "dirty", "compiler", "flags", "cpu", "cores", "kernel", "thp",
                          "time_utc", "mode", "touch", "blocks", "elapsed_seconds"}) {
    EXPECT_TRUE(record["provenance"].contains(key)) << key;
  }
  EXPECT_NE(record["provenance"]["flags"].get<std::string>().find("-O2"), std::string::npos);
  ASSERT_EQ(record["traces"].size(), 1u);
  const Json& trace = record["traces"][0];
  EXPECT_EQ(trace["name"], "made_up");
  EXPECT_EQ(trace["program"], "made up");
  EXPECT_EQ(trace["tainted"], "");
  EXPECT_EQ(trace["cut"], false);
  // 20000 mallocs and a free for two in three of them.
  EXPECT_EQ(trace["operations"], 33334u);
  EXPECT_EQ(trace["events"], 33334u);
  ASSERT_EQ(record["allocators"].size(), 5u);
  EXPECT_EQ(record["allocators"][3]["name"], "libjemalloc.so.2");
  EXPECT_EQ(record["allocators"][3]["xxh3"].get<std::string>().size(), 16u);
  ASSERT_EQ(record["cells"].size(), 5u);
  for (const Json& cell : record["cells"]) ExpectSoundCell(cell, 33334);
  EXPECT_EQ(CellOf(record, "in_process", "boundary_tags")["held_is"], "pages");
  EXPECT_EQ(CellOf(record, "in_process", "system")["held_is"], "mallinfo2");
  EXPECT_EQ(CellOf(record, "in_process", "system")["ratio_to_system"], 1.0);
  EXPECT_EQ(CellOf(record, "preload", "system")["held_is"], "resident");
  EXPECT_EQ(CellOf(record, "preload", "libjemalloc.so.2")["held_is"], "resident");
  EXPECT_TRUE(CellOf(record, "in_process", "system")["blocks_visited_per_allocation"].is_null());
  // 5 cells checked and measured, and 2 blocks of 5 cells, timed as a whole and by the call, 2
  // floors and 2 more of system.
  EXPECT_EQ(total, 38u);
  EXPECT_EQ(steps.size(), 38u);
  ASSERT_EQ(record["noise"].size(), 2u);
  for (const Json& noise : record["noise"]) {
    EXPECT_EQ(noise["trace"], "made_up");
    EXPECT_EQ(noise["ns_per_op_blocks"].size(), 2u);
    EXPECT_GE(noise["noise"].get<double>(), 1.0);
    EXPECT_EQ(noise["standing"], "unresolved");  // two blocks are no proof
  }
  std::ostringstream tables;
  PrintTables(record, tables);
  EXPECT_NE(tables.str().find("2 blocks only"), std::string::npos) << tables.str();
}

Event Calloc(std::uint64_t size) {
  Event event = Malloc(size);
  event.kind = EventKind::kCalloc;
  event.count = 1;
  return event;
}

// All of a few small blocks fit into what glibc had free before: that is held for them, too.
TEST(Compare, WhatIsHeldIsNeverLessThanWhatIsLive) {
  const Json record = RunCompare(Options({WriteTrace("small.txt", 20)}, {"tlsf"}));
  for (const Json& cell : record["cells"]) {
    EXPECT_GE(cell["held_over_live_peak"].get<double>(), 1.0) << cell["allocator"];
    EXPECT_GE(cell["held_over_live_mean"].get<double>(), 1.0) << cell["allocator"];
  }
}

// Of a trace that would crash the library later, the first part alone is fine.
TEST(Compare, TakesOnlyTheFirstEventsWhenToldSo) {
  CompareOptions options =
      Options({WriteTrace("first.txt", 2000)}, {"bench/broken_libraries/crashes.so"});
  options.first_events = 1000;
  options.least_run = std::chrono::milliseconds(5);  // the library never reuses memory
  const Json record = RunCompare(options);
  EXPECT_EQ(record["traces"][0]["events"], 1000u);
  EXPECT_EQ(record["traces"][0]["operations"], 1000u);
  EXPECT_EQ(record["traces"][0]["shortened"], true);
  EXPECT_EQ(CellOf(record, "preload", "crashes.so")["status"], "ok");
  options.first_events = 3334;  // all there are
  EXPECT_EQ(RunCompare(options)["traces"][0]["shortened"], false);
}

// An allocator that is plainly slow, here one that looks at 6000 blocks, half of them free and too
// small, for each of 3000, is not waited for; the others get all their blocks.
TEST(Compare, ASlowRowStopsAtThreeBlocks) {
  const std::string path = InTemporaryFolder("slow.txt");
  const std::unique_ptr<TraceWriter> writer = CreateTrace(path, FormFromName(path), {});
  for (std::uint64_t i = 0; i < 6000; ++i) writer->Add(Malloc(32));
  for (std::uint64_t i = 0; i < 6000; i += 2) writer->Add(Free(i));
  for (std::uint64_t i = 6000; i < 9000; ++i) {
    writer->Add(Malloc(64));
    writer->Add(Free(i));
  }
  writer->Finish();
  CompareOptions options = Options({path}, {"memalloc_list", "tlsf"});
  options.limits.blocks = 5;
  const Json record = RunCompare(options);
  EXPECT_EQ(CellOf(record, "in_process", "memalloc_list")["ns_per_op_blocks"].size(), 3u);
  EXPECT_EQ(CellOf(record, "in_process", "memalloc_list")["standing"], "slower");
  EXPECT_EQ(CellOf(record, "in_process", "tlsf")["ns_per_op_blocks"].size(), 5u);
  EXPECT_EQ(CellOf(record, "in_process", "system")["ns_per_op_blocks"].size(), 5u);
}

// A precision that any interval has (within a factor of two), and one that none has.
TEST(Compare, StopsWhenIntervalsAreNarrowEnough) {
  CompareOptions options = Options({WriteTrace("narrow.txt", 2000)}, {"tlsf"});
  options.limits.blocks = 9;
  options.limits.precision = 0.99;
  const Json early = RunCompare(options);
  EXPECT_EQ(early["provenance"]["blocks"], 6);
  EXPECT_EQ(CellOf(early, "in_process", "tlsf")["ns_per_op_blocks"].size(), 6u);
  options.limits.precision = 1e-9;
  EXPECT_EQ(RunCompare(options)["provenance"]["blocks"], 9);
}

// A budget that is used up before anything ran leaves the blocks that an interval takes.
TEST(Compare, StopsWhenTheBudgetIsUsedUp) {
  CompareOptions options = Options({WriteTrace("budget.txt", 20000)}, {"tlsf"});
  options.limits.blocks = 1000;
  options.limits.budget = std::chrono::seconds(1);
  bool told = false;
  options.progress = [&](const CompareProgress& progress) { told = told || progress.left; };
  const Json record = RunCompare(options);
  EXPECT_GE(record["provenance"]["blocks"].get<int>(), 6);
  EXPECT_LT(record["provenance"]["blocks"].get<int>(), 1000);
  EXPECT_EQ(record["provenance"]["budget_seconds"], 1);
  EXPECT_TRUE(told);
}

TEST(Compare, AnInterruptedComparisonReportsWhatThereIs) {
  CompareOptions options = Options({WriteTrace("stop.txt", 2000)}, {"tlsf"});
  options.limits.blocks = 1000;
  std::size_t timed = 0;
  options.progress = [&](const CompareProgress& progress) {
    timed += progress.what.find("time pass") != std::string::npos;
  };
  options.limits.interrupted = [&] { return timed >= 10; };
  const Json record = RunCompare(options);
  EXPECT_EQ(record["provenance"]["interrupted"], true);
  // 4 runs a block: two whole ones and a half.
  EXPECT_EQ(record["provenance"]["blocks"], 2);
  EXPECT_GE(CellOf(record, "in_process", "tlsf")["ns_per_op_blocks"].size(), 2u);
  EXPECT_EQ(timed, 10u);  // not one more was begun
  options.limits.interrupted = [] { return true; };
  EXPECT_THROW(RunCompare(options), Interrupted);
}

TEST(Compare, CountsFaults) {
  const std::string path = InTemporaryFolder("faults.txt");
  const std::unique_ptr<TraceWriter> writer = CreateTrace(path, FormFromName(path), {});
  for (int i = 0; i < 200; ++i) writer->Add(Calloc(std::uint64_t{1} << 16));
  writer->Finish();
  const Json record = RunCompare(Options({path}, {"tlsf"}));
  // 200 blocks of 16 pages each, touched once a line, and freed again.
  const double faults = CellOf(record, "in_process", "system")["faults_per_op_median"];
  EXPECT_GT(faults, 0.01);
  EXPECT_LE(faults, 9.0);
}

// Threads for real: our variants behind their lock, and libraries as they are.
TEST(Compare, RunsTheThreadsOfATraceSideBySide) {
  const std::string path = InTemporaryFolder("threads.txt");
  const std::unique_ptr<TraceWriter> writer = CreateTrace(path, FormFromName(path), {});
  for (const Event& event : ThreadedEvents(11, 20000, 9, 3)) writer->Add(event);
  writer->Finish();
  CompareOptions options = Options({path}, {"tlsf", "system", kJemalloc});
  options.mode = ReplayMode::kPartialOrder;
  const Json record = RunCompare(options);
  EXPECT_EQ(record["provenance"]["mode"], "partial-order");
  ASSERT_EQ(record["cells"].size(), 4u);
  for (const Json& cell : record["cells"]) {
    SCOPED_TRACE(cell["allocator"].get<std::string>());
    ASSERT_EQ(cell["status"], "ok") << cell["reason"];
    ASSERT_EQ(cell["ns_per_op_blocks"].size(), 2u);
    ASSERT_EQ(cell["elapsed_ns_per_op_blocks"].size(), 2u);
    EXPECT_GT(cell["ns_per_op_min"].get<double>(), 0);
    EXPECT_GT(cell["elapsed_ns_per_op_median"].get<double>(), 0);
    EXPECT_TRUE(cell["floor_share"].is_null());
    EXPECT_TRUE(cell["loop_share"].is_null());
    EXPECT_GT(cell["held_bytes_peak"].get<std::uint64_t>(), 0u);
  }
  std::ostringstream tables;
  PrintTables(record, tables);
  EXPECT_NE(tables.str().find("Mode partial-order: "), std::string::npos) << tables.str();
  options.touch = Touch::kNone;
  EXPECT_THROW(RunCompare(options), CompareError);
}

// 200 calls, a millisecond after each other on two threads in turn.
TEST(Compare, KeepsTheTimesOfATrace) {
  const std::string path = InTemporaryFolder("times.txt");
  const std::unique_ptr<TraceWriter> writer =
      CreateTrace(path, FormFromName(path), {.metadata = {{"clock_hz", "1000"}}});
  for (std::uint64_t i = 0; i < 200; ++i) {
    Event event = Malloc(i);
    event.thread = static_cast<std::uint32_t>(i % 2);
    event.time = 1 + i;
    writer->Add(event);
  }
  writer->Finish();
  CompareOptions options = Options({path}, {"tlsf"});
  options.mode = ReplayMode::kTimed;
  options.time_scale = 0.5;
  const Json record = RunCompare(options);
  EXPECT_EQ(record["provenance"]["time_scale"], 0.5);
  for (const Json& cell : record["cells"]) {
    ASSERT_EQ(cell["status"], "ok") << cell["reason"];
    // 99.5 ms for 400 operations, the frees at the end among them.
    EXPECT_GE(cell["elapsed_ns_per_op_median"].get<double>(), 99.5e6 / 400);
    EXPECT_LT(cell["ns_per_op_median"].get<double>(),
              cell["elapsed_ns_per_op_median"].get<double>());
  }
  std::ostringstream tables;
  PrintTables(record, tables);
  EXPECT_NE(tables.str().find("Mode timed: "), std::string::npos) << tables.str();
  EXPECT_NE(tables.str().find("recorded gaps are multiplied by 0.5"), std::string::npos);
}

// A failed cell has no figure at all.
void ExpectFailed(const Json& cell, const std::string& reason) {
  EXPECT_EQ(cell["status"], "failed");
  const std::string given = cell["reason"];
  EXPECT_NE(given.find(reason), std::string::npos) << given;
  EXPECT_FALSE(cell.contains("ns_per_op_median"));
  EXPECT_FALSE(cell.contains("held_bytes_peak"));
}

TEST(Compare, BrokenLibrariesAreFailedCellsWithReasons) {
  CompareOptions options =
      Options({WriteTrace("broken.txt", 2000)},
              {"bench/broken_libraries/crashes.so", "bench/broken_libraries/overlaps.so",
               "bench/broken_libraries/hangs.so", "bench/broken_libraries/refuses.so",
               "bench/broken_libraries/no_malloc.so"});
  options.timeout = std::chrono::seconds(5);
  options.limits.blocks = 1;
  const Json record = RunCompare(options);
  // The malloc of kTrigger bytes is the middle one, after 1000 others and 667 frees.
  ExpectFailed(CellOf(record, "preload", "crashes.so"),
               "killed by SIGSEGV (Segmentation fault) at operation 1667 of 3334 in the checked");
  ExpectFailed(CellOf(record, "preload", "overlaps.so"),
               "broke the rule \"overlap\" at operation 1667: ");
  ExpectFailed(CellOf(record, "preload", "hangs.so"), "took longer than 5 s, at operation 1667");
  ExpectFailed(CellOf(record, "preload", "refuses.so"), "1 calls were refused");
  ExpectFailed(CellOf(record, "preload", "no_malloc.so"), "is a .so without malloc");
  EXPECT_EQ(CellOf(record, "preload", "system")["status"], "ok");
  std::ostringstream tables;
  PrintTables(record, tables, {.color = true});
  EXPECT_NE(tables.str().find("failed: killed by SIGSEGV"), std::string::npos) << tables.str();
}

// What C allows is no failure, and what a library prints is not part of the record.
TEST(Compare, AnOddLibraryIsNotABrokenOne) {
  const std::string path = InTemporaryFolder("odd.txt");
  std::ofstream(path) << "alloclab trace text 1\n\n0 = malloc 0\n1 = malloc 100\nfree 0\n";
  const CompareOptions options = Options({path}, {"bench/broken_libraries/odd.so"});
  testing::internal::CaptureStdout();
  const Json record = RunCompare(options);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(CellOf(record, "preload", "odd.so")["status"], "ok")
      << CellOf(record, "preload", "odd.so")["reason"];
}

// Books on 90000 blocks of 8 bytes are several times as large as these.
TEST(Compare, TheLimitIsTheAllocatorsAndNotTheCheckers) {
  const std::string path = InTemporaryFolder("many_small.txt");
  {
    const std::unique_ptr<TraceWriter> writer =
        CreateTrace(path, FormFromName(path), {.metadata = {{"program", "made up"}}});
    for (int i = 0; i < 90000; ++i) writer->Add(Malloc(8));
    writer->Finish();
  }
  CompareOptions options = Options({path}, {"tlsf"});
  options.memory_limit_bytes = std::uint64_t{8} << 20;
  const Json record = RunCompare(options);
  for (const char* allocator : {"system", "tlsf"}) {
    const Json& cell = CellOf(record, "in_process", allocator);
    EXPECT_EQ(cell["status"], "ok") << cell["reason"];
  }
}

TEST(Compare, AnAllocatorThatNeverReusesRunsIntoTheLimit) {
  CompareOptions options = Options({WriteTrace("limit.txt", 20000)}, {"bump", "boundary_tags"});
  // Enough for what is live and not for all that was ever asked for.
  options.memory_limit_bytes = std::uint64_t{3} << 20;
  options.limits.blocks = 1;
  const Json record = RunCompare(options);
  ExpectFailed(CellOf(record, "in_process", "bump"), "limit of 3 MiB");
  EXPECT_EQ(CellOf(record, "in_process", "boundary_tags")["status"], "ok");
}

// The sentence with which RunCompare refuses `options`.
std::string Refusal(const CompareOptions& options) {
  try {
    RunCompare(options);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "not refused";
}

TEST(Compare, RefusesWhatMakesNoSense) {
  const std::string trace = WriteTrace("small.txt", 100);
  EXPECT_EQ(Refusal(Options({}, {})).find("there is no trace"), 0u);
  EXPECT_EQ(Refusal(Options({"nowhere.alt"}, {"system"})).find("nowhere.alt: there is no such"),
            0u);
  CompareOptions no_blocks = Options({trace}, {"system"});
  no_blocks.limits.blocks = 0;
  EXPECT_EQ(Refusal(no_blocks).find("0 blocks"), 0u);
  const std::string empty = InTemporaryFolder("empty.txt");
  CreateTrace(empty, TraceForm::kText, {})->Finish();
  EXPECT_EQ(Refusal(Options({empty}, {"system"})).find(empty + ": this trace is empty"), 0u);
  EXPECT_NE(Refusal(Options({trace, trace}, {"bump"})).find("another trace is also called small"),
            std::string::npos);
  const std::string unknown = Refusal(Options({trace}, {"dlmalloc"}));
  EXPECT_EQ(unknown.find("unknown allocator \"dlmalloc\". Known are: "), 0u) << unknown;
  EXPECT_NE(unknown.find("boundary_tags"), std::string::npos);
  EXPECT_NE(unknown.find("jemalloc"), std::string::npos);
}

}  // namespace
}  // namespace alloclab
