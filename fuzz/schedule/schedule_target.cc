// The fuzz target of schedules: any bytes are a threaded program and some schedules, run on each
// heap that several threads use.

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "fuzz/finding.h"
#include "fuzz/isolated.h"
#include "fuzz/schedule/mutate_case.h"
#include "fuzz/schedule/noting.h"
#include "fuzz/schedule/subjects.h"
#include "fuzz/schedule/threaded_case.h"
#include "fuzz/shared.h"
#include "fuzz/target.h"

namespace alloclab {
namespace {

void Report(std::string_view name, const ThreadedCase& program, const Schedule& schedule,
            std::string_view verdict, const std::string& sentence) {
  ReportCase({.subject = name,
              .rule = verdict,
              .sentence = sentence,
              .text = CaseText(program, schedule, name, fmt::format("{}: {}", verdict, sentence)),
              .identity = CaseText(program, schedule, name, ""),
              .replay = "bazel run //fuzz/schedule:replay -- $PWD/"});
}

template <class Heap>
ThreadedResult RunOnce(const ThreadedCase& program, Scheduler& scheduler, Strategy& strategy) {
  static Arena& arena = *new Arena(kMaxThreadedArenaBytes);
  return RunThreaded<Heap>(program.events, arena, program.arena_bytes, scheduler, strategy,
                           {.spurious_failures = 4});
}

template <class Heap>
void RunOn(std::string_view name, const DecodedCase& decoded) {
  static Scheduler& scheduler = *new Scheduler;
  for (const std::vector<std::uint8_t>& bytes : decoded.schedules) {
    FuzzedSchedule schedule(bytes);
    const ThreadedResult result = RunOnce<Heap>(decoded.program, scheduler, schedule);
    if (result.verdict.empty()) continue;
    Report(name, decoded.program, scheduler.schedule(), result.verdict,
           result.event == 0 ? result.text + " (when all threads had ended)"
                             : fmt::format("{} (event {})", result.text, result.event));
    std::abort();
  }
}

// Each schedule in a process of its own; true when one has died, and was told.
template <class Heap>
bool ReportDeathOn(std::string_view name, const DecodedCase& decoded, std::string_view how) {
  for (const std::vector<std::uint8_t>& bytes : decoded.schedules) {
    const Shared<NotedChoices> notes;
    const std::string verdict = RunIsolated([&] {
      Scheduler scheduler;
      FuzzedSchedule schedule(bytes);
      Noting noting(schedule, *notes);
      return RunOnce<Heap>(decoded.program, scheduler, noting).verdict;
    });
    if (verdict.empty()) continue;
    Report(name, decoded.program, notes->schedule(), verdict, std::string(how));
    return true;
  }
  return false;
}

}  // namespace

void ReportDeath(std::span<const std::uint8_t> input, std::string_view how) {
  const DecodedCase decoded = DecodeThreadedCase(input);
  bool told = false;
  for (const char* name : kSubjectNames) {
    VisitSubject(name, [&]<class Heap>() {
      if (!told) told = ReportDeathOn<Heap>(name, decoded, how);
    });
  }
  if (!told) fmt::print(stderr, "{}; in processes of their own all schedules end\n", how);
}

}  // namespace alloclab

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view kOption = "-artifact_prefix=";
  for (int i = 1; i < *argc; ++i) {
    const std::string_view argument = (*argv)[i];
    if (argument.starts_with(kOption)) {
      alloclab::SetArtifactPrefix(std::string(argument.substr(kOption.size())));
    }
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return alloclab::MutateThreadedCase(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const alloclab::DecodedCase decoded = alloclab::DecodeThreadedCase({data, size});
  for (const char* name : alloclab::kSubjectNames) {
    alloclab::VisitSubject(name, [&]<class Heap>() { alloclab::RunOn<Heap>(name, decoded); });
  }
  return 0;
}
