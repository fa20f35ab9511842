// Every planted bug in what threads share is found from nothing: by all schedules of the small
// programs, those with fewer preemptions first. Prints how many it took.

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/planted/bug_file.h"
#include "fuzz/planted/isolated_run.h"
#include "fuzz/planted/planted.h"
#include "fuzz/schedule/small_programs.h"

namespace alloclab::planted {
namespace {

std::vector<PlantedBug> ThreadedBugs() {
  std::vector<PlantedBug> bugs = AllPlantedBugs();
  std::erase_if(bugs, [](const PlantedBug& bug) { return !bug.is_threaded(); });
  return bugs;
}

Bug ReadBug(std::string_view name) {
  std::ifstream file{std::string(name)};
  return ParseBug(std::string(name),
                  {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
}

class ScheduleSearchTest : public testing::TestWithParam<PlantedBug> {};

TEST_P(ScheduleSearchTest, FindsTheBug) {
  const Bug bug = ReadBug(GetParam().name);
  std::uint64_t runs = 0;
  const auto start = std::chrono::steady_clock::now();
  for (unsigned preemptions = 0; preemptions <= 3; ++preemptions) {
    for (const SmallProgram& small : SmallPrograms()) {
      const Search search =
          SearchIsolated(GetParam(), small.program,
                         {.least = preemptions, .preemptions = preemptions, .runs = 20'000});
      runs += search.runs;
      if (search.seen.verdict.empty()) continue;
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
      const std::string name(GetParam().name.substr(GetParam().name.rfind('/') + 1));
      std::cout << std::left << std::setw(62) << name << std::right << std::setw(7) << runs
                << " schedules, " << preemptions << " preemptions, " << std::fixed
                << std::setprecision(3) << seconds.count() << " s, " << search.seen.verdict
                << ", by \"" << small.name << "\"\n";
      // A bug may break several rules; what it does first is not always what its witness shows.
      EXPECT_GT(search.seen.trail.triggered, 0u) << search.seen.verdict;
      return;
    }
  }
  ADD_FAILURE() << "not found in " << runs << " schedules; the verdict is to be " << bug.verdict;
}

std::string TestName(const testing::TestParamInfo<PlantedBug>& info) {
  std::string name(info.param.name.substr(info.param.name.rfind('/') + 1));
  return name.substr(0, name.find('.'));
}

INSTANTIATE_TEST_SUITE_P(Planted, ScheduleSearchTest, testing::ValuesIn(ThreadedBugs()), TestName);

}  // namespace
}  // namespace alloclab::planted
