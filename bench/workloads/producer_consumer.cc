// A pipeline: half of the threads only allocate, the other half only free. Memory moves one way, so
// a thread's cache of freed blocks either grows for nothing or has to be given back, and where it
// is never given back the program grows without bound.
//
// Threads 0 and 1 are a pair, 2 and 3, and so on; a last one without a partner does both.

#include "bench/workloads/workload.h"

namespace alloclab::workloads {
namespace {

constexpr std::uint64_t kBlocks = 160'000;  // a thread, on average

void Produce(Member& member, Ring& ring, std::uint64_t blocks) {
  for (; blocks > 0; --blocks) ring.Push(member.AllocateSmall());
  ring.Flush();
}

void Consume(Member& member, std::uint64_t blocks) {
  for (; blocks > 0; --blocks) member.Free(member.inbox().Pop());
}

void Run(Member& member) {
  const std::uint64_t blocks = member.stage().Share(kBlocks);
  const bool produces = member.number() % 2 == 0;
  if (!produces) return Consume(member, 2 * blocks);
  if (member.number() + 1 < member.stage().threads) {
    return Produce(member, member.Other(member.number() + 1).inbox(), 2 * blocks);
  }
  for (std::uint64_t left = blocks; left > 0;) {
    const std::uint64_t batch = std::min(left, Ring::kBlocks);
    Produce(member, member.inbox(), batch);
    Consume(member, batch);
    left -= batch;
  }
}

}  // namespace

const Workload kProducerConsumer = {
    .name = "producer_consumer",
    .stresses = "threads that only allocate beside threads that only free",
    .source = "Berger, McKinley, Blumofe and Wilson, Hoard: A Scalable Memory Allocator, 2000",
    .run = Run,
};

}  // namespace alloclab::workloads
