// FreeList: an intrusive, doubly linked list of free blocks; the links lie in the payload nobody
// uses. Every operation is O(1).

#ifndef ALLOCLAB_ALLOCATOR_INDEX_FREE_LIST_H_
#define ALLOCLAB_ALLOCATOR_INDEX_FREE_LIST_H_

#include "allocator/allocator.h"
#include "allocator/tagged_block.h"

namespace alloclab {

class FreeList {
 public:
  TaggedBlock* head() const noexcept { return head_; }
  bool empty() const noexcept { return head_ == nullptr; }

  void PushFront(TaggedBlock* block) noexcept { InsertAfter(nullptr, block); }

  // Inserts `block` behind `before`, at the front when that is null.
  void InsertAfter(TaggedBlock* before, TaggedBlock* block) noexcept {
    TaggedBlock* after = before == nullptr ? head_ : before->next_free;
    Link(before, block);
    Link(block, after);
  }

  void Unlink(TaggedBlock* block) noexcept { Link(block->prev_free, block->next_free); }

  // Puts `now` where `old` was. They may overlap or be the same: both links are read first.
  void Replace(TaggedBlock* old, TaggedBlock* now) noexcept {
    TaggedBlock* before = old->prev_free;
    TaggedBlock* after = old->next_free;
    Link(before, now);
    Link(now, after);
  }

  // Calls visit(block) from the front until it returns false; returns whether it never did.
  template <class Visitor>
  bool ForEach(Visitor&& visit) const noexcept {
    for (const TaggedBlock* block = head_; block != nullptr; block = block->next_free) {
      if (!visit(block)) return false;
    }
    return true;
  }

  // Whether each link back agrees with the link forward. A cycle would have to enter a block from
  // two sides, so this also proves that the list ends.
  Verdict Check() const noexcept {
    const TaggedBlock* before = nullptr;
    for (const TaggedBlock* block = head_; block != nullptr; block = block->next_free) {
      if (block->prev_free != before) return {"a free block's link back is wrong", block};
      if (block->used()) return {"a used block is in the free list", block};
      before = block;
    }
    return {};
  }

 private:
  void Link(TaggedBlock* before, TaggedBlock* after) noexcept {
    (before == nullptr ? head_ : before->next_free) = after;
    if (after != nullptr) after->prev_free = before;
  }

  TaggedBlock* head_ = nullptr;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_INDEX_FREE_LIST_H_
