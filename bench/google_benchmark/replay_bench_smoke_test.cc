// Runs the Google Benchmark front end on a small trace, so that it cannot rot: a row for every
// variant, with counters that agree with each other.

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"
#include "bench/process/command_output.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

// One of the teaching allocators, ours and the system's, on one trace.
TEST(ReplayBench, HasARowForEveryVariant) {
  const std::string path = testing::TempDir() + "/smoke.txt";
  const std::unique_ptr<TraceWriter> writer = CreateTrace(path, TraceForm::kText, {});
  for (std::uint64_t id = 0; id < 200; ++id) {
    Event event;
    event.size = id;
    writer->Add(event);
    event.kind = EventKind::kFree;
    event.ref = id;
    if (id % 2 == 0) writer->Add(event);
  }
  writer->Finish();
  const std::string output =
      CommandOutput({"bench/google_benchmark/replay_bench", "--traces=" + path,
                     "--benchmark_min_time=0.001", "--benchmark_format=json"});
  ASSERT_FALSE(output.empty()) << "replay_bench failed";
  const auto report = nlohmann::json::parse(output);
  std::set<std::string> rows;
  for (const auto& row : report["benchmarks"]) {
    rows.insert(row["name"].get<std::string>());
    const double items_per_second = row["items_per_second"];
    EXPECT_GT(items_per_second, 0);
    EXPECT_NEAR(row["time/op"].get<double>() * items_per_second, 1, 1e-5) << row;
    EXPECT_FALSE(row.contains("error_occurred")) << row;
  }
  for (const std::string_view name : Variants::kNames) {
    EXPECT_EQ(rows.count("smoke/" + std::string(name)), 1u) << name;
  }
}

TEST(ReplayBench, RefusesWhatItCannotRead) {
  EXPECT_EQ(CommandOutput({"bench/google_benchmark/replay_bench", "--traces=nowhere.alt"}), "");
  EXPECT_EQ(CommandOutput({"bench/google_benchmark/replay_bench", "--no_such_flag"}), "");
}

}  // namespace
}  // namespace alloclab
