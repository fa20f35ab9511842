// Threads that start, allocate a little and end: a server with a thread for each request. What an
// allocator sets up for a thread, and tidies up behind it, is most of what it does here; what a
// thread leaves behind is freed by whoever waited for it.

#include "bench/workloads/workload.h"

namespace alloclab::workloads {
namespace {

constexpr std::uint64_t kThreads = 300;
constexpr std::uint64_t kBlocks = 64;  // of each
constexpr std::uint64_t kLeft = 8;     // of them, when it ends

void ShortLife(Member& member) {
  Block* const blocks = member.blocks();
  for (std::uint64_t i = 0; i < kBlocks; ++i) blocks[i] = member.AllocateSmall();
  for (std::uint64_t i = kLeft; i < kBlocks; ++i) member.Free(blocks[i]);
}

void Run(Member& member) {
  for (std::uint64_t left = member.stage().Share(kThreads); left > 0; --left) {
    member.OnNewThread(ShortLife);
    for (std::uint64_t i = 0; i < kLeft; ++i) member.Free(member.blocks()[i]);
  }
}

}  // namespace

const Workload kThreadChurn = {
    .name = "thread_churn",
    .stresses = "threads that start, allocate a little and end",
    .source = "a thread for each request: Larson and Krishnan, 1998, on threads that come and go",
    .blocks_per_thread = kBlocks,
    .run = Run,
};

}  // namespace alloclab::workloads
