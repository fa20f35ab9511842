// The smallest program on which a solution still breaks the rule that it broke on a trace.

#ifndef ALLOCLAB_TOOLS_CLI_SHRUNK_CASE_H_
#define ALLOCLAB_TOOLS_CLI_SHRUNK_CASE_H_

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "bench/grade/grader.h"
#include "traces/event.h"

namespace alloclab::cli {

struct ShrunkCase {
  std::vector<Event> events;
  grade::CheckOutcome outcome;  // of these events, with all the time that a trace has
};

// `outcome` is what came of `events`, and is no success. Tries for about `budget` at most, and then
// returns the smallest found so far; `events` themselves where none that is smaller breaks the same
// rule. `progress` is called with the number of events of each smaller one. Throws as Grader does.
ShrunkCase ShrinkCase(const grade::Grader& grader, const std::vector<Event>& events,
                      const grade::CheckOutcome& outcome, std::chrono::seconds budget,
                      const std::function<void(std::size_t)>& progress);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_SHRUNK_CASE_H_
