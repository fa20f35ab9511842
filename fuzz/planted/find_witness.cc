// Looks for calls that show a planted bug, makes them small, and prints them as trace text: what
// goes into the bug's file behind "witness:".
//
//   bazel run //fuzz/planted:find_witness -- NAME [SEED [INPUTS]]

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/planted/isolated_run.h"
#include "fuzz/planted/planted.h"
#include "fuzz/program.h"
#include "fuzz/random_input.h"
#include "fuzz/schedule/small_programs.h"
#include "fuzz/shrink.h"

namespace alloclab::planted {
namespace {

const PlantedBug* Find(std::string_view name) {
  static const std::vector<PlantedBug> bugs = AllPlantedBugs();
  for (const PlantedBug& bug : bugs) {
    if (bug.name.find(name) != std::string_view::npos) return &bug;
  }
  return nullptr;
}

// For a threaded bug: the small programs under all schedules with few preemptions; then the fewest
// calls that still show it under one.
int FindSchedule(const PlantedBug& bug) {
  const SearchLimits limits{.preemptions = 3, .runs = 20'000};
  for (const SmallProgram& small : SmallPrograms()) {
    const Search search = SearchIsolated(bug, small.program, limits);
    fmt::print(stderr, "{}: {} schedules, reached {} times, triggered {} times{}{}\n", small.name,
               search.runs, search.seen.trail.reached, search.seen.trail.triggered,
               search.seen.verdict.empty() ? "" : ": ", search.seen.verdict);
    if (search.seen.verdict.empty()) continue;
    ThreadedCase program = small.program;
    program.events = Shrink(program.events, [&](const Events& events) {
      return SearchIsolated(bug, {program.arena_bytes, events}, limits).seen.verdict ==
             search.seen.verdict;
    });
    const Search smallest = SearchIsolated(bug, program, limits);
    fmt::print("{}", CaseText(program, smallest.schedule, "", smallest.seen.verdict));
    return 0;
  }
  return 1;
}

int Main(const std::vector<std::string>& arguments) {
  const PlantedBug* bug = arguments.empty() ? nullptr : Find(arguments[0]);
  if (bug == nullptr) {
    fmt::print(stderr, "usage: find_witness NAME [SEED [INPUTS]]; NAME is a part of one of:\n");
    for (const PlantedBug& known : AllPlantedBugs()) fmt::print(stderr, "  {}\n", known.name);
    return 2;
  }
  if (bug->is_threaded()) return FindSchedule(*bug);
  const std::uint64_t seed = arguments.size() > 1 ? std::stoull(arguments[1]) : 1;
  const std::uint64_t inputs = arguments.size() > 2 ? std::stoull(arguments[2]) : 20000;
  Trail trail;
  for (std::uint64_t i = 0; i < inputs; ++i) {
    FuzzProgram program = DecodeFuzzProgram(RandomInput(seed, i, 400));
    const Seen seen = RunIsolated(*bug, program.events, program.arena_bytes);
    trail.reached += seen.trail.reached;
    trail.triggered += seen.trail.triggered;
    if (seen.verdict.empty()) continue;
    program.events = Shrink(program.events, [&](const Events& events) {
      return RunIsolated(*bug, events, program.arena_bytes).verdict == seen.verdict;
    });
    fmt::print(stderr, "input {}: {}\n", i, seen.verdict);
    fmt::print("{}", TraceText(program, "", seen.verdict));
    return 0;
  }
  fmt::print(stderr, "nothing seen in {} inputs; reached {} times, triggered {} times\n", inputs,
             trail.reached, trail.triggered);
  return 1;
}

}  // namespace
}  // namespace alloclab::planted

int main(int argc, char** argv) { return alloclab::planted::Main({argv + 1, argv + argc}); }
