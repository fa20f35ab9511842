// Each block is freed by the neighbour of the thread that made it, and every thread both allocates
// and frees: the frees go home to as many heaps as there are threads, all at once.
//
// In each step a thread sends a batch to the next one, and frees a batch from the one before. Of
// all threads one is never ahead of both its neighbours: somebody can always go on.

#include "bench/workloads/workload.h"

namespace alloclab::workloads {
namespace {

constexpr std::uint64_t kBatch = 4 * Ring::kBatch;
static_assert(kBatch <= Ring::kBlocks);
constexpr std::uint64_t kSteps = 1300;

void Run(Member& member) {
  const std::uint32_t next = (member.number() + 1) % member.stage().threads;
  Ring& outbox = member.Other(next).inbox();
  for (std::uint64_t steps = member.stage().Share(kSteps); steps > 0; --steps) {
    for (std::uint64_t i = 0; i < kBatch; ++i) outbox.Push(member.AllocateSmall());
    for (std::uint64_t i = 0; i < kBatch; ++i) member.Free(member.inbox().Pop());
  }
}

}  // namespace

const Workload kCrossThreadFree = {
    .name = "cross_thread_free",
    .stresses = "every block is freed by another thread than made it",
    .source = "Lever and Boreham, malloc() Performance in a Multithreaded Linux Environment, 2000",
    .run = Run,
};

}  // namespace alloclab::workloads
