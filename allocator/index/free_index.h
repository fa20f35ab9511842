// A free index knows the free blocks of a BlockHeap and picks one for a request. The heap splits,
// merges and grows; which block to take is the index's policy alone.

#ifndef ALLOCLAB_ALLOCATOR_INDEX_FREE_INDEX_H_
#define ALLOCLAB_ALLOCATOR_INDEX_FREE_INDEX_H_

#include <concepts>
#include <cstdint>

#include "allocator/allocator.h"
#include "allocator/tagged_block.h"

namespace alloclab {

// Stands for any visitor in the concept below; a visitor returns whether to go on.
struct AnyEntryVisitor {
  bool operator()(const TaggedBlock*) const { return true; }
};

//   Find(bytes)               a free block of at least `bytes` by the index's policy, or null; the
//                             block stays in the index.
//   Insert(block)             adds a free block (tag and footer are written).
//   Remove(block)             takes it out (its tag still tells the size it was inserted with).
//   Replace(old, now, bytes)  as Remove(old), then Insert(now) with size `bytes`, before any tag is
//                             changed; `now` lies inside or beside `old`, with nothing between, so
//                             an address-ordered index keeps its place. old == now resizes.
//   ForEach(visit)            every block in the index, until the visitor says false.
//   Check()                   whether links, order and bins hold. O(blocks).
//   blocks_visited()          blocks that Find has looked at so far.
template <class I>
concept FreeIndex =
    requires(I index, const I& c, TaggedBlock* block, std::size_t bytes, AnyEntryVisitor visit) {
      { index.Find(bytes) } noexcept -> std::same_as<TaggedBlock*>;
      { index.Insert(block) } noexcept -> std::same_as<void>;
      { index.Remove(block) } noexcept -> std::same_as<void>;
      { index.Replace(block, block, bytes) } noexcept -> std::same_as<void>;
      { c.ForEach(visit) } noexcept -> std::same_as<void>;
      { c.Check() } noexcept -> std::same_as<Verdict>;
      { c.blocks_visited() } noexcept -> std::same_as<std::uint64_t>;
    };

// Optional constant kBySize: Find looks at sizes alone, so what a heap has at its end is found as
// soon as any. In a list it would be looked at last; a new region, placed below the others, first.
template <class I>
inline constexpr bool kFindsBySize = false;
template <class I>
  requires requires { I::kBySize; }
inline constexpr bool kFindsBySize<I> = I::kBySize;

// Optional function SureFit(bytes): the least size of which Find(bytes) passes over no block.
// Without it an index finds whatever fits.
template <class I>
constexpr std::size_t SureFitOf(std::size_t bytes) noexcept {
  if constexpr (requires { I::SureFit(bytes); }) {
    return I::SureFit(bytes);
  } else {
    return bytes;
  }
}

// Optional constant kMostVisited: Find looks at no more blocks. 0: there is no bound.
template <class I>
inline constexpr std::uint64_t kFindVisitsBound = 0;
template <class I>
  requires requires { I::kMostVisited; }
inline constexpr std::uint64_t kFindVisitsBound<I> = I::kMostVisited;

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_INDEX_FREE_INDEX_H_
