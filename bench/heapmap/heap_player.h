// Plays the calls of a trace on one heap over RecordedPages and tells a HistoryBuilder what
// happens.
//
// How often the heap is walked follows from what a walk costs: each call earns a little, and a walk
// is due when it is paid for. So a small heap is seen after every call, one of a hundred thousand
// blocks after every few thousand, and the walks together cost as much as the calls, by a constant.

#ifndef ALLOCLAB_BENCH_HEAPMAP_HEAP_PLAYER_H_
#define ALLOCLAB_BENCH_HEAPMAP_HEAP_PLAYER_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "allocator/allocator.h"
#include "bench/heapmap/calls.h"
#include "bench/heapmap/history_builder.h"
#include "bench/heapmap/recorded_pages.h"
#include "traces/replay/replay.h"

namespace alloclab {

// Bytes of the allocator's own around every block's usable ones.
struct BlockFrame {
  std::uint64_t before = 0;
  std::uint64_t after = 0;
};

// The least that any block of A has around it, asked of a heap of its own. Blocks with more (the
// pages of a large slab object begin with a header) show the rest as overhead when walked.
template <Allocator A>
BlockFrame FrameOf() {
  class Deaf : public RecordedPages::Listener {
    void Held(std::uint64_t, std::uint64_t) override {}
    void GivenBack(std::uint64_t, std::uint64_t) override {}
  };
  Deaf deaf;
  RecordedPages pages(deaf);
  A heap(pages);
  std::vector<void*> blocks;
  for (std::size_t bytes = 1; bytes <= std::size_t{1} << 21; bytes *= 2) {
    blocks.push_back(heap.Allocate(bytes));
    blocks.push_back(heap.Allocate(3 * bytes));
  }
  BlockFrame frame = {UINT64_MAX, UINT64_MAX};
  heap.Walk([&](const BlockView& block) {
    if (block.state != BlockState::kUsed) return;
    const auto before = static_cast<std::uint64_t>(block.payload - block.begin);
    frame.before = std::min(frame.before, before);
    frame.after = std::min(frame.after, block.bytes - before - block.usable);
  });
  for (void* block : blocks) heap.Free(block);
  return frame;
}

template <Allocator A>
class HeapPlayer {
 public:
  HeapPlayer(A& heap, const RecordedPages& pages, BlockFrame frame, HistoryBuilder& builder)
      : heap_(heap), pages_(pages), frame_(frame), builder_(builder) {}

  // Performs the calls; `slots` is null in every element.
  void Play(std::span<const Call> calls, std::span<void*> slots,
            const std::function<void(double)>& progress) {
    for (std::size_t i = 0; i < calls.size(); ++i) {
      builder_.SetEvent(calls[i].event);
      Step(calls[i].op, slots[calls[i].op.slot]);
      credit_ += kCreditPerCall;
      if (credit_ >= walk_cost_ || i + 1 == calls.size()) Look();
      if (progress && i % kProgressCalls == 0) {
        progress(static_cast<double>(i) / static_cast<double>(calls.size()));
      }
    }
  }

 private:
  // Blocks that one call pays for.
  static constexpr std::uint64_t kCreditPerCall = 24;
  static constexpr std::size_t kProgressCalls = 1 << 16;

  void Step(const Op& op, void*& slot) {
    if (ReplayOne<A, Touch::kNone>(heap_, op, slot)) {
      builder_.Refuse();
      return;
    }
    builder_.End(op.slot);
    if (slot != nullptr) {
      builder_.Make(op.slot, pages_.OffsetOf(slot), op.size, heap_.UsableSize(slot));
    }
  }

  void Look() {
    credit_ = 0;
    walk_cost_ = 0;
    overhead_.clear();
    heap_.Walk([&](const BlockView& block) {
      ++walk_cost_;
      if (block.state == BlockState::kOverhead) Add(block.begin, block.bytes);
      if (block.state != BlockState::kUsed) return;
      const auto before = static_cast<std::uint64_t>(block.payload - block.begin);
      const std::uint64_t after = block.bytes - before - block.usable;
      Add(block.begin, before - frame_.before);
      Add(block.payload + block.usable + frame_.after, after - frame_.after);
    });
    builder_.Walked(overhead_);
  }

  // Walks go up, so what touches the last stretch goes on with it.
  void Add(const std::byte* begin, std::uint64_t bytes) {
    if (bytes == 0) return;
    const std::uint64_t offset = pages_.OffsetOf(begin);
    if (!overhead_.empty() && overhead_.back().begin + overhead_.back().bytes == offset) {
      overhead_.back().bytes += bytes;
    } else {
      overhead_.push_back({offset, bytes});
    }
  }

  A& heap_;
  const RecordedPages& pages_;
  BlockFrame frame_;
  HistoryBuilder& builder_;
  std::uint64_t credit_ = 0;
  std::uint64_t walk_cost_ = 0;
  std::vector<Stretch> overhead_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_HEAP_PLAYER_H_
