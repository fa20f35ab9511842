// The fuzz target of one planted bug: as ops_fuzz.cc for a shipped variant, or schedule_target.cc
// for what threads share, on the bug that is linked. What it finds it says by the verdict alone;
// report.sh measures how long that took. ALLOCLAB_FUZZ_WITHOUT=RULE takes one oracle away.

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/mutate_input.h"
#include "fuzz/planted/planted.h"
#include "fuzz/program.h"
#include "fuzz/schedule/mutate_case.h"
#include "fuzz/schedule/threaded_case.h"
#include "fuzz/target.h"

namespace alloclab {
namespace {

const planted::PlantedBug& TheBug() {
  static const planted::PlantedBug bug = [] {
    const auto bugs = planted::AllPlantedBugs();
    if (bugs.size() != 1) {
      fmt::print(stderr, "{} planted bugs are linked, not one\n", bugs.size());
      std::exit(2);
    }
    return bugs.front();
  }();
  return bug;
}

planted::Outcome RunInput(std::span<const std::uint8_t> input) {
  const planted::PlantedBug& bug = TheBug();
  if (!bug.is_threaded()) {
    const FuzzProgram program = DecodeFuzzProgram(input);
    return bug.run(program.events, program.arena_bytes, /*fast=*/true);
  }
  static Scheduler& scheduler = *new Scheduler;
  const DecodedCase decoded = DecodeThreadedCase(input);
  planted::Outcome outcome;
  for (const std::vector<std::uint8_t>& bytes : decoded.schedules) {
    FuzzedSchedule schedule(bytes);
    outcome =
        bug.run_threaded(decoded.program.events, decoded.program.arena_bytes, scheduler, schedule);
    if (!outcome.rule.empty()) break;
  }
  return outcome;
}

}  // namespace

void ReportDeath(std::span<const std::uint8_t>, std::string_view how) {
  fmt::print(stderr, "planted verdict: crash ({})\n", how);
}

}  // namespace alloclab

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* name = std::getenv("ALLOCLAB_FUZZ_WITHOUT");
  if (name == nullptr) return 0;
  if (!alloclab::TheBug().without_rule(name)) {
    fmt::print(stderr, "ALLOCLAB_FUZZ_WITHOUT: there is no rule \"{}\"\n", name);
    std::exit(2);
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  if (alloclab::TheBug().is_threaded()) {
    return alloclab::MutateThreadedCase(data, size, max_size, seed);
  }
  return alloclab::MutateProgramInput(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const alloclab::planted::Outcome outcome = alloclab::RunInput({data, size});
  if (!outcome.rule.empty()) {
    fmt::print(stderr, "planted verdict: {}\n", outcome.rule);
    std::fflush(stderr);
    std::abort();
  }
  return 0;
}
