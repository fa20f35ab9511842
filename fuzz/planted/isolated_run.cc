#include "fuzz/planted/isolated_run.h"

#include <cstdint>

#include "fuzz/isolated.h"
#include "fuzz/schedule/noting.h"
#include "fuzz/shared.h"

namespace alloclab::planted {
namespace {

struct Notes {
  Trail trail;
  std::uint64_t runs = 0;
  NotedChoices choices;
};

}  // namespace

Seen RunIsolated(const PlantedBug& bug, std::span<const Event> events, std::size_t arena_bytes) {
  const Shared<Notes> notes;
  Seen seen;
  seen.verdict = alloclab::RunIsolated([&] {
    LeaveTrailIn(&notes->trail);
    return bug.run(events, arena_bytes, /*fast=*/false).rule;
  });
  seen.trail = notes->trail;
  return seen;
}

Seen RunIsolated(const PlantedBug& bug, const ThreadedCase& program, const Schedule& schedule) {
  const Shared<Notes> notes;
  Seen seen;
  seen.verdict = alloclab::RunIsolated([&] {
    LeaveTrailIn(&notes->trail);
    Scheduler scheduler;
    FollowSchedule follow(schedule);
    return bug.run_threaded(program.events, program.arena_bytes, scheduler, follow).rule;
  });
  seen.trail = notes->trail;
  return seen;
}

Search SearchIsolated(const PlantedBug& bug, const ThreadedCase& program,
                      const SearchLimits& limits) {
  const Shared<Notes> notes;
  Search search;
  search.seen.verdict = alloclab::RunIsolated(
      [&] {
        LeaveTrailIn(&notes->trail);
        const auto found = FindSchedule(
            [&](Scheduler& scheduler, Strategy& strategy) {
              Noting noting(strategy, notes->choices);
              return bug.run_threaded(program.events, program.arena_bytes, scheduler, noting).rule;
            },
            limits, notes->runs);
        return found ? found->verdict : "";
      },
      // As many runs as the limits allow take a second, on a machine that has other work too.
      20);
  search.seen.trail = notes->trail;
  search.runs = notes->runs;
  if (!search.seen.verdict.empty()) search.schedule = notes->choices.schedule();
  return search;
}

}  // namespace alloclab::planted
