// Runs a case with its schedule again and tells it step by step; or looks for a schedule that
// breaks a rule; or makes the case small, whatever its schedule.
//
//   bazel run //fuzz/schedule:replay -- $PWD/CASE.txt [--allocator NAME] [--search PREEMPTIONS]
//                                       [--steps N] [--shrink $PWD/SMALL.txt]
//
// Exit: 0 no rule was broken, 1 one was, 2 misuse.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "fuzz/isolated.h"
#include "fuzz/schedule/search.h"
#include "fuzz/schedule/subjects.h"
#include "fuzz/schedule/threaded_case.h"
#include "fuzz/shrink.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

struct Options {
  std::string path;
  std::string allocator;
  int search = -1;
  std::string small;
  unsigned steps = RunLimits{}.steps;
};

// Enough for every planted bug (fuzz/planted/schedule_search_test.cc).
constexpr unsigned kPreemptions = 3;
constexpr std::uint64_t kRunsOfATry = 20'000;
constexpr unsigned kTrySeconds = 60;
// In every run here, for each has a place in the schedule.
constexpr unsigned kSpuriousFailures = 4;

// Objects by the order in which they are met.
void PrintSteps(const Scheduler& scheduler) {
  std::map<const void*, std::size_t> numbers;
  for (const Step& step : scheduler.steps()) {
    const auto [at, fresh] = numbers.try_emplace(step.point.object, numbers.size());
    fmt::print("thread {}  {:16} object {}\n", step.thread, step.point.name, at->second);
  }
}

template <class Heap>
std::optional<FoundSchedule> Search(const ThreadedCase& program, const SearchLimits& limits,
                                    unsigned steps, std::uint64_t& runs,
                                    const std::string& wanted = "") {
  Arena arena(kMaxThreadedArenaBytes);
  return FindSchedule(
      [&](Scheduler& scheduler, Strategy& strategy) {
        return RunThreaded<Heap>(program.events, arena, program.arena_bytes, scheduler, strategy,
                                 {.steps = steps, .spurious_failures = kSpuriousFailures})
            .verdict;
      },
      limits, runs, wanted);
}

// What a case shows under its own schedule is kept under any of few preemptions, each try in a
// process of its own.
template <class Heap>
int MakeSmall(const CaseFromText& text, const std::string& allocator, const Options& options) {
  const auto own = [&]() -> std::string {
    Arena arena(kMaxThreadedArenaBytes);
    Scheduler scheduler;
    FollowSchedule follow(text.schedule);
    return RunThreaded<Heap>(text.program.events, arena, text.program.arena_bytes, scheduler,
                             follow,
                             {.steps = options.steps, .spurious_failures = kSpuriousFailures})
        .verdict;
  };
  const std::string verdict = RunIsolated(own, kTrySeconds);
  if (verdict.empty()) {
    fmt::print(stderr, "{}: breaks no rule on {}, so there is nothing to keep\n", options.path,
               allocator);
    return 0;
  }
  const SearchLimits limits{
      .preemptions = options.search >= 0 ? static_cast<unsigned>(options.search) : kPreemptions,
      .runs = kRunsOfATry};
  const auto shows = [&](const Events& events) {
    const auto search = [&]() -> std::string {
      std::uint64_t runs = 0;
      const auto found =
          Search<Heap>({text.program.arena_bytes, events}, limits, options.steps, runs, verdict);
      return found ? found->verdict : "";
    };
    return RunIsolated(search, kTrySeconds) == verdict;
  };
  if (!shows(text.program.events)) {
    fmt::print(stderr,
               "{}: \"{}\" is not seen under {} schedules with at most {} preemptions, so it stays "
               "as it is; allow more with --search\n",
               options.path, verdict, limits.runs, limits.preemptions);
    return 1;
  }
  const ThreadedCase small{text.program.arena_bytes, Shrink(text.program.events, shows)};
  // Of a crash there is no schedule to write: it takes along the process that knows it.
  const bool ends = verdict != "crash" && verdict != "time-out";
  Schedule schedule;
  if (ends) {
    std::uint64_t runs = 0;
    const auto found = Search<Heap>(small, limits, options.steps, runs, verdict);
    if (found) schedule = found->schedule;
  }
  std::ofstream file(options.small, std::ios::binary);
  file << CaseText(small, schedule, allocator, verdict);
  file.close();
  if (!file) {
    fmt::print(stderr, "{}: cannot be written; name a file in a folder that can\n", options.small);
    return 2;
  }
  fmt::print("{}: {} of {} events still show \"{}\"{}\n", options.small, small.events.size(),
             text.program.events.size(), verdict,
             ends ? "" : ", under a schedule that is not known: look for it with --search");
  return 1;
}

template <class Heap>
int Run(const CaseFromText& text, const Options& options) {
  Arena arena(kMaxThreadedArenaBytes);
  const ThreadedCase& program = text.program;
  Schedule schedule = text.schedule;
  if (options.search >= 0) {
    std::uint64_t runs = 0;
    const auto found = Search<Heap>(
        program, {.preemptions = static_cast<unsigned>(options.search), .runs = UINT64_MAX},
        options.steps, runs);
    fmt::print("{} schedules run\n", runs);
    if (!found) return 0;
    schedule = found->schedule;
  }
  Scheduler scheduler;
  FollowSchedule follow(schedule);
  const ThreadedResult result =
      RunThreaded<Heap>(program.events, arena, program.arena_bytes, scheduler, follow,
                        {.steps = options.steps, .spurious_failures = kSpuriousFailures});
  PrintSteps(scheduler);
  fmt::print("schedule: {}\n", ScheduleText(scheduler.schedule()));
  if (result.verdict.empty()) {
    fmt::print("no rule is broken\n");
    return 0;
  }
  fmt::print("broken rule: {}\n  {}\n  seen after event {}\n", result.verdict, result.text,
             result.event);
  return 1;
}

int Main(const Options& options) {
  std::ifstream file(options.path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    fmt::print(stderr, "{}: cannot be read; name a readable file\n", options.path);
    return 2;
  }
  const CaseFromText text = ReadCase(options.path, bytes);
  const std::string name = options.allocator.empty() ? text.allocator : options.allocator;
  int status = 2;
  if (!VisitSubject(name, [&]<class Heap>() {
        status =
            options.small.empty() ? Run<Heap>(text, options) : MakeSmall<Heap>(text, name, options);
      })) {
    fmt::print(stderr, "there is no \"{}\"; name one of {} with --allocator\n", name,
               fmt::join(kSubjectNames, ", "));
  }
  return status;
}

}  // namespace
}  // namespace alloclab

int main(int argc, char** argv) {
  alloclab::Options options;
  CLI::App app("Runs a threaded case with its schedule.");
  app.add_option("case", options.path, "trace text with \"# schedule:\"")->required();
  app.add_option("--allocator", options.allocator, "instead of the one in the case");
  app.add_option("--search", options.search,
                 "look for a schedule with at most so many preemptions instead")
      ->check(CLI::Range(0, 1000));
  app.add_option("--steps", options.steps, "after so many a run is a livelock (default: 10000)")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--shrink", options.small,
                 "write the fewest and smallest calls that still break the rule under a schedule "
                 "with at most 3 preemptions (or --search)");
  try {
    app.parse(argc, argv);
    return alloclab::Main(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const alloclab::TraceError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
