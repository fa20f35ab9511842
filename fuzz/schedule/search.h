// Looks for a schedule under which a program breaks a rule, from nothing: all without a preemption,
// then all with one, and so on, as long as it takes. What is found first has the fewest.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_SEARCH_H_
#define ALLOCLAB_FUZZ_SCHEDULE_SEARCH_H_

#include <cstdint>
#include <optional>
#include <string>

#include "fuzz/schedule/enumerator.h"
#include "fuzz/schedule/strategies.h"

namespace alloclab {

struct SearchLimits {
  unsigned least = 0;  // preemptions to begin with
  unsigned preemptions = 2;
  std::uint64_t runs = 50'000;
};

struct FoundSchedule {
  std::string verdict;
  Schedule schedule;
  unsigned preemptions = 0;
  std::uint64_t runs = 0;  // that it took
};

// `run(scheduler, strategy)` runs the program once and returns the verdict, empty for none. Counts
// its runs into `runs`. A verdict other than `wanted`, where that is not empty, is passed over.
template <class Run>
std::optional<FoundSchedule> FindSchedule(Run&& run, const SearchLimits& limits,
                                          std::uint64_t& runs, const std::string& wanted = "") {
  Scheduler scheduler;
  for (unsigned bound = limits.least; bound <= limits.preemptions; ++bound) {
    Enumerator all({.preemptions = bound});
    do {
      if (runs == limits.runs) return std::nullopt;
      ++runs;
      const std::string verdict = run(scheduler, all);
      if (verdict.empty() || (!wanted.empty() && verdict != wanted)) continue;
      return FoundSchedule{verdict, scheduler.schedule(), bound, runs};
    } while (all.Next());
  }
  return std::nullopt;
}

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_SEARCH_H_
