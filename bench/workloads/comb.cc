// A comb: of blocks made side by side every other one is freed, and the next blocks are twice as
// large, so that none fits into the gaps; then the same with those. Half of the memory is holes
// that nothing can use until the teeth go, and an allocator that looks through them looks for
// nothing.
//
//     |tooth|     |tooth|     |tooth|     |  a larger one  |                |  a larger one  |

#include "bench/workloads/workload.h"

namespace alloclab::workloads {
namespace {

constexpr std::uint64_t kTeeth = 3000;  // of the smallest size
constexpr std::size_t kLeast = 32;
constexpr std::size_t kMost = 1024;
constexpr std::uint64_t kCombs = 20;

void OneComb(Member& member, std::uint64_t teeth) {
  Block* const kept = member.blocks();
  std::uint64_t live = 0;
  for (std::size_t bytes = kLeast; bytes <= kMost && teeth > 0; bytes *= 2, teeth /= 2) {
    Block* const row = kept + live;
    for (std::uint64_t i = 0; i < teeth; ++i) row[i] = member.Allocate(bytes);
    std::uint64_t stay = 0;
    for (std::uint64_t i = 0; i < teeth; ++i) {
      if (i % 2 == 0) {
        member.Free(row[i]);
      } else {
        row[stay++] = row[i];
      }
    }
    live += stay;
  }
  for (std::uint64_t i = 0; i < live; ++i) member.Free(kept[i]);
}

void Run(Member& member) {
  const std::uint64_t teeth = member.stage().Share(kTeeth);
  for (std::uint64_t i = 0; i < kCombs; ++i) OneComb(member, teeth);
}

}  // namespace

const Workload kComb = {
    .name = "comb",
    .stresses = "holes between live blocks that nothing fits into: fragmentation",
    .source =
        "Robson, An Estimate of the Store Size Necessary for Dynamic Storage Allocation, 1971",
    .blocks_per_thread = kTeeth,  // what stays of a row, and the next row, are never more
    .run = Run,
};

}  // namespace alloclab::workloads
