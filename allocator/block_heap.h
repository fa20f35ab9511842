// BlockHeap<Pages, Index>: the heap behind every boundary-tag variant. It splits, merges both ways,
// grows and gives back; which free block serves a request is the index's affair.
//
// Invariants, checked by CheckIndex and Walk:
//   - Blocks tile each region from its header to its sentinel.
//   - No two free blocks are neighbours: Free merges at once, on both sides.
//   - The index holds exactly the free blocks.
//   - Nothing is held before the first request. What lies free at the end of a region beyond
//     Pages::kRetainBytes goes back to the source, and an empty region goes back whole, except that
//     one of at most kRetainBytes is kept as a spare, so that a heap around empty does not pay the
//     source for every block.
//
// Costs: Free is O(1) plus the index's Insert; Allocate is the index's Find plus O(1).

#ifndef ALLOCLAB_ALLOCATOR_BLOCK_HEAP_H_
#define ALLOCLAB_ALLOCATOR_BLOCK_HEAP_H_

#include <algorithm>

#include "allocator/allocator.h"
#include "allocator/heap_check.h"
#include "allocator/index/free_index.h"
#include "allocator/pages/page_source.h"
#include "allocator/region_list.h"
#include "allocator/tagged_block.h"

namespace alloclab {

template <PageSource Pages, FreeIndex Index>
class BlockHeap {
 public:
  static constexpr std::size_t kAlignment = TaggedBlock::kUnitBytes;
  static constexpr bool kThreadSafe = false;
  static constexpr bool kMerges = true;

  explicit BlockHeap(Pages& pages) noexcept : pages_(&pages) {}
  BlockHeap(const BlockHeap&) = delete;
  BlockHeap& operator=(const BlockHeap&) = delete;
  // The heap's memory goes back to the source as far as that can take it.
  ~BlockHeap() {
    for (Region* region = regions_.last(); region != nullptr;) {
      Region* before = region->prev;
      pages_->Release({region->begin(), region->bytes});
      region = before;
    }
  }

  void* Allocate(std::size_t n) noexcept {
    if (n > kMaxRequestBytes) return nullptr;
    const std::size_t bytes = TaggedBlock::BytesFor(n);
    TaggedBlock* block = FindOrGrow(bytes);
    if (block == nullptr) return nullptr;
    TakeFront(block, bytes);
    return block->payload();
  }

  // `alignment` is a power of two. The part before the aligned payload stays free.
  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept {
    if (alignment <= kAlignment) return Allocate(n);
    if (n > kMaxRequestBytes || alignment > kMaxRequestBytes) return nullptr;
    const std::size_t bytes = TaggedBlock::BytesFor(n);
    // Enough for the payload wherever the block lies, and for a lead that is a block itself.
    const std::size_t enough = bytes + alignment + TaggedBlock::kMinBytes;
    if (enough > kMaxRequestBytes) return nullptr;
    TaggedBlock* block = FindOrGrow(enough);
    if (block == nullptr) return nullptr;
    block = CutLead(block, alignment);
    Shrink(block, bytes);
    return block->payload();
  }

  //   free | p | free     ->  [      free      ]     both neighbours: `prev` absorbs the rest
  //   free | p | used     ->  [   free   ] used
  //   used | p | free     ->  used [   free   ]      p takes the place of `next` in the index
  //   used | p | used     ->  used [free] used
  void Free(void* p) noexcept {
    if (p == nullptr) return;
    TaggedBlock* block = TaggedBlock::FromPayload(p);
    TaggedBlock* next = block->Next();
    std::size_t bytes = block->size();
    const bool next_free = !next->used();
    if (next_free) bytes += next->size();

    bool listed = true;
    if (!block->prev_used()) {
      TaggedBlock* prev = block->Prev();
      bytes += prev->size();
      if (next_free) index_.Remove(next);
      index_.Replace(prev, prev, bytes);
      block = prev;
    } else if (next_free) {
      index_.Replace(next, block, bytes);
    } else {
      listed = false;
    }
    block->WriteFree(bytes, block->tag & TaggedBlock::kRegionStart);
    if (!listed) index_.Insert(block);
    if (block->Next()->is_sentinel()) GiveBack(block);
  }

  std::size_t UsableSize(const void* p) const noexcept {
    return p == nullptr ? 0 : TaggedBlock::FromPayload(p)->usable();
  }

  // Shrinks by freeing the tail; grows into a free block behind, at the end of a region also into
  // new memory where the source can extend it.
  bool TryResize(void* p, std::size_t n) noexcept {
    if (n > kMaxRequestBytes) return false;
    TaggedBlock* block = TaggedBlock::FromPayload(p);
    const std::size_t bytes = TaggedBlock::BytesFor(n);
    if (bytes > block->size()) return Grow(block, bytes);
    Shrink(block, bytes);
    return true;
  }

  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    WalkRegions(regions_, visit);
  }

  Verdict CheckIndex() const noexcept { return CheckHeap(regions_, index_); }

  std::uint64_t BlocksVisited() const noexcept { return index_.blocks_visited(); }

 private:
  TaggedBlock* FindOrGrow(std::size_t bytes) noexcept {
    TaggedBlock* block = index_.Find(bytes);
    return block != nullptr ? block : GrowHeap(bytes);
  }

  // Takes the first `bytes` bytes of a free block; the rest stays free if it can be a block.
  void TakeFront(TaggedBlock* block, std::size_t bytes) noexcept {
    const std::size_t rest = block->size() - bytes;
    const std::size_t flags = block->tag & (TaggedBlock::kPrevUsed | TaggedBlock::kRegionStart);
    if (rest < TaggedBlock::kMinBytes) {
      index_.Remove(block);
      block->WriteUsed(block->size(), flags);
      return;
    }
    index_.Replace(block, block->After(bytes), rest);
    block->After(bytes)->WriteFree(rest, 0);
    block->WriteUsed(bytes, flags);
  }

  // Takes a whole free block whose payload is to be aligned: the lead is left free.
  //   [         free         ]  ->  [ free ][    used, payload aligned    ]
  TaggedBlock* CutLead(TaggedBlock* block, std::size_t alignment) noexcept {
    const auto payload = reinterpret_cast<std::uintptr_t>(block->payload());
    std::size_t lead = (alignment - payload % alignment) % alignment;
    if (lead != 0 && lead < TaggedBlock::kMinBytes) lead += alignment;
    if (lead == 0) {
      TakeFront(block, block->size());
      return block;
    }
    const std::size_t rest = block->size() - lead;
    index_.Replace(block, block, lead);
    TaggedBlock* taken = block->After(lead);
    taken->WriteUsed(rest, 0);
    block->WriteFree(lead, block->tag & TaggedBlock::kRegionStart);
    return taken;
  }

  // Frees what a used block has beyond `bytes`, if that can be a block.
  void Shrink(TaggedBlock* block, std::size_t bytes) noexcept {
    const std::size_t rest = block->size() - bytes;
    if (rest < TaggedBlock::kMinBytes) return;
    block->WriteUsed(bytes, block->tag & (TaggedBlock::kPrevUsed | TaggedBlock::kRegionStart));
    TaggedBlock* tail = block->After(bytes);
    tail->WriteUsed(rest, TaggedBlock::kPrevUsed);
    Free(tail->payload());
  }

  // Makes a used block at least `bytes` long where it lies, or changes nothing and says false.
  bool Grow(TaggedBlock* block, std::size_t bytes) noexcept {
    TaggedBlock* next = block->Next();
    std::size_t have = block->size() + (next->used() ? 0 : next->size());
    if (have < bytes) {
      TaggedBlock* end = next->used() ? next : next->Next();
      if (!end->is_sentinel() || regions_.last()->sentinel() != end) return false;
      next = ExtendLast(bytes - have);
      if (next == nullptr) return false;
      have = block->size() + next->size();
    }
    const std::size_t flags = block->tag & (TaggedBlock::kPrevUsed | TaggedBlock::kRegionStart);
    const std::size_t rest = have - bytes;
    if (rest < TaggedBlock::kMinBytes) {
      index_.Remove(next);
      block->WriteUsed(have, flags);
      return true;
    }
    index_.Replace(next, block->After(bytes), rest);
    block->After(bytes)->WriteFree(rest, 0);
    block->WriteUsed(bytes, flags);
    return true;
  }

  // A free block of at least `bytes` from the source, in the index, or null. Large requests, and
  // growth, are rare next to Find: kept out of the way of the hot path.
  [[gnu::noinline]] TaggedBlock* GrowHeap(std::size_t bytes) noexcept {
    if (regions_.last() != nullptr) {
      TaggedBlock* sentinel = regions_.last()->sentinel();
      const std::size_t have = sentinel->prev_used() ? 0 : sentinel->Prev()->size();
      // A block that fits may be there all the same: an index may pass over a fit.
      if (have >= bytes) return sentinel->Prev();
      if (TaggedBlock* block = ExtendLast(bytes - have)) return block;
    }
    const Span span = pages_->Acquire(bytes + RegionList::kOverheadBytes);
    if (span.empty()) return nullptr;
    TaggedBlock* block = regions_.Add(span)->first();
    block->WriteFree(span.bytes - RegionList::kOverheadBytes, TaggedBlock::kRegionStart);
    index_.Insert(block);
    return block;
  }

  // Lengthens the last region by at least `bytes`, and by a block where nothing is there to merge
  // with; the free block at its end, or null.
  //   ... used | sentinel          ->  ... used [  free  ] sentinel
  //   ... used | free | sentinel   ->  ... used [     free     ] sentinel
  TaggedBlock* ExtendLast(std::size_t bytes) noexcept {
    Region* region = regions_.last();
    TaggedBlock* block = region->sentinel();
    const bool merge = !block->prev_used();
    const std::size_t least = merge ? bytes : std::max(bytes, TaggedBlock::kMinBytes);
    const std::size_t added = pages_->Extend(region->end(), least);
    if (added == 0) return nullptr;
    region->bytes += added;
    region->sentinel()->WriteSentinel();
    std::size_t size = added;
    if (merge) {
      block = block->Prev();
      size += block->size();
      index_.Replace(block, block, size);
    }
    // The old sentinel's flags tell nothing of a region start; only a merged block has one.
    block->WriteFree(size, merge ? block->tag & TaggedBlock::kRegionStart : 0);
    if (!merge) index_.Insert(block);
    return block;
  }

  // Called with the free block at the end of a region: returns to the source what is beyond the
  // retained part. A source that takes back only its end may now take what lies before that, too.
  void GiveBack(TaggedBlock* block) noexcept {
    while (block != nullptr && block->region_start()) {
      if (!ReleaseRegion(Region::Of(block))) return;
      block = FreeAtEnd();
    }
    if (block != nullptr && block->size() > Pages::kRetainBytes + Pages::kGranuleBytes) {
      TrimTail(block);
    }
  }

  // The free block at the end of the last region, or null.
  TaggedBlock* FreeAtEnd() const noexcept {
    if (regions_.last() == nullptr) return nullptr;
    TaggedBlock* sentinel = regions_.last()->sentinel();
    return sentinel->prev_used() ? nullptr : sentinel->Prev();
  }

  // False when the region stays: as the spare, or because the source cannot take it back now.
  bool ReleaseRegion(Region* region) noexcept {
    const bool have_spare = spare_ != nullptr && spare_ != region && spare_->empty();
    if (!have_spare && region->bytes <= Pages::kRetainBytes) {
      spare_ = region;
      return false;
    }
    TaggedBlock* block = region->first();
    index_.Remove(block);
    regions_.Remove(region);
    if (pages_->Release({region->begin(), region->bytes})) {
      if (spare_ == region) spare_ = nullptr;
      return true;
    }
    // Everything as before.
    regions_.Add({region->begin(), region->bytes});
    block->WriteFree(block->size(), TaggedBlock::kRegionStart);
    index_.Insert(block);
    return false;
  }

  //   ... used [       free       ] sentinel |   ->   ... used [ free ] sentinel |
  [[gnu::noinline]] void TrimTail(TaggedBlock* block) noexcept {
    Region* region = regions_.WithSentinel(block->Next());
    const auto kept_least = static_cast<std::size_t>(block->begin() - region->begin()) +
                            TaggedBlock::kMinBytes + TaggedBlock::kHeaderBytes +
                            Pages::kRetainBytes;
    const std::size_t kept = RoundUpOrZero(kept_least, Pages::kGranuleBytes);
    if (kept == 0 || kept >= region->bytes) return;
    // The links are near the block's start, which stays; its footer is in the part that goes.
    if (!pages_->Release({region->begin() + kept, region->bytes - kept})) return;
    const std::size_t bytes = block->size() - (region->bytes - kept);
    index_.Replace(block, block, bytes);
    region->bytes = kept;
    region->sentinel()->WriteSentinel();
    block->WriteFree(bytes, 0);
  }

  Pages* pages_;
  RegionList regions_;
  Region* spare_ = nullptr;  // was empty when last seen; one at most is kept
  Index index_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_BLOCK_HEAP_H_
