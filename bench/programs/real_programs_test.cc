// The programs themselves, on libraries that work: every one answers the same under each, calls its
// malloc in all its processes, and is there at all.

#include "bench/programs/real_programs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "bench/process/compare_error.h"
#include "bench/programs/compare_programs.h"

namespace alloclab {
namespace {

namespace fs = std::filesystem;

constexpr char kJemalloc[] = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2";
constexpr char kOurs[] = "allocator/preload/libmalloc_segregated_bins.so";

class RealProgram : public testing::TestWithParam<std::string> {};

TEST_P(RealProgram, AnswersTheSameUnderEveryLibrary) {
  ASSERT_TRUE(fs::exists(kJemalloc)) << "apt-get install libjemalloc2";
  CompareProgramsOptions options;
  options.programs = RealPrograms({GetParam()}, RunLength::kShort);
  options.allocators = {{"ours", Table::kPreload, fs::absolute(kOurs)},
                        {"jemalloc", Table::kPreload, kJemalloc},
                        {"system", Table::kPreload, ""}};
  options.limits.blocks = 1;
  options.timeout = std::chrono::minutes(1);
  options.launcher_path = "bench/programs/launcher";
  const nlohmann::ordered_json record = RunComparePrograms(options);
  ASSERT_EQ(record["cells"].size(), 3u);
  for (const auto& cell : record["cells"]) {
    EXPECT_EQ(cell["status"], "ok") << cell["allocator"] << ": " << cell["reason"];
  }
  EXPECT_NE(record["programs"][0]["version"], "");
}

INSTANTIATE_TEST_SUITE_P(Programs, RealProgram, testing::ValuesIn(RealProgramNames()),
                         [](const auto& name) { return name.param; });

TEST(RealPrograms, AreChosenByName) {
  EXPECT_EQ(RealPrograms({}, RunLength::kUsual).size(), RealProgramNames().size());
  const std::vector<MeasuredProgram> chosen =
      RealPrograms({"sqlite", "git", "sqlite"}, RunLength::kUsual);
  ASSERT_EQ(chosen.size(), 2u);
  EXPECT_EQ(chosen[0].name, "sqlite");
  EXPECT_EQ(chosen[1].name, "git");
  EXPECT_THROW(RealPrograms({"git", "emacs"}, RunLength::kUsual), CompareError);
}

TEST(RealPrograms, HaveNamesOfTheirOwnAndShortRunsAreOtherRuns) {
  const std::vector<MeasuredProgram> usual = RealPrograms({}, RunLength::kUsual);
  const std::vector<MeasuredProgram> brief = RealPrograms({}, RunLength::kShort);
  std::set<std::string> names;
  for (std::size_t i = 0; i < usual.size(); ++i) {
    names.insert(usual[i].name);
    const bool load = usual[i].load.empty() || usual[i].load[0].command != brief[i].load[0].command;
    const bool same = usual[i].command == brief[i].command &&
                      usual[i].inputs.at(0).contents == brief[i].inputs.at(0).contents;
    EXPECT_FALSE(same && (usual[i].load.empty() || !load)) << usual[i].name;
  }
  EXPECT_EQ(names.size(), usual.size());
}

}  // namespace
}  // namespace alloclab
