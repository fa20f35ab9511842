// Phases: a batch of blocks is made, and then all of it is freed, again and again; in the order in
// which the blocks were made, and the next time in the opposite one. Nothing passes between
// threads, so an allocator that scales at all scales here. What it costs otherwise is a cache that
// overflows and runs empty, and memory that is given back at the foot of a tooth and asked for
// again.

#include "bench/workloads/workload.h"

namespace alloclab::workloads {
namespace {

constexpr std::uint64_t kBatch = 5000;
constexpr std::uint64_t kTeeth = 30;

void Run(Member& member) {
  const std::uint64_t batch = member.stage().Share(kBatch);
  Block* const blocks = member.blocks();
  for (std::uint64_t tooth = 0; tooth < kTeeth; ++tooth) {
    for (std::uint64_t i = 0; i < batch; ++i) blocks[i] = member.AllocateSmall();
    for (std::uint64_t i = 0; i < batch; ++i) {
      member.Free(blocks[tooth % 2 == 0 ? i : batch - 1 - i]);
    }
  }
}

}  // namespace

const Workload kSawtooth = {
    .name = "sawtooth",
    .stresses = "batches that grow and are freed as a whole, each thread for itself",
    .source =
        "threadtest of Berger et al., Hoard, 2000; peaks of Wilson et al., Dynamic Storage "
        "Allocation: A Survey and Critical Review, 1995",
    .blocks_per_thread = kBatch,
    .run = Run,
};

}  // namespace alloclab::workloads
