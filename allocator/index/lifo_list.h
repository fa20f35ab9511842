// LifoList: one free list, last freed first, searched for the first block that fits.
//
// Insert and Remove are O(1), Find is O(free blocks). The order is that of the frees: reuse is warm
// in the cache, but small remainders gather at the front (Wilson et al., "Dynamic Storage
// Allocation: A Survey and Critical Review", 1995, 3.4).

#ifndef ALLOCLAB_ALLOCATOR_INDEX_LIFO_LIST_H_
#define ALLOCLAB_ALLOCATOR_INDEX_LIFO_LIST_H_

#include "allocator/index/free_index.h"
#include "allocator/index/free_list.h"

namespace alloclab {

class LifoList {
 public:
  TaggedBlock* Find(std::size_t bytes) noexcept {
    for (TaggedBlock* block = list_.head(); block != nullptr; block = block->next_free) {
      ++visited_;
      if (block->size() >= bytes) return block;
    }
    return nullptr;
  }

  void Insert(TaggedBlock* block) noexcept { list_.PushFront(block); }
  void Remove(TaggedBlock* block) noexcept { list_.Unlink(block); }
  // A remainder stays where the block was; it was not freed now.
  void Replace(TaggedBlock* old, TaggedBlock* now, std::size_t) noexcept {
    list_.Replace(old, now);
  }

  template <class Visitor>
  void ForEach(Visitor&& visit) const noexcept {
    list_.ForEach(visit);
  }
  Verdict Check() const noexcept { return list_.Check(); }
  std::uint64_t blocks_visited() const noexcept { return visited_; }

 private:
  FreeList list_;
  std::uint64_t visited_ = 0;
};
static_assert(FreeIndex<LifoList>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_INDEX_LIFO_LIST_H_
