// Where a search of a free list begins.
//
// A fit is a policy of ListIndex. Find(list, bytes, visited) returns the block it takes, or null,
// and counts the blocks it looked at; Moved(old, now) is told before the entry `old` leaves its
// place in the list to `now` (null: to the entry after it).

#ifndef ALLOCLAB_ALLOCATOR_INDEX_LIST_FIT_H_
#define ALLOCLAB_ALLOCATOR_INDEX_LIST_FIT_H_

#include <cstdint>

#include "allocator/allocator.h"
#include "allocator/index/free_list.h"

namespace alloclab {

// The first block from `begin` up to (not including) `end` that holds `bytes`, or null.
inline TaggedBlock* FirstThatFits(TaggedBlock* begin, const TaggedBlock* end, std::size_t bytes,
                                  std::uint64_t& visited) noexcept {
  for (TaggedBlock* block = begin; block != end; block = block->next_free) {
    ++visited;
    if (block->size() >= bytes) return block;
  }
  return nullptr;
}

// Each search begins at the front (Knuth, TAOCP 1, 2.5, algorithm A).
struct FromFront {
  TaggedBlock* Find(const FreeList& list, std::size_t bytes, std::uint64_t& visited) noexcept {
    return FirstThatFits(list.head(), nullptr, bytes, visited);
  }
  void Moved(const TaggedBlock*, TaggedBlock*) noexcept {}
  Verdict Check(const FreeList&) const noexcept { return {}; }
};

// Each search resumes where the last one ended, at what is left of the block it took or the entry
// after it, and wraps around once (Knuth, TAOCP 1, 2.5, exercise 6; "roving pointer"). Searches are
// short because small remainders are spread over the list; the price is fragmentation, for live
// data is spread as well.
class FromRover {
 public:
  TaggedBlock* Find(const FreeList& list, std::size_t bytes, std::uint64_t& visited) noexcept {
    TaggedBlock* block = FirstThatFits(rover_, nullptr, bytes, visited);
    if (block == nullptr) block = FirstThatFits(list.head(), rover_, bytes, visited);
    if (block != nullptr) rover_ = block;
    return block;
  }

  void Moved(const TaggedBlock* old, TaggedBlock* now) noexcept {
    if (rover_ == old) rover_ = now != nullptr ? now : old->next_free;
  }

  Verdict Check(const FreeList& list) const noexcept {
    const bool missing = list.ForEach([this](const TaggedBlock* block) { return block != rover_; });
    if (rover_ != nullptr && missing) return {"the roving pointer is not in the free list", rover_};
    return {};
  }

 private:
  TaggedBlock* rover_ = nullptr;  // an entry of the list; null: the front
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_INDEX_LIST_FIT_H_
