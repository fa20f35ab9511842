// Runs a case with its schedule again and tells it step by step; or looks for a schedule that
// breaks a rule.
//
//   bazel run //fuzz/schedule:replay -- $PWD/CASE.txt [--allocator NAME] [--search PREEMPTIONS]
//
// Exit: 0 no rule was broken, 1 one was, 2 misuse.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "fuzz/schedule/search.h"
#include "fuzz/schedule/subjects.h"
#include "fuzz/schedule/threaded_case.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

struct Options {
  std::string path;
  std::string allocator;
  int search = -1;
};

// Objects by the order in which they are met.
void PrintSteps(const Scheduler& scheduler) {
  std::map<const void*, std::size_t> numbers;
  for (const Step& step : scheduler.steps()) {
    const auto [at, fresh] = numbers.try_emplace(step.point.object, numbers.size());
    fmt::print("thread {}  {:16} object {}\n", step.thread, step.point.name, at->second);
  }
}

template <class Heap>
int Run(const CaseFromText& text, const Options& options) {
  Arena arena(kMaxThreadedArenaBytes);
  const ThreadedCase& program = text.program;
  Schedule schedule = text.schedule;
  if (options.search >= 0) {
    std::uint64_t runs = 0;
    const auto found = FindSchedule(
        [&](Scheduler& scheduler, Strategy& strategy) {
          return RunThreaded<Heap>(program.events, arena, program.arena_bytes, scheduler, strategy)
              .verdict;
        },
        {.preemptions = static_cast<unsigned>(options.search), .runs = UINT64_MAX}, runs);
    fmt::print("{} schedules run\n", runs);
    if (!found) return 0;
    schedule = found->schedule;
  }
  Scheduler scheduler;
  FollowSchedule follow(schedule);
  const ThreadedResult result = RunThreaded<Heap>(program.events, arena, program.arena_bytes,
                                                  scheduler, follow, {.spurious_failures = 4});
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
  if (!VisitSubject(name, [&]<class Heap>() { status = Run<Heap>(text, options); })) {
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
