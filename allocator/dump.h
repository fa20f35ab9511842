// Dump: a heap as text, one line a block in address order, and a last line that sums up.
//
//     0x55c6994d2050         24  overhead
//     0x55c6994d2068         32  used         24 usable
//     0x55c6994d2088        192  free        184 usable
//     0x55c6994d2148          8  overhead
//     4 blocks, 256 bytes: 1 used of 32, 1 free of 192, 2 overhead of 32
//
// It is a visitor of Walk and knows no allocator. Address and size are the block's, header
// included; what is usable is what a caller can have of it. O(blocks), and it allocates nothing
// from the heap that it shows: stdio's own buffer is the only memory, so the heap of a running
// process can be dumped while its malloc is that heap only to a stream that has its buffer already.

#ifndef ALLOCLAB_ALLOCATOR_DUMP_H_
#define ALLOCLAB_ALLOCATOR_DUMP_H_

#include <array>
#include <cstdio>

#include "allocator/allocator.h"

namespace alloclab {

// The word for a state in a dump.
constexpr const char* StateName(BlockState state) {
  switch (state) {
    case BlockState::kUsed:
      return "used";
    case BlockState::kFree:
      return "free";
    case BlockState::kOverhead:
      return "overhead";
  }
  return "unknown";
}

// Prints every block of `a` to `out`. Returns false when the stream refuses what is written.
template <Allocator A>
  requires kWalkable<A>
bool Dump(const A& a, std::FILE* out) noexcept {
  struct Sum {
    std::size_t blocks = 0;
    std::size_t bytes = 0;
  };
  std::array<Sum, 3> by_state{};
  Sum all;
  bool written = true;
  a.Walk([&](const BlockView& block) {
    Sum& sum = by_state[static_cast<std::size_t>(block.state)];
    for (Sum* counted : {&sum, &all}) {
      ++counted->blocks;
      counted->bytes += block.bytes;
    }
    const void* begin = block.begin;
    const int printed =
        block.state == BlockState::kOverhead
            ? std::fprintf(out, "%p %10zu  %s\n", begin, block.bytes, StateName(block.state))
            : std::fprintf(out, "%p %10zu  %s %10zu usable\n", begin, block.bytes,
                           StateName(block.state), block.usable);
    written = written && printed > 0;
  });
  const auto& [used, free, overhead] = by_state;
  const int printed = std::fprintf(
      out, "%zu blocks, %zu bytes: %zu used of %zu, %zu free of %zu, %zu overhead of %zu\n",
      all.blocks, all.bytes, used.blocks, used.bytes, free.blocks, free.bytes, overhead.blocks,
      overhead.bytes);
  return written && printed > 0;
}

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_DUMP_H_
