// Runs a case on a planted bug in a process of its own, which the bug may crash or never let end.

#ifndef ALLOCLAB_FUZZ_PLANTED_ISOLATED_RUN_H_
#define ALLOCLAB_FUZZ_PLANTED_ISOLATED_RUN_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "fuzz/planted/planted.h"
#include "fuzz/schedule/search.h"
#include "fuzz/schedule/threaded_case.h"

namespace alloclab::planted {

struct Seen {
  // The broken rule; "crash" or "time-out" where the process did not come to its end; empty: none.
  std::string verdict;
  Trail trail;
};

// Throw std::system_error when no process can be made. The second is for a threaded bug, with the
// schedule that is followed.
Seen RunIsolated(const PlantedBug& bug, std::span<const Event> events, std::size_t arena_bytes);
Seen RunIsolated(const PlantedBug& bug, const ThreadedCase& program, const Schedule& schedule);

// Looks for a schedule that shows a threaded bug in a program.
struct Search {
  Seen seen;
  Schedule schedule;  // that shows it; empty where nothing was found
  std::uint64_t runs = 0;
};
Search SearchIsolated(const PlantedBug& bug, const ThreadedCase& program,
                      const SearchLimits& limits);

}  // namespace alloclab::planted

#endif  // ALLOCLAB_FUZZ_PLANTED_ISOLATED_RUN_H_
