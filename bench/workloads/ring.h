// Blocks on their way from one thread to another: a ring between one that pushes and one that pops.
//
// What is pushed is seen by the other only in batches (kBatch), so that the line with the count
// does not travel with every block: what is measured is the allocator, not the ring. Each side
// waits by looking again, and lets others run when that takes long.

#ifndef ALLOCLAB_BENCH_WORKLOADS_RING_H_
#define ALLOCLAB_BENCH_WORKLOADS_RING_H_

#include <sched.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "bench/workloads/block.h"

namespace alloclab::workloads {

// Apart by this much, two counts are on different lines, and not on neighbours that are fetched
// together.
inline constexpr std::size_t kApartBytes = 128;

// Waits until is_true() by looking, first often, then between turns of others.
template <class Condition>
void WaitUntil(Condition&& is_true) {
  constexpr int kLooks = 200;
  for (int looks = 0; !is_true(); ++looks) {
    if (looks < kLooks) {
      __builtin_ia32_pause();
    } else {
      sched_yield();
    }
  }
}

class Ring {
 public:
  static constexpr std::uint64_t kBatch = 32;
  static constexpr std::uint64_t kBlocks = 16 * kBatch;

  // `blocks` has room for kBlocks.
  void UseMemory(Block* blocks) { blocks_ = blocks; }

  // By the one thread that pushes: waits while the ring is full.
  void Push(const Block& block) {
    if (pushed_ - popped_seen_ == kBlocks) {
      WaitUntil([this] {
        popped_seen_ = popped_.load(std::memory_order_acquire);
        return pushed_ - popped_seen_ < kBlocks;
      });
    }
    blocks_[pushed_++ % kBlocks] = block;
    if (pushed_ % kBatch == 0) Flush();
  }

  // Lets the other see all that was pushed.
  void Flush() { shown_.store(pushed_, std::memory_order_release); }

  // By the one thread that pops: waits for a block.
  Block Pop() {
    if (popped_here_ == shown_seen_) {
      WaitUntil([this] {
        shown_seen_ = shown_.load(std::memory_order_acquire);
        return popped_here_ != shown_seen_;
      });
    }
    const Block block = blocks_[popped_here_++ % kBlocks];
    if (popped_here_ % kBatch == 0) popped_.store(popped_here_, std::memory_order_release);
    return block;
  }

 private:
  Block* blocks_ = nullptr;
  // The pusher's.
  alignas(kApartBytes) std::uint64_t pushed_ = 0;
  std::uint64_t popped_seen_ = 0;
  alignas(kApartBytes) std::atomic<std::uint64_t> shown_{0};
  // The popper's.
  alignas(kApartBytes) std::uint64_t popped_here_ = 0;
  std::uint64_t shown_seen_ = 0;
  alignas(kApartBytes) std::atomic<std::uint64_t> popped_{0};
};

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_RING_H_
