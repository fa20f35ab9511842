// The fuzz target of schedules: any bytes are a threaded program and some schedules, run on each
// heap that several threads use.

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "fuzz/finding.h"
#include "fuzz/schedule/mutate_case.h"
#include "fuzz/schedule/subjects.h"
#include "fuzz/schedule/threaded_case.h"
#include "fuzz/target.h"

namespace alloclab {
namespace {

[[noreturn]] void Report(std::string_view name, const ThreadedCase& program,
                         const Schedule& schedule, const ThreadedResult& result) {
  const std::string sentence = result.event == 0
                                   ? result.text + " (when all threads had ended)"
                                   : fmt::format("{} (event {})", result.text, result.event);
  ReportCase({.subject = name,
              .rule = result.verdict,
              .sentence = sentence,
              .text = CaseText(program, schedule, name, result.verdict + ": " + sentence),
              .identity = CaseText(program, schedule, name, ""),
              .replay = "bazel run //fuzz/schedule:replay -- $PWD/"});
  std::abort();
}

template <class Heap>
void RunOn(std::string_view name, const DecodedCase& decoded) {
  static Scheduler& scheduler = *new Scheduler;
  static Arena& arena = *new Arena(kMaxThreadedArenaBytes);
  const ThreadedCase& program = decoded.program;
  for (const std::vector<std::uint8_t>& bytes : decoded.schedules) {
    FuzzedSchedule schedule(bytes);
    const ThreadedResult result = RunThreaded<Heap>(program.events, arena, program.arena_bytes,
                                                    scheduler, schedule, {.spurious_failures = 4});
    if (!result.verdict.empty()) Report(name, program, scheduler.schedule(), result);
  }
}

}  // namespace

void ReportDeath(std::span<const std::uint8_t> input, std::string_view how) {
  // Under which of its schedules, and on which heap, died with the process.
  fmt::print(stderr, "one of the heaps, under one of {} schedules: {}\n\n{}\n", kSchedules, how,
             CaseText(DecodeThreadedCase(input).program, {}, "", "crash"));
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
