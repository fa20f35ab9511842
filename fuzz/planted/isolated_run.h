// Runs a case on a planted bug in a process of its own, which the bug may crash or never let end.

#ifndef ALLOCLAB_FUZZ_PLANTED_ISOLATED_RUN_H_
#define ALLOCLAB_FUZZ_PLANTED_ISOLATED_RUN_H_

#include <cstddef>
#include <span>
#include <string>

#include "fuzz/planted/planted.h"

namespace alloclab::planted {

struct Seen {
  // The broken rule; "crash" or "time-out" where the process did not come to its end; empty: none.
  std::string verdict;
  Trail trail;
};

// Throws std::system_error when no process can be made.
Seen RunIsolated(const PlantedBug& bug, std::span<const Event> events, std::size_t arena_bytes);

}  // namespace alloclab::planted

#endif  // ALLOCLAB_FUZZ_PLANTED_ISOLATED_RUN_H_
