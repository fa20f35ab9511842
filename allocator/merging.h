// When a BlockHeap merges what is freed: its third parameter.
//
// EagerMerging merges every block at once, with both neighbours. DeferredMerging puts a small block
// aside, for a program that frees a block of some size soon asks for one of the same size again:
//
//     lists   | 32 | 48 | 64 | ... | 1024 |            one size each, last freed first
//                |
//                +-> [ tag: 32 used quick | next ] -> [ tag: 32 used quick | null ]
//
// A block on such a *quick list* stays what it was but for the flag "quick" in its tag and a link
// in its payload. To its neighbours it is in use: none of their words is read or written, neither
// when it is put aside nor when it is taken again. Merging happens later, for all of them together.
//
// Invariants, checked by Check and CheckHeap:
//   - The blocks on the lists are those with the flag, each once, on the list of its size.
//   - room = bound - bytes on the lists; live = blocks handed out and not freed.
//   - room >= 0 and, with nothing live, nothing is on a list: Put and Returned say so when the heap
//     has to merge all.
//
// Costs: Take, Put O(1). Merging all is O(blocks on the lists), each of which was put there by one
// free, so it is O(1) for each free however often it happens. Source: quick fit, Weinstock and
// Wulf, "Quick Fit: an efficient algorithm for heap storage management", SIGPLAN Notices 1988;
// deferred coalescing, Wilson et al., 1995, 3.4; the fast bins of dlmalloc.

#ifndef ALLOCLAB_ALLOCATOR_MERGING_H_
#define ALLOCLAB_ALLOCATOR_MERGING_H_

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "allocator/allocator.h"
#include "allocator/index/free_index.h"
#include "allocator/tagged_block.h"

namespace alloclab {

// What every policy has. One that defers has the rest of DeferredMerging, too.
//   Taken()               a block was handed out that came from the index or the source.
//   ForEach(visit)        every block whose merging is deferred, until visit(block) returns false.
//   Check(live, bytes)    holds the counts against what was found in memory: blocks in use, and
//                         bytes of the blocks that are deferred. O(those blocks).
template <class M>
concept MergingPolicy = requires(M m, const M& c, std::size_t n, AnyEntryVisitor visit) {
  requires std::same_as<decltype(M::kDefers), const bool>;
  { m.Taken() } noexcept -> std::same_as<void>;
  { c.ForEach(visit) } noexcept -> std::same_as<void>;
  { c.Check(n, n) } noexcept -> std::same_as<Verdict>;
};

struct EagerMerging {
  static constexpr bool kDefers = false;

  explicit EagerMerging(std::size_t) noexcept {}
  void Taken() noexcept {}
  template <class Visitor>
  void ForEach(Visitor&&) const noexcept {}
  Verdict Check(std::size_t, std::size_t) const noexcept { return {}; }
};
static_assert(MergingPolicy<EagerMerging>);

class DeferredMerging {
 public:
  static constexpr bool kDefers = true;
  static constexpr std::size_t kQuickMaxBytes = 1024;

  // No more than `bound` bytes are put aside.
  explicit DeferredMerging(std::size_t bound) noexcept
      : room_(static_cast<std::ptrdiff_t>(bound)), bound_(room_) {}

  // Whether a block in use is put aside when it is freed. One comparison: flags are below a unit.
  static bool IsQuickSize(const TaggedBlock* block) noexcept {
    return block->tag < kQuickMaxBytes + TaggedBlock::kUnitBytes;
  }

  // The block of exactly the size for a request of n bytes that was freed last; or null.
  TaggedBlock* Take(std::size_t n) noexcept {
    if (n > kQuickMaxBytes - TaggedBlock::kHeaderBytes) [[unlikely]] {
      return nullptr;
    }
    const std::size_t bytes = TaggedBlock::BytesFor(n);
    TaggedBlock*& head = ListOf(bytes);
    TaggedBlock* block = head;
    if (block == nullptr) return nullptr;
    head = block->next_free;
    // The flag is set: taken away as a number, it is one whole word that is written. The next free
    // reads that word, and would wait for it after a write of one byte.
    block->tag -= TaggedBlock::kQuick;
    room_ += static_cast<std::ptrdiff_t>(bytes);
    ++live_;
    return block;
  }

  // Puts a block in use of quick size aside; true when all is to be merged now.
  bool Put(TaggedBlock* block) noexcept {
    const std::size_t bytes = block->size();
    TaggedBlock*& head = ListOf(bytes);
    block->tag |= TaggedBlock::kQuick;
    block->next_free = head;
    head = block;
    room_ -= static_cast<std::ptrdiff_t>(bytes);
    --live_;
    return room_ < 0 || live_ == 0;
  }

  void Taken() noexcept { ++live_; }
  // A block was freed and merged; true when all is to be merged now.
  bool Returned() noexcept { return --live_ == 0; }

  bool empty() const noexcept { return room_ == bound_; }

  // Takes every block off its list, and calls merge(block) for it: a block in use, as any.
  template <class Merge>
  void TakeAll(Merge&& merge) noexcept {
    if (empty()) return;
    for (TaggedBlock*& head : lists_) {
      while (head != nullptr) {
        TaggedBlock* block = head;
        head = block->next_free;
        block->tag &= ~TaggedBlock::kQuick;
        merge(block);
      }
    }
    room_ = bound_;
  }

  template <class Visitor>
  void ForEach(Visitor&& visit) const noexcept {
    for (const TaggedBlock* head : lists_) {
      for (const TaggedBlock* block = head; block != nullptr; block = block->next_free) {
        if (!visit(block)) return;
      }
    }
  }

  // The lists are known to end: ForEach has shown no more blocks than there are.
  Verdict Check(std::size_t live, std::size_t bytes) const noexcept {
    for (std::size_t list = 0; list < lists_.size(); ++list) {
      for (const TaggedBlock* block = lists_[list]; block != nullptr; block = block->next_free) {
        if (block->size() / TaggedBlock::kUnitBytes != list) {
          return {"a block is on a quick list for another size", block};
        }
      }
    }
    if (bound_ - room_ != static_cast<std::ptrdiff_t>(bytes)) {
      return {"the count of bytes on quick lists is wrong", nullptr};
    }
    if (room_ < 0) return {"more is on quick lists than their bound", nullptr};
    if (live_ != live) return {"the count of live blocks is wrong", nullptr};
    if (live == 0 && bytes != 0) return {"all is free and not all is merged", nullptr};
    return {};
  }

 private:
  TaggedBlock*& ListOf(std::size_t bytes) noexcept {
    return lists_[bytes / TaggedBlock::kUnitBytes];
  }

  // The two counts lie apart. Side by side, compilers add to both with one wide instruction, which
  // has to wait for the two words that the last call wrote one by one.
  std::size_t live_ = 0;
  // By size in units: the first two stay empty.
  std::array<TaggedBlock*, kQuickMaxBytes / TaggedBlock::kUnitBytes + 1> lists_{};
  std::ptrdiff_t room_;
  std::ptrdiff_t bound_;
};
static_assert(MergingPolicy<DeferredMerging>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_MERGING_H_
