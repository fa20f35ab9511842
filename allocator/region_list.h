// The regions of a BlockHeap: each a span from the page source, in a doubly linked list by address.
//
//     | prev | next | bytes | block | block | ... | block | sentinel |
//     ^ begin, 16-aligned   ^ 8 mod 16                     ^ 8 bytes  ^ end
//
// Insertion looks at the ends first: sources that grow upward (sbrk, a buffer) append, and a new
// place of mmap's lies below all others. So it is O(1) in practice and O(regions) at worst.

#ifndef ALLOCLAB_ALLOCATOR_REGION_LIST_H_
#define ALLOCLAB_ALLOCATOR_REGION_LIST_H_

#include <new>

#include "allocator/pages/page_source.h"
#include "allocator/tagged_block.h"

namespace alloclab {

struct Region {
  Region* prev;
  Region* next;
  std::size_t bytes;

  std::byte* begin() { return reinterpret_cast<std::byte*>(this); }
  const std::byte* begin() const { return reinterpret_cast<const std::byte*>(this); }
  std::byte* end() { return begin() + bytes; }
  const std::byte* end() const { return begin() + bytes; }
  TaggedBlock* first() { return TaggedBlock::At(begin() + sizeof(Region)); }
  const TaggedBlock* first() const { return const_cast<Region*>(this)->first(); }
  TaggedBlock* sentinel() { return TaggedBlock::At(end() - TaggedBlock::kHeaderBytes); }
  const TaggedBlock* sentinel() const { return const_cast<Region*>(this)->sentinel(); }
  // One free block and nothing else.
  bool empty() const { return !first()->used() && first()->Next() == sentinel(); }

  // The region whose first block this is.
  static Region* Of(TaggedBlock* first) {
    return static_cast<Region*>(static_cast<void*>(first->begin() - sizeof(Region)));
  }
};
static_assert(sizeof(Region) % TaggedBlock::kUnitBytes == TaggedBlock::kHeaderBytes,
              "the first payload would not be aligned");

class RegionList {
 public:
  // What a region needs beside its blocks.
  static constexpr std::size_t kOverheadBytes = sizeof(Region) + TaggedBlock::kHeaderBytes;

  Region* first() const { return first_; }
  Region* last() const { return last_; }

  // Makes a region of a span: header and sentinel; the space between is the caller's to fill.
  Region* Add(Span span) {
    Region* after = last_ != nullptr && last_->begin() < span.begin ? nullptr : first_;
    while (after != nullptr && after->begin() < span.begin) after = after->next;
    Region* before = after == nullptr ? last_ : after->prev;
    Region* region = new (span.begin) Region{before, after, span.bytes};
    (before == nullptr ? first_ : before->next) = region;
    (after == nullptr ? last_ : after->prev) = region;
    region->sentinel()->WriteSentinel();
    return region;
  }

  void Remove(Region* region) {
    (region->prev == nullptr ? first_ : region->prev->next) = region->next;
    (region->next == nullptr ? last_ : region->next->prev) = region->prev;
  }

  // The region whose sentinel this is. O(regions).
  Region* WithSentinel(const TaggedBlock* sentinel) const {
    Region* region = last_;
    while (region->sentinel() != sentinel) region = region->prev;
    return region;
  }

 private:
  Region* first_ = nullptr;
  Region* last_ = nullptr;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_REGION_LIST_H_
