// The benchmark of single operations under libraries that stand in for malloc.

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "bench/process/child_process.h"
#include "bench/process/command_output.h"

namespace alloclab {
namespace {

constexpr const char* kProgram = "bench/google_benchmark/operations_bench";
constexpr const char* kOurs = "allocator/preload/libmalloc_tlsf.so";

nlohmann::json Report(const std::vector<std::string>& flags) {
  std::vector<std::string> words = {kProgram, "--benchmark_min_time=0.0005",
                                    "--benchmark_format=json"};
  words.insert(words.end(), flags.begin(), flags.end());
  const std::string output = CommandOutput(words);
  EXPECT_FALSE(output.empty()) << "operations_bench failed";
  return nlohmann::json::parse(output.empty() ? "{\"benchmarks\": []}" : output);
}

std::set<std::string> NamesOf(const nlohmann::json& report) {
  std::set<std::string> names;
  for (const auto& row : report["benchmarks"]) {
    EXPECT_FALSE(row.contains("error_occurred")) << row;
    names.insert(row["name"]);
  }
  return names;
}

// The row of the library takes the place of system's, and the others are there to compare with.
TEST(OperationsBench, ALibraryIsARow) {
  const std::string ours = std::filesystem::absolute(kOurs).string();
  for (const std::vector<std::string>& library :
       {std::vector<std::string>{"--library=" + ours}, {"--library", ours}}) {
    std::vector<std::string> flags = library;
    flags.push_back("--benchmark_filter=/malloc_free/64$");
    const nlohmann::json report = Report(flags);
    const std::set<std::string> names = NamesOf(report);
    EXPECT_EQ(names.count("preloaded/libmalloc_tlsf.so/malloc_free/64"), 1u);
    EXPECT_EQ(names.count("slab/malloc_free/64"), 1u);
    EXPECT_EQ(names.count("system/malloc_free/64"), 0u);
    EXPECT_TRUE(std::filesystem::equivalent(report["context"]["malloc"].get<std::string>(), ours));
  }
}

// Every operation, also with two threads, and by its known name.
TEST(OperationsBench, ALibraryHasAllRows) {
  const std::set<std::string> names =
      NamesOf(Report({"--library=mimalloc", "--benchmark_filter=^preloaded/"}));
  const std::set<std::string> of_system = NamesOf(Report({"--benchmark_filter=^system/"}));
  std::set<std::string> renamed;
  for (const std::string& name : of_system) {
    renamed.insert("preloaded/libmimalloc.so.2.0" + name.substr(name.find('/')));
  }
  EXPECT_EQ(names, renamed);
  EXPECT_GT(names.size(), 20u);
}

// As `alloclab run` does it.
TEST(OperationsBench, KnowsALibraryThatSomebodyElsePreloaded) {
  const std::string ours = std::filesystem::absolute(kOurs).string();
  const std::string output =
      CommandOutput({"env", "LD_PRELOAD=" + ours, kProgram, "--benchmark_filter=malloc_free/8$",
                     "--benchmark_min_time=0.0005", "--benchmark_format=json"});
  ASSERT_FALSE(output.empty());
  EXPECT_EQ(
      NamesOf(nlohmann::json::parse(output)).count("preloaded/libmalloc_tlsf.so/malloc_free/8"),
      1u);
}

// One that keeps its children from being preloaded is there all the same.
TEST(OperationsBench, ALibraryMayTakeItselfOutOfTheEnvironment) {
  const MemoryFile printed("printed");
  const ChildEnd end =
      RunChildProcess({.arguments = {kProgram, "--library=bench/workloads/hides.so",
                                     "--benchmark_list_tests", "--benchmark_filter=malloc_free/8$"},
                       .stdout_fd = printed.descriptor(),
                       .timeout = std::chrono::seconds(60)});
  EXPECT_TRUE(end.succeeded()) << HowItEnded(end, std::chrono::seconds(60));
  char text[4096] = {};
  EXPECT_GT(pread(printed.descriptor(), text, sizeof(text) - 1, 0), 0);
  EXPECT_NE(std::string(text).find("preloaded/hides.so/malloc_free/8\n"), std::string::npos)
      << text;
}

TEST(OperationsBench, RefusesALibraryWithoutMalloc) {
  const MemoryFile said("said");
  const ChildEnd end =
      RunChildProcess({.arguments = {kProgram, "--library=bench/broken_libraries/no_malloc.so",
                                     "--benchmark_list_tests"},
                       .stderr_fd = said.descriptor()});
  EXPECT_EQ(HowItEnded(end, {}), "ended with status 2");
  EXPECT_NE(FirstLineOf(said.descriptor()).find("no_malloc.so is a .so without malloc"),
            std::string::npos)
      << FirstLineOf(said.descriptor());
}

}  // namespace
}  // namespace alloclab
