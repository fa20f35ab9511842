// Where a perfect allocator would put every block of a program: computed before the clock starts,
// for the floor (floor.h).
//
// Placement is by size class, last in, first out: a freed place is handed out again at the next
// request of its class, while its lines are still in the cache. A block is given room for the
// largest size it will ever be resized to, so that no resize moves it. The plan is a lower bound
// on work, not on memory: classes never lend places to each other.

#ifndef ALLOCLAB_TRACES_REPLAY_PLACEMENT_PLAN_H_
#define ALLOCLAB_TRACES_REPLAY_PLACEMENT_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "traces/program.h"

namespace alloclab {

// Places are counted in units of malloc's alignment, so that 32 bits reach 64 GiB.
inline constexpr std::size_t kPlaceUnitBytes = 16;

struct PlacementPlan {
  std::vector<std::uint32_t> places;  // one for each new block, in order, in units
  std::uint64_t bytes = 0;            // the span all places lie in
  std::uint64_t alignment = 16;       // what the span must begin on, in bytes
};

// Plans `program`. Throws TraceError when the blocks do not fit in 64 GiB or one asks for an
// alignment above 2^30. O(operations), plus a logarithm of the number of classes for each.
PlacementPlan PlanPlacement(const Ops& ops, std::uint32_t slots);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_PLACEMENT_PLAN_H_
