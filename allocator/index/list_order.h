// Where a freed block goes in a free list.
//
// An order is a policy of ListIndex: Before(list, block) is the entry behind which `block` belongs,
// null for the front; Check(list) says whether the list is in this order.

#ifndef ALLOCLAB_ALLOCATOR_INDEX_LIST_ORDER_H_
#define ALLOCLAB_ALLOCATOR_INDEX_LIST_ORDER_H_

#include "allocator/allocator.h"
#include "allocator/index/free_list.h"

namespace alloclab {

// Last freed first. O(1). Reuse is warm in the cache, but small remainders gather at the front
// (Wilson et al., "Dynamic Storage Allocation: A Survey and Critical Review", 1995, 3.4).
struct LifoOrder {
  static TaggedBlock* Before(const FreeList&, TaggedBlock*) noexcept { return nullptr; }
  static Verdict Check(const FreeList&) noexcept { return {}; }
};

// By address. Packs live data low and was the least fragmenting of the simple policies (Johnstone
// and Wilson, "The Memory Fragmentation Problem: Solved?", 1998).
//
// The place is looked for from two sides at once: along the list from the front, and along the
// blocks themselves upward from the one freed, until a free one is met. So it costs O(min(free
// blocks before, used blocks until the next free one)): a heap with few holes is walked by its
// holes, a heap with many by its blocks. With no free block above in its region it is all the free
// blocks before.
struct AddressOrder {
  static TaggedBlock* Before(const FreeList& list, TaggedBlock* block) noexcept {
    TaggedBlock* before = nullptr;           // all up to here lie before `block`
    TaggedBlock* listed = list.head();       // the next in the list to look at
    TaggedBlock* neighbour = block->Next();  // the next in memory; stops at the sentinel
    while (listed != nullptr && listed < block) {
      if (!neighbour->used()) return neighbour->prev_free;
      if (!neighbour->is_sentinel()) neighbour = neighbour->Next();
      before = listed;
      listed = listed->next_free;
    }
    return before;
  }

  static Verdict Check(const FreeList& list) noexcept {
    Verdict order;
    list.ForEach([&](const TaggedBlock* block) {
      if (block->next_free == nullptr || block < block->next_free) return true;
      order = {"the free list is not in address order", block};
      return false;
    });
    return order;
  }
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_INDEX_LIST_ORDER_H_
