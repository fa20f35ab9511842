// BlockHeap<Pages, Index, Merging>: the heap behind every boundary-tag variant. It splits, merges
// both ways, grows and gives back; which free block serves a request is the index's affair, and
// whether a freed block is merged at once or put aside for the next of its size is the merging's.
//
// Invariants, checked by CheckIndex and Walk:
//   - Blocks tile each region from its header to its sentinel.
//   - No two free blocks are neighbours: what is merged is merged on both sides. A block that was
//     put aside counts as used here, until it is merged.
//   - The index holds exactly the free blocks.
//   - At most kDeferBytes (4 to 256 KiB) are put aside. All are merged when they would be more,
//     when nothing is live, and before the heap grows; so no refusal is for want of merging.
//   - Nothing is held before the first request. What lies free at the end of a region beyond
//     Pages::kRetainBytes goes back to the source, and an empty region goes back whole, except that
//     kRetainBytes of one are kept as a spare, so that a heap around empty does not pay the source
//     for every block.
//
// Costs: Free is O(1) plus the index's Insert; Allocate is the index's Find plus O(1). A block that
// is put aside and taken again costs neither.

#ifndef ALLOCLAB_ALLOCATOR_BLOCK_HEAP_H_
#define ALLOCLAB_ALLOCATOR_BLOCK_HEAP_H_

#include <algorithm>

#include "allocator/allocator.h"
#include "allocator/heap_check.h"
#include "allocator/index/free_index.h"
#include "allocator/merging.h"
#include "allocator/pages/page_source.h"
#include "allocator/region_list.h"
#include "allocator/tagged_block.h"

namespace alloclab {

template <PageSource Pages, FreeIndex Index, MergingPolicy Merging = EagerMerging>
class BlockHeap {
 public:
  static constexpr std::size_t kAlignment = TaggedBlock::kUnitBytes;
  static constexpr bool kThreadSafe = false;
  static constexpr bool kMerges = !Merging::kDefers;
  // The most that is put aside: as much as the source wants retained, but no more than a cache
  // holds, for merging reads and writes all of it again.
  static constexpr std::size_t kDeferBytes =
      std::clamp<std::size_t>(Pages::kRetainBytes, 4096, std::size_t{256} << 10);

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
    if constexpr (Merging::kDefers) {
      TaggedBlock* block = merging_.Take(n);
      return block != nullptr ? block->payload() : AllocateOutOfLine(n);
    } else {
      return AllocateFromIndex(n);
    }
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
    merging_.Taken();
    return block->payload();
  }

  void Free(void* p) noexcept {
    if (p == nullptr) return;
    TaggedBlock* block = TaggedBlock::FromPayload(p);
    if constexpr (!Merging::kDefers) {
      Merge(block);
    } else if (Merging::IsQuickSize(block)) [[likely]] {
      if (merging_.Put(block)) [[unlikely]] {
        MergeAll();
      }
    } else {
      FreeLarge(block);
    }
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

  Verdict CheckIndex() const noexcept { return CheckHeap(regions_, index_, merging_); }

  std::uint64_t BlocksVisited() const noexcept { return index_.blocks_visited(); }

  // Where merging is deferred, a request that would be refused merges all first, and looks again.
  static constexpr std::uint64_t kMostVisited =
      (Merging::kDefers ? 2 : 1) * kFindVisitsBound<Index>;
  static constexpr Placement kPlacement = kPlacementOf<Index>;
  static constexpr std::size_t SureFit(std::size_t n) noexcept {
    return SureFitOf<Index>(TaggedBlock::BytesFor(n));
  }
  static constexpr std::size_t MostUsable(std::size_t n) noexcept {
    constexpr std::size_t kMostOver = TaggedBlock::kMinBytes - TaggedBlock::kUnitBytes;
    return TaggedBlock::BytesFor(n) + kMostOver - TaggedBlock::kHeaderBytes;
  }

 private:
  void* AllocateFromIndex(std::size_t n) noexcept {
    if (n > kMaxRequestBytes) return nullptr;
    const std::size_t bytes = TaggedBlock::BytesFor(n);
    TaggedBlock* block = FindOrGrow(bytes);
    if (block == nullptr) return nullptr;
    TakeFront(block, bytes);
    merging_.Taken();
    return block->payload();
  }

  // Where merging is deferred, these are the rare ways: they keep out of the loops that Allocate
  // and Free are compiled into.
  [[gnu::noinline]] void* AllocateOutOfLine(std::size_t n) noexcept { return AllocateFromIndex(n); }
  [[gnu::noinline]] void FreeLarge(TaggedBlock* block) noexcept {
    Merge(block);
    if (merging_.Returned()) MergeAll();
  }

  // Merges all that was put aside.
  [[gnu::noinline]] void MergeAll() noexcept {
    merging_.TakeAll([this](TaggedBlock* block) { Merge(block); });
  }

  // Makes a used block free.
  //   free | p | free     ->  [      free      ]     both neighbours: `prev` absorbs the rest
  //   free | p | used     ->  [   free   ] used
  //   used | p | free     ->  used [   free   ]      p takes the place of `next` in the index
  //   used | p | used     ->  used [free] used
  void Merge(TaggedBlock* block) noexcept {
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

  TaggedBlock* FindOrGrow(std::size_t bytes) noexcept {
    TaggedBlock* block = index_.Find(bytes);
    return block != nullptr ? block : MergeOrGrow(bytes);
  }

  // Growth is rare next to Find: kept out of the way of the hot path.
  [[gnu::noinline]] TaggedBlock* MergeOrGrow(std::size_t bytes) noexcept {
    if constexpr (Merging::kDefers) {
      if (!merging_.empty()) {
        MergeAll();
        if (TaggedBlock* block = index_.Find(bytes)) return block;
      }
    }
    return GrowHeap(bytes);
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
    Merge(tail);
  }

  // Makes a used block at least `bytes` long where it lies, or changes nothing and says false.
  bool Grow(TaggedBlock* block, std::size_t bytes) noexcept {
    TaggedBlock* next = block->Next();
    std::size_t have = block->size() + (next->used() ? 0 : next->size());
    if (have < bytes) {
      TaggedBlock* end = next->used() ? next : next->Next();
      if constexpr (Merging::kDefers) {
        if (end->quick()) {
          MergeAll();
          return Grow(block, bytes);  // nothing behind it is quick now
        }
      }
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

  Span AcquireRegion(std::size_t bytes) noexcept {
    if constexpr (AcquiresWithRoom<Pages> && kFindsBySize<Index>) {
      return pages_->AcquireWithRoom(bytes);
    } else {
      return pages_->Acquire(bytes);
    }
  }

  // A free block of at least `bytes` from the source, in the index, or null.
  TaggedBlock* GrowHeap(std::size_t bytes) noexcept {
    if (regions_.last() != nullptr) {
      TaggedBlock* sentinel = regions_.last()->sentinel();
      const std::size_t have = sentinel->prev_used() ? 0 : sentinel->Prev()->size();
      // A block that fits may be there all the same: an index may pass over a fit.
      if (have >= bytes) return sentinel->Prev();
      if (TaggedBlock* block = ExtendLast(bytes - have)) return block;
    }
    const Span span = AcquireRegion(bytes + RegionList::kOverheadBytes);
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
    TaggedBlock* block = region->first();
    const bool have_spare = spare_ != nullptr && spare_ != region && spare_->empty();
    // Only the last region there is may be cut: with others, it could hold them up.
    const bool alone = regions_.first() == regions_.last();
    if (!have_spare && (region->bytes <= Pages::kRetainBytes ||
                        (alone && CutTo(region, block, Pages::kRetainBytes)))) {
      spare_ = region;
      return false;
    }
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
    if (kept != 0 && kept < region->bytes) CutTo(region, block, kept);
  }

  // Makes a region that ends with the free block `block` only `kept` bytes long. False when the
  // source does not take back what is beyond, or there would be no room for the block.
  bool CutTo(Region* region, TaggedBlock* block, std::size_t kept) noexcept {
    const auto before = static_cast<std::size_t>(block->begin() - region->begin());
    if (kept < before + TaggedBlock::kMinBytes + TaggedBlock::kHeaderBytes) return false;
    // The links are near the block's start, which stays; its footer is in the part that goes.
    if (!pages_->Release({region->begin() + kept, region->bytes - kept})) return false;
    const std::size_t bytes = block->size() - (region->bytes - kept);
    index_.Replace(block, block, bytes);
    region->bytes = kept;
    region->sentinel()->WriteSentinel();
    block->WriteFree(bytes, block->tag & TaggedBlock::kRegionStart);
    return true;
  }

  Pages* pages_;
  RegionList regions_;
  Region* spare_ = nullptr;  // was empty when last seen; one at most is kept
  Index index_;
  [[no_unique_address]] Merging merging_{kDeferBytes};
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_BLOCK_HEAP_H_
