// Runs the benchmark of single operations for an instant, so that it cannot rot: a row for every
// variant, operation and size, named so that Google Benchmark's compare.py can pair them.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"
#include "bench/process/child_process.h"
#include "bench/process/command_output.h"

namespace alloclab {
namespace {

using Operations = std::set<std::string>;

constexpr const char* kProgram = "bench/google_benchmark/operations_bench";

nlohmann::json ReportOf(const std::vector<std::string>& flags) {
  std::vector<std::string> words = {kProgram, "--benchmark_min_time=0.0005",
                                    "--benchmark_format=json"};
  words.insert(words.end(), flags.begin(), flags.end());
  const std::string output = CommandOutput(words);
  EXPECT_FALSE(output.empty()) << "operations_bench failed";
  return nlohmann::json::parse(output.empty() ? "{\"benchmarks\": []}" : output);
}

// The operations of each allocator: what stands behind its name.
std::map<std::string, Operations> Rows(const nlohmann::json& report) {
  std::map<std::string, Operations> rows;
  for (const auto& row : report["benchmarks"]) {
    const std::string name = row["name"];
    EXPECT_FALSE(row.contains("error_occurred")) << row;
    const double items_per_second = row["items_per_second"];
    EXPECT_GT(items_per_second, 0) << name;
    EXPECT_NEAR(row["time/op"].get<double>() * items_per_second, 1, 1e-5) << row;
    const std::size_t end = name.find('/', name.starts_with("preloaded/") ? 10 : 0);
    EXPECT_TRUE(rows[name.substr(0, end)].insert(name.substr(end + 1)).second) << name;
  }
  return rows;
}

// That any allocator has; one that cannot align leaves that out.
Operations WithoutAligned(const Operations& operations) {
  Operations rest;
  for (const std::string& operation : operations) {
    if (!operation.starts_with("aligned/")) rest.insert(operation);
  }
  return rest;
}

TEST(OperationsBench, HasTheSameRowsForEveryVariant) {
  const std::map<std::string, Operations> rows = Rows(ReportOf({}));
  EXPECT_EQ(rows.size(), Variants::kNames.size());
  ASSERT_EQ(rows.count("system"), 1u);
  const Operations& all = rows.at("system");
  for (const char* operation :
       {"malloc_free/64", "malloc_free/1048576", "batch/16", "calloc/1024", "realloc_growth/65536",
        "aligned/4096", "cross_thread_free/64/real_time/threads:2"}) {
    EXPECT_EQ(all.count(operation), 1u) << operation;
  }
  for (const std::string_view variant : Variants::kNames) {
    ASSERT_EQ(rows.count(std::string(variant)), 1u) << variant;
    const Operations& own = rows.at(std::string(variant));
    EXPECT_EQ(WithoutAligned(own), WithoutAligned(all)) << variant;
    Variants::Visit<MmapPages>(
        variant, [&]<class A> { EXPECT_EQ(own == all, AllocatesAligned<A>) << variant; });
  }
}

TEST(OperationsBench, TakesTheFlagsOfGoogleBenchmark) {
  const std::string file = testing::TempDir() + "/operations.json";
  const nlohmann::json report =
      ReportOf({"--benchmark_filter=^(tlsf|slab)/malloc_free/64$", "--benchmark_repetitions=3",
                "--benchmark_report_aggregates_only=true", "--benchmark_out=" + file});
  std::set<std::string> names;
  for (const auto& row : report["benchmarks"]) names.insert(row["name"]);
  EXPECT_EQ(names.size(), 8u);  // mean, median, stddev and cv of each
  EXPECT_EQ(names.count("tlsf/malloc_free/64_median"), 1u);
  EXPECT_EQ(names.count("slab/malloc_free/64_cv"), 1u);
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_NE(report["context"]["malloc"].get<std::string>(), "");
}

TEST(OperationsBench, RefusesWhatItCannotDo) {
  for (const auto& [flag, words] :
       {std::pair("--no_such_flag", "unrecognized command-line flag: --no_such_flag"),
        {"--library", "--library needs the path of a library"},
        {"--library=/nowhere/libmine.so", "/nowhere/libmine.so: there is no such file"},
        {"--library=tlsf", "tlsf: this is no library"},
        {"--library=nosuch", "unknown allocator \"nosuch\""}}) {
    const MemoryFile said("said");
    const ChildEnd end =
        RunChildProcess({.arguments = {kProgram, flag}, .stderr_fd = said.descriptor()});
    EXPECT_EQ(HowItEnded(end, {}), "ended with status 2") << flag;
    EXPECT_NE(FirstLineOf(said.descriptor()).find(words), std::string::npos)
        << flag << ": " << FirstLineOf(said.descriptor());
  }
}

}  // namespace
}  // namespace alloclab
