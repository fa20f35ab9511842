// Every planted bug is shown by its witness: the changed code runs, does something else, and the
// declared verdict fires; and the same calls break no rule on the allocator as it is shipped.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "allocator/variants.h"
#include "fuzz/planted/bug_file.h"
#include "fuzz/planted/isolated_run.h"
#include "fuzz/planted/planted.h"
#include "fuzz/schedule/subjects.h"
#include "fuzz/schedule/threaded_case.h"
#include "traces/checked/checked.h"
#include "traces/open_trace.h"

namespace alloclab::planted {
namespace {

Bug ReadBug(std::string_view name) {
  std::ifstream file{std::string(name)};
  return ParseBug(std::string(name),
                  {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
}

struct Witness {
  std::vector<Event> events;
  std::size_t arena_bytes = 0;
};

Witness ReadWitness(const Bug& bug) {
  const auto reader = OpenTraceBytes("witness.txt", bug.witness);
  Witness witness;
  witness.arena_bytes = std::stoul(FindMetadata(reader->metadata(), "arena"));
  std::vector<Event> batch;
  while (reader->Next(batch)) {
    witness.events.insert(witness.events.end(), batch.begin(), batch.end());
  }
  return witness;
}

// A bug that is not linked would show nothing, and nobody would miss it.
TEST(AllPlantedBugs, AreTheFilesInTheFolder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator("fuzz/planted/bugs")) {
    files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  std::vector<std::string> linked;
  for (const PlantedBug& bug : AllPlantedBugs()) linked.emplace_back(bug.name);
  EXPECT_EQ(linked, files);
  EXPECT_GE(linked.size(), 60u);
}

class WitnessTest : public testing::TestWithParam<PlantedBug> {};

TEST_P(WitnessTest, ShowsTheBug) {
  const Bug bug = ReadBug(GetParam().name);
  EXPECT_EQ(GetParam().is_threaded(), bug.target == "schedule");
  Seen seen;
  if (GetParam().is_threaded()) {
    const CaseFromText witness = ReadCase("witness", bug.witness);
    seen = RunIsolated(GetParam(), witness.program, witness.schedule);
  } else {
    const Witness witness = ReadWitness(bug);
    seen = RunIsolated(GetParam(), witness.events, witness.arena_bytes);
  }
  EXPECT_GT(seen.trail.reached, 0u);
  EXPECT_GT(seen.trail.triggered, 0u);
  EXPECT_EQ(seen.verdict, bug.verdict);
}

TEST_P(WitnessTest, ShowsNothingWithoutIt) {
  const Bug bug = ReadBug(GetParam().name);
  if (GetParam().is_threaded()) {
    const CaseFromText witness = ReadCase("witness", bug.witness);
    const bool known = VisitSubject(bug.variant, [&]<class Heap>() {
      Arena arena(witness.program.arena_bytes);
      Scheduler scheduler;
      FollowSchedule follow(witness.schedule);
      const ThreadedResult result = RunThreaded<Heap>(
          witness.program.events, arena, witness.program.arena_bytes, scheduler, follow);
      EXPECT_EQ(result.verdict, "") << result.text;
    });
    EXPECT_TRUE(known) << bug.variant;
    return;
  }
  const Witness witness = ReadWitness(bug);
  const bool found = Variants::Visit<CheckedPages>(bug.variant, [&]<Allocator A>() {
    Arena arena(witness.arena_bytes);
    const CheckedResult result = ReplayChecked<A>(witness.events, arena, witness.arena_bytes);
    EXPECT_FALSE(result.violation)
        << RuleName(result.violation->rule) << ": " << result.violation->text;
  });
  EXPECT_TRUE(found) << bug.variant;
}

std::string TestName(const testing::TestParamInfo<PlantedBug>& info) {
  std::string name(info.param.name.substr(info.param.name.rfind('/') + 1));
  return name.substr(0, name.find('.'));
}

INSTANTIATE_TEST_SUITE_P(Planted, WitnessTest, testing::ValuesIn(AllPlantedBugs()), TestName);

}  // namespace
}  // namespace alloclab::planted
