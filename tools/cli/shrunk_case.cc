#include "tools/cli/shrunk_case.h"

#include <algorithm>
#include <cstddef>

#include "bench/grade/lab_trace.h"
#include "fuzz/shrink.h"

namespace alloclab::cli {
namespace {

using Clock = std::chrono::steady_clock;

// Thrown out of the shrinking when the budget is spent.
struct OutOfTime {};

// For a try. Small programs take a few milliseconds; where time is what the rule is about, each try
// that breaks it takes all of it.
std::chrono::milliseconds TimeOutFor(const grade::Grader& grader, grade::LabRule rule) {
  const auto wanted = std::chrono::milliseconds(rule == grade::LabRule::kTimeOut ? 500 : 3000);
  return std::min(wanted, grader.options().time_out);
}

// What comes after the operation that broke the rule has no part in it.
Events UpTo(const Events& events, const grade::CheckOutcome& outcome) {
  if (!outcome.operation || *outcome.operation >= events.size()) return events;
  return {events.begin(), events.begin() + static_cast<std::ptrdiff_t>(*outcome.operation) + 1};
}

}  // namespace

ShrunkCase ShrinkCase(const grade::Grader& grader, const std::vector<Event>& events,
                      const grade::CheckOutcome& outcome, std::chrono::seconds budget,
                      const std::function<void(std::size_t)>& progress) {
  const auto time_out = TimeOutFor(grader, outcome.rule);
  const auto deadline = Clock::now() + budget;
  Events smallest = events;
  const auto holds = [&](const Events& fewer) {
    if (Clock::now() > deadline) throw OutOfTime();
    const Events asked = grade::LabEvents(fewer);
    if (asked.empty() || grader.Check(asked, time_out).rule != outcome.rule) return false;
    smallest = asked;
    progress(asked.size());
    return true;
  };
  try {
    const Events begin = UpTo(events, outcome);
    Shrink(begin.size() < events.size() && holds(begin) ? begin : events, holds);
  } catch (const OutOfTime&) {
  }
  // Seen with all the time that the trace had: on a busy machine a short time-out proves little.
  const grade::CheckOutcome seen = grader.Check(smallest);
  if (seen.rule != outcome.rule) return {events, outcome};
  return {smallest, seen};
}

}  // namespace alloclab::cli
