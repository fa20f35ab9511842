// AddressOrderedList: one free list by address, searched from the lowest for the first that fits.
//
// Address order packs live data low and was the least fragmenting of the simple policies (Johnstone
// and Wilson, "The Memory Fragmentation Problem: Solved?", 1998). Find is O(free blocks). Insert
// has to find its place, and does so from two sides at once: along the list from the front, and
// along the blocks themselves upward from the one freed, until a free one is met. So it costs
// O(min(free blocks before, used blocks until the next free one)): a heap with few holes is walked
// by its holes, a heap with many by its blocks.

#ifndef ALLOCLAB_ALLOCATOR_INDEX_ADDRESS_ORDERED_LIST_H_
#define ALLOCLAB_ALLOCATOR_INDEX_ADDRESS_ORDERED_LIST_H_

#include "allocator/index/free_index.h"
#include "allocator/index/free_list.h"

namespace alloclab {

class AddressOrderedList {
 public:
  TaggedBlock* Find(std::size_t bytes) noexcept {
    for (TaggedBlock* block = list_.head(); block != nullptr; block = block->next_free) {
      ++visited_;
      if (block->size() >= bytes) return block;
    }
    return nullptr;
  }

  void Insert(TaggedBlock* block) noexcept { list_.InsertAfter(FindBefore(block), block); }
  void Remove(TaggedBlock* block) noexcept { list_.Unlink(block); }
  void Replace(TaggedBlock* old, TaggedBlock* now, std::size_t) noexcept {
    list_.Replace(old, now);
  }

  template <class Visitor>
  void ForEach(Visitor&& visit) const noexcept {
    list_.ForEach(visit);
  }

  Verdict Check() const noexcept {
    const Verdict links = list_.Check();
    if (!links.ok()) return links;
    Verdict order;
    list_.ForEach([&](const TaggedBlock* block) {
      if (block->next_free == nullptr || block < block->next_free) return true;
      order = {"the free list is not in address order", block};
      return false;
    });
    return order;
  }

  std::uint64_t blocks_visited() const noexcept { return visited_; }

 private:
  // The last block in the list that lies before `block`, or null.
  TaggedBlock* FindBefore(TaggedBlock* block) const noexcept {
    TaggedBlock* before = nullptr;           // all up to here lie before `block`
    TaggedBlock* listed = list_.head();      // the next in the list to look at
    TaggedBlock* neighbour = block->Next();  // the next in memory; stops at the sentinel
    while (listed != nullptr && listed < block) {
      if (!neighbour->used()) return neighbour->prev_free;
      if (!neighbour->is_sentinel()) neighbour = neighbour->Next();
      before = listed;
      listed = listed->next_free;
    }
    return before;
  }

  FreeList list_;
  std::uint64_t visited_ = 0;
};
static_assert(FreeIndex<AddressOrderedList>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_INDEX_ADDRESS_ORDERED_LIST_H_
