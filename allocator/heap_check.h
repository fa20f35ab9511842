// Walking and checking the regions of a heap of tagged blocks. Both trust the regions' own headers
// and nothing else: a damaged tag gives a verdict, never a read outside its region.

#ifndef ALLOCLAB_ALLOCATOR_HEAP_CHECK_H_
#define ALLOCLAB_ALLOCATOR_HEAP_CHECK_H_

#include "allocator/allocator.h"
#include "allocator/region_list.h"
#include "allocator/tagged_block.h"

namespace alloclab {

// Whether a block of at least the minimum lies at `block` and ends at or before `sentinel`.
inline bool FitsBefore(const TaggedBlock* block, const TaggedBlock* sentinel) {
  const auto room = static_cast<std::size_t>(sentinel->begin() - block->begin());
  return block->size() >= TaggedBlock::kMinBytes && block->size() <= room;
}

// Shows every block of every region in address order; the headers of regions and their sentinels
// are overhead. A damaged tag ends the walk of its region: the rest is shown as overhead.
template <class Visitor>
void WalkRegions(const RegionList& regions, Visitor&& visit) noexcept {
  for (const Region* region = regions.first(); region != nullptr; region = region->next) {
    const TaggedBlock* sentinel = region->sentinel();
    visit(BlockView{region->begin(), sizeof(Region), nullptr, 0, BlockState::kOverhead});
    const TaggedBlock* block = region->first();
    for (; block < sentinel && FitsBefore(block, sentinel); block = block->Next()) {
      visit(BlockView{block->begin(), block->size(), block->payload(), block->usable(),
                      block->used() && !block->quick() ? BlockState::kUsed : BlockState::kFree});
    }
    const auto rest = static_cast<std::size_t>(sentinel->begin() - block->begin());
    if (rest != 0) visit(BlockView{block->begin(), rest, nullptr, 0, BlockState::kOverhead});
    visit(
        BlockView{sentinel->begin(), TaggedBlock::kHeaderBytes, nullptr, 0, BlockState::kOverhead});
  }
}

// A set of blocks boiled down so that two sets can be compared without memory: their number, and
// the sums of their sizes and of their mixed addresses (equal for equal sets; different sets agree
// with probability 2^-64).
struct BlockSet {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::uint64_t mixed = 0;

  void Add(const TaggedBlock* block) {
    auto address = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(block));
    address = (address ^ (address >> 31)) * 0x9E3779B97F4A7C15u;
    ++count;
    bytes += block->size();
    mixed += address ^ (address >> 29);
  }
  friend bool operator==(const BlockSet&, const BlockSet&) = default;
};

// What the blocks in memory say of themselves.
struct BlocksInMemory {
  BlockSet free;
  BlockSet quick;  // freed, and still to be merged
  std::size_t live = 0;

  void Add(const TaggedBlock* block) {
    if (!block->used()) {
      free.Add(block);
    } else if (block->quick()) {
      quick.Add(block);
    } else {
      ++live;
    }
  }
};

// The same set as an index or the quick lists hold it, as far as it is no larger than `expected`: a
// list that has become a ring ends there.
template <class Lists>
BlockSet BlocksListed(const Lists& lists, const BlockSet& expected) noexcept {
  BlockSet listed;
  lists.ForEach([&](const TaggedBlock* block) {
    listed.Add(block);
    return listed.count <= expected.count;
  });
  return listed;
}

// Checks one region's tags, flags and footers; adds its blocks to `found`.
inline Verdict CheckRegion(const Region& region, BlocksInMemory& found) noexcept {
  const TaggedBlock* sentinel = region.sentinel();
  bool prev_used = true;
  const TaggedBlock* block = region.first();
  if (!block->region_start()) return {"the first block of a region is not marked so", block};
  for (; block < sentinel; block = block->Next()) {
    if (!FitsBefore(block, sentinel)) return {"a block's size runs past its region", block};
    if (block->prev_used() != prev_used) {
      return {"the flag 'previous block used' is wrong", block};
    }
    if (block != region.first() && block->region_start()) {
      return {"a block in the middle of a region is marked as its first", block};
    }
    if (!block->used() && !prev_used) return {"free neighbours were not merged", block};
    if (!block->used() && block->quick()) return {"a merged block is marked quick", block};
    if (!block->used() && *block->Next()->FooterBefore() != block->size()) {
      return {"a free block's footer disagrees with its tag", block};
    }
    found.Add(block);
    prev_used = block->used();
  }
  if (!sentinel->is_sentinel() || !sentinel->used()) return {"a sentinel is damaged", sentinel};
  if (sentinel->prev_used() != prev_used) {
    return {"the flag 'previous block used' is wrong at the end of a region", sentinel};
  }
  return {};
}

template <class Index, class Merging>
Verdict CheckHeap(const RegionList& regions, const Index& index, const Merging& merging) noexcept {
  BlocksInMemory found;
  for (const Region* region = regions.first(); region != nullptr; region = region->next) {
    if (region->next != nullptr && region->next->begin() < region->end()) {
      return {"two regions overlap or are out of order", region->next};
    }
    const Verdict verdict = CheckRegion(*region, found);
    if (!verdict.ok()) return verdict;
  }
  const Verdict verdict = index.Check();
  if (!verdict.ok()) return verdict;
  if (BlocksListed(index, found.free) != found.free) {
    return {"the index does not hold exactly the free blocks", nullptr};
  }
  if (BlocksListed(merging, found.quick) != found.quick) {
    return {"the quick lists do not hold exactly the blocks marked quick", nullptr};
  }
  return merging.Check(found.live, found.quick.bytes);
}

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_HEAP_CHECK_H_
