// Why an allocator holds more than its program has live: H = L + rounding + overhead + free + the
// rest.
//
//   rounding   what live blocks can hold over what was asked for (U - L): size classes, alignment
//   overhead   headers, tags, tables, region ends: everything that Walk shows and nobody can use
//   free       what could be handed out: as a whole, in whole pages (what is retained: a system
//              could have it back), and in its largest block (a larger request needs new memory)
//   the rest   held and not shown by Walk: what is still to be cut into blocks, or lies around them
//
// Where Walk shows nothing, as in a preloaded library, rounding is known all the same: the
// allocator says of each block what it can hold.

#ifndef ALLOCLAB_TRACES_REPLAY_HELD_CAUSES_H_
#define ALLOCLAB_TRACES_REPLAY_HELD_CAUSES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "allocator/allocator.h"

namespace alloclab {

// In bytes.
struct HeldCauses {
  std::uint64_t usable = 0;  // in blocks that are live
  std::uint64_t overhead = 0;
  std::uint64_t free = 0;
  std::uint64_t free_pages = 0;
  std::uint64_t free_largest = 0;
};

inline constexpr std::uint64_t kCausePageBytes = 4096;

// The bytes of whole pages in [begin, begin + bytes).
inline std::uint64_t WholePages(std::uintptr_t begin, std::uint64_t bytes) {
  const std::uint64_t before = (kCausePageBytes - begin % kCausePageBytes) % kCausePageBytes;
  return bytes <= before ? 0 : (bytes - before) / kCausePageBytes * kCausePageBytes;
}

// What Walk shows. O(blocks).
template <Allocator A>
HeldCauses CausesOf(const A& allocator) {
  HeldCauses causes;
  allocator.Walk([&causes](const BlockView& block) {
    if (block.state == BlockState::kOverhead) {
      causes.overhead += block.bytes;
      return;
    }
    causes.overhead += block.bytes - block.usable;
    if (block.state == BlockState::kUsed) {
      causes.usable += block.usable;
      return;
    }
    causes.free += block.usable;
    causes.free_largest = std::max<std::uint64_t>(causes.free_largest, block.usable);
    causes.free_pages += WholePages(reinterpret_cast<std::uintptr_t>(block.payload), block.usable);
  });
  return causes;
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_HELD_CAUSES_H_
