// Runs what one input means on one variant: checked replays over an arena, as a plan (plan.h) says.

#ifndef ALLOCLAB_FUZZ_RUN_H_
#define ALLOCLAB_FUZZ_RUN_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "allocator/allocator.h"
#include "fuzz/isolated.h"
#include "fuzz/plan.h"
#include "fuzz/program.h"
#include "traces/checked/checked.h"

namespace alloclab {

struct FuzzFinding {
  FuzzProgram program;
  std::string rule;  // a RuleName, "crash" or "time-out"
  std::string sentence;
};

// The arena is kept for the life of the process, so that a run costs no large allocation. Not for
// several threads.
template <Allocator A, class Plan>
CheckedResult RunFuzzProgram(const FuzzProgram& program) {
  static Arena& arena = *new Arena(Plan::kArenaBytes);
  return ReplayCheckedFast<A>(program.events, arena, program.arena_bytes);
}

// The first program of the plan that breaks a rule. A process that a bug ends ends here.
template <Allocator A, class Plan>
std::optional<FuzzFinding> RunFuzzInput(std::span<const std::uint8_t> input) {
  Plan plan(input);
  CheckedResult result;
  for (std::optional<FuzzProgram> program = plan.Next(nullptr); program;
       program = plan.Next(&result)) {
    result = RunFuzzProgram<A, Plan>(*program);
    if (!result.violation) continue;
    return FuzzFinding{
        std::move(*program), std::string(RuleName(result.violation->rule)),
        result.violation->text + " (event " + std::to_string(result.violation->operation) + ")"};
  }
  return std::nullopt;
}

// The same for an input that ended a process, each program in one of its own: which it was. `how`
// tells of that death.
template <Allocator A, class Plan>
FuzzFinding FindDeath(std::span<const std::uint8_t> input, const std::string& how) {
  Plan plan(input);
  CheckedResult as_if_refused;
  as_if_refused.pages_refused = 1;
  std::optional<FuzzProgram> program = plan.Next(nullptr);
  FuzzFinding finding{*program, "crash", how};
  for (; program; program = plan.Next(&as_if_refused)) {
    const std::string rule = RunIsolated([&] {
      const CheckedResult result = RunFuzzProgram<A, Plan>(*program);
      return result.violation ? std::string(RuleName(result.violation->rule)) : "";
    });
    if (!rule.empty()) return {std::move(*program), rule, how};
  }
  return finding;
}

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_RUN_H_
