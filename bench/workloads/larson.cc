// A server: each request replaces some objects of a session, and sessions move from thread to
// thread. A thread replaces random blocks of its slots; after a while it ends, and a new thread
// goes on with the slots and what is in them. So most blocks are freed by another thread than made
// them, and that one is no longer there.

#include "bench/workloads/workload.h"

namespace alloclab::workloads {
namespace {

constexpr std::uint64_t kSlots = 1000;
constexpr std::uint64_t kGenerations = 8;
constexpr std::uint64_t kTenure = 16'000;  // blocks that a thread replaces before it ends

void ReplaceBlocks(Member& member) {
  for (std::uint64_t left = member.stage().Share(kTenure); left > 0; --left) {
    Block& block = member.blocks()[member.random().Below(kSlots)];
    member.Free(block);
    block = member.AllocateSmall();
  }
}

void Run(Member& member) {
  for (std::uint64_t i = 0; i < kSlots; ++i) member.blocks()[i] = member.AllocateSmall();
  for (std::uint64_t i = 0; i < kGenerations; ++i) member.OnNewThread(ReplaceBlocks);
  for (std::uint64_t i = 0; i < kSlots; ++i) member.Free(member.blocks()[i]);
}

}  // namespace

const Workload kLarson = {
    .name = "larson",
    .stresses = "blocks that outlive the thread that made them, as in a server",
    .source = "Larson and Krishnan, Memory Allocation for Long-Running Server Applications, 1998",
    .blocks_per_thread = kSlots,
    .run = Run,
};

}  // namespace alloclab::workloads
