// The fuzz target of schedules: any bytes are a threaded program and a schedule, run on each heap
// that several threads use.

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "fuzz/finding.h"
#include "fuzz/schedule/subjects.h"
#include "fuzz/schedule/threaded_case.h"
#include "fuzz/target.h"

namespace alloclab {
namespace {

// The one that is run on; for ReportDeath it is not known.
void RunOn(std::string_view name, std::span<const std::uint8_t> input) {
  static Scheduler& scheduler = *new Scheduler;
  static Arena& arena = *new Arena(kMaxThreadedArenaBytes);
  const DecodedCase decoded = DecodeThreadedCase(input);
  const ThreadedCase& program = decoded.program;
  ThreadedResult result;
  VisitSubject(name, [&]<class Heap>() {
    FuzzedSchedule schedule(decoded.schedule);
    result = RunThreaded<Heap>(program.events, arena, program.arena_bytes, scheduler, schedule,
                               {.spurious_failures = 4});
  });
  if (result.verdict.empty()) return;
  const std::string sentence = result.event == 0
                                   ? result.text + " (when all threads had ended)"
                                   : fmt::format("{} (event {})", result.text, result.event);
  const Schedule schedule = scheduler.schedule();
  ReportCase({.subject = name,
              .rule = result.verdict,
              .sentence = sentence,
              .text = CaseText(program, schedule, name, result.verdict + ": " + sentence),
              .identity = CaseText(program, schedule, name, ""),
              .replay = "bazel run //fuzz/schedule:replay -- $PWD/"});
  std::abort();
}

}  // namespace

void ReportDeath(std::span<const std::uint8_t> input, std::string_view how) {
  const DecodedCase decoded = DecodeThreadedCase(input);
  // What the schedule came to on which heap is not known any more: the bytes tell it again.
  fmt::print(stderr, "one of the heaps, with a schedule of {} bytes: {}\n\n{}\n",
             decoded.schedule.size(), how, CaseText(decoded.program, {}, "", "crash"));
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

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const char* name : alloclab::kSubjectNames) alloclab::RunOn(name, {data, size});
  return 0;
}
