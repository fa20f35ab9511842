// Large blocks, a few at a time, each of another size: images, files, matrices. A block of
// megabytes is little work for the heap and a great deal for the system, when it is mapped and
// unmapped each time; keeping it costs memory instead. One byte in each page is touched.

#include "bench/workloads/workload.h"

namespace alloclab::workloads {
namespace {

constexpr std::uint64_t kSlots = 4;
constexpr std::uint64_t kBlocks = 200;
constexpr std::size_t kLeast = std::size_t{64} << 10;
constexpr std::size_t kMost = (std::size_t{4} << 20) - 1;

void Run(Member& member) {
  const auto allocate = [&member] {
    return member.Allocate(static_cast<std::size_t>(member.random().Size(kLeast, kMost)));
  };
  Block* const blocks = member.blocks();
  for (std::uint64_t i = 0; i < kSlots; ++i) blocks[i] = allocate();
  for (std::uint64_t left = member.stage().Share(kBlocks); left > 0; --left) {
    Block& block = blocks[member.random().Below(kSlots)];
    member.Free(block);
    block = allocate();
  }
  for (std::uint64_t i = 0; i < kSlots; ++i) member.Free(blocks[i]);
}

}  // namespace

const Workload kLargeBlocks = {
    .name = "large_blocks",
    .stresses = "blocks of 64 KiB to 4 MiB, which bring and take whole pages",
    .source = "M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of mallopt(3)",
    .blocks_per_thread = kSlots,
    .run = Run,
};

}  // namespace alloclab::workloads
