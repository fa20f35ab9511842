// buddy: blocks of 2^k bytes at multiples of 2^k. A block that is too large is halved until it
// fits; a freed block is joined with its buddy, the other half, while that is free too.
//
//     order 8   [              256              ]
//     order 7   [      128      |      128      ]     split: the lower half is halved again,
//     order 6   [  64   |  64   ]                     the upper one goes to the list of its order
//
// Blocks lie at absolute multiples of their size, so every alignment comes for free. There are no
// headers: what is known of a block stands in the map of its region (buddy_region.h), and a free
// block holds its links. One list per order, last freed first, and a bitmap of the orders that have
// anything.
//
// Invariants, checked by CheckIndex:
//   - Blocks tile the units of each region, each at a multiple of its size.
//   - No two free blocks of one order are buddies (neighbours that are not buddies are not merged).
//   - The lists hold exactly the free blocks, each in the list of its order; a bit of the bitmap is
//     set exactly where a list is not empty.
//   - A region in which nothing is used goes back to the source, except while all such regions
//     together hold at most Pages::kRetainBytes. What the source refuses is offered again whenever
//     another region becomes empty.
//
// Misuse: the map is out of the way of the blocks and tells for every address whether a live block
// begins there, so freeing, resizing or measuring anything else is noticed (rule C20), unless the
// block was freed and its address handed out again.
//
// Costs: Allocate looks at one free block and splits it O(log size) times; Free merges as often,
// after finding the block's region. A new region is a quarter of what is held or more, so there are
// O(log heap) regions while the source grants that. A request is rounded up to a power of two (at
// worst nearly half of a block is waste), and the map costs 1 byte in 33.
//
// Source: Knowlton, "A fast storage allocator", CACM 8 (1965); Knuth, TAOCP 1, 2.5, algorithms R
// and S. The map out of line is how page allocators of operating systems keep it.

#ifndef ALLOCLAB_ALLOCATOR_VARIANTS_BUDDY_H_
#define ALLOCLAB_ALLOCATOR_VARIANTS_BUDDY_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "allocator/allocator.h"
#include "allocator/buddy_region.h"
#include "allocator/misuse.h"
#include "allocator/pages/buffer_pages.h"
#include "allocator/pages/page_source.h"

namespace alloclab {

template <PageSource Pages>
class Buddy {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = false;
  static constexpr bool kResizesFreely = false;
  static constexpr bool kStopsMisuse = true;

  explicit Buddy(Pages& pages) noexcept : pages_(&pages) {}
  Buddy(const Buddy&) = delete;
  Buddy& operator=(const Buddy&) = delete;
  // Newest first, as a source that takes back only its top needs it.
  ~Buddy() {
    for (Region* region = newest_; region != nullptr;) {
      Region* older = region->older;
      pages_->Release({region->begin(), region->bytes});
      region = older;
    }
  }

  void* Allocate(std::size_t n) noexcept {
    const unsigned order = Region::OrderOf(n);
    return Take(order, order);
  }

  // A block of the alignment's order has the alignment; what of it n does not need stays free.
  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept {
    const unsigned order = Region::OrderOf(n);
    return Take(std::max(order, Region::OrderOf(alignment)), order);
  }

  //   [  free  |   p    ]  ->  [       free      ]  ->  ...
  //   [  used  |   p    ]  ->  [  used  |  free  ]
  void Free(void* p) noexcept {
    if (p == nullptr) return;
    Region* region = RegionOf(p, "is freed, and no block that is in use begins there");
    unsigned order = region->OrderAt(p);
    auto at = reinterpret_cast<std::uintptr_t>(p);
    while (order < Region::kMaxOrder) {
      const std::uintptr_t buddy = at ^ (std::uintptr_t{1} << order);
      if (!region->IsFree(buddy, order)) break;
      Unlist(reinterpret_cast<FreeBlock*>(buddy), order);
      region->ByteOf(reinterpret_cast<void*>(std::max(at, buddy))) = Region::kInside;
      at = std::min(at, buddy);
      ++order;
    }
    List(region, reinterpret_cast<void*>(at), order);
    if (--region->used_blocks == 0) {
      empty_bytes_ += region->bytes;
      if (empty_bytes_ > Pages::kRetainBytes) GiveBack();
    }
  }

  std::size_t UsableSize(const void* p) const noexcept {
    if (p == nullptr) return 0;
    constexpr const char* kMisuse = "is measured, and no block that is in use begins there";
    return std::size_t{1} << RegionOf(p, kMisuse)->OrderAt(p);
  }

  // Shrinks by freeing upper halves; grows where the block is the lower half at every step and each
  // upper one is free.
  bool TryResize(void* p, std::size_t n) noexcept {
    const unsigned wanted = Region::OrderOf(n);
    Region* region = RegionOf(p, "is resized, and no block that is in use begins there");
    if (wanted > Region::kMaxOrder) return false;
    const unsigned order = region->OrderAt(p);
    const auto at = reinterpret_cast<std::uintptr_t>(p);
    if (wanted > order) {
      if (static_cast<unsigned>(std::countr_zero(at)) < wanted) return false;
      for (unsigned k = order; k < wanted; ++k) {
        if (!region->IsFree(at + (std::uintptr_t{1} << k), k)) return false;
      }
      for (unsigned k = order; k < wanted; ++k) {
        auto* upper = reinterpret_cast<FreeBlock*>(at + (std::uintptr_t{1} << k));
        Unlist(upper, k);
        region->ByteOf(upper) = Region::kInside;
      }
    } else {
      FreeUpperHalves(region, p, order, wanted);
    }
    region->ByteOf(p) = static_cast<std::uint8_t>(Region::kUsed | wanted);
    return true;
  }

  // What a region has beside its blocks is overhead, and so is all behind a damaged byte of its
  // map.
  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    const auto overhead = [&](const std::byte* from, const std::byte* to) {
      if (from == to) return;
      visit(
          BlockView{from, static_cast<std::size_t>(to - from), nullptr, 0, BlockState::kOverhead});
    };
    for (const Region* region = NextAbove(nullptr); region != nullptr; region = NextAbove(region)) {
      overhead(region->begin(), region->first());
      const std::byte* end = region->ForEach([&](const std::byte* p, unsigned order, bool used) {
        const std::size_t bytes = std::size_t{1} << order;
        visit(BlockView{p, bytes, p, bytes, used ? BlockState::kUsed : BlockState::kFree});
        return true;
      });
      overhead(end, region->end());
    }
  }

  Verdict CheckIndex() const noexcept {
    std::size_t free = 0;
    std::size_t empty_bytes = 0;
    for (const Region* region = newest_; region != nullptr; region = region->older) {
      const Verdict verdict = CheckRegion(*region, free);
      if (!verdict.ok()) return verdict;
      empty_bytes += region->used_blocks == 0 ? region->bytes : 0;
    }
    if (empty_bytes != empty_bytes_) return {"the count of empty bytes is wrong", nullptr};
    // A block on a list is where the map says, in the list of its order, and its link back rules
    // out that it is there twice: equal numbers make equal sets.
    std::size_t listed = 0;
    for (unsigned order = 0; order < kOrders; ++order) {
      if ((((nonempty_ >> order) & 1) != 0) != (lists_[order] != nullptr)) {
        return {"the bitmap of orders disagrees with the lists", lists_[order]};
      }
      const FreeBlock* before = nullptr;
      for (const FreeBlock* block = lists_[order]; block != nullptr; block = block->next) {
        const Region* region = FindRegion(block);
        if (region == nullptr || region != block->region ||
            !region->IsFree(reinterpret_cast<std::uintptr_t>(block), order)) {
          return {"a list holds what is no free block of its order", block};
        }
        if (block->prev != before) return {"a free block's link back is wrong", block};
        before = block;
        ++listed;
      }
    }
    if (listed != free) return {"the lists do not hold exactly the free blocks", nullptr};
    return {};
  }

  // One for each allocation that some list could serve: the head of that list.
  std::uint64_t BlocksVisited() const noexcept { return visited_; }
  static constexpr std::uint64_t kMostVisited = 1;
  static constexpr std::size_t SureFit(std::size_t n) noexcept {
    const unsigned order = Region::OrderOf(n);
    return order > Region::kMaxOrder ? SIZE_MAX : std::size_t{1} << order;
  }
  static constexpr std::size_t MostUsable(std::size_t n) noexcept { return SureFit(n); }

 private:
  using Region = BuddyRegion;
  static constexpr unsigned kOrders = Region::kMaxOrder + 1;

  struct FreeBlock {
    FreeBlock* next;
    FreeBlock* prev;
    Region* region;  // so that only Free has to look for it
  };
  static_assert(sizeof(FreeBlock) <= Region::kUnitBytes);

  // A used block of order `order` from a free one of at least `least`, or null.
  void* Take(unsigned least, unsigned order) noexcept {
    if (least > Region::kMaxOrder) return nullptr;
    std::uint64_t orders = nonempty_ >> least;
    if (orders == 0) [[unlikely]] {
      if (!Grow(least)) return nullptr;
      orders = nonempty_ >> least;
    }
    const unsigned found = least + static_cast<unsigned>(std::countr_zero(orders));
    FreeBlock* block = lists_[found];
    ++visited_;
    Region* region = block->region;
    Unlist(block, found);
    FreeUpperHalves(region, block, found, order);
    region->ByteOf(block) = static_cast<std::uint8_t>(Region::kUsed | order);
    if (region->used_blocks++ == 0) empty_bytes_ -= region->bytes;
    return block;
  }

  // Halves the block at p, of order `from`, until it has order `to`. Its own byte is the caller's.
  void FreeUpperHalves(Region* region, void* p, unsigned from, unsigned to) noexcept {
    while (from > to) {
      --from;
      List(region, static_cast<std::byte*>(p) + (std::size_t{1} << from), from);
    }
  }

  void List(Region* region, void* p, unsigned order) noexcept {
    FreeBlock* head = lists_[order];
    auto* block = new (p) FreeBlock{head, nullptr, region};
    if (head != nullptr) head->prev = block;
    lists_[order] = block;
    nonempty_ |= std::uint64_t{1} << order;
    region->ByteOf(p) = static_cast<std::uint8_t>(Region::kFree | order);
  }

  // Leaves the block's byte to the caller.
  void Unlist(FreeBlock* block, unsigned order) noexcept {
    FreeBlock* next = block->next;
    if (next != nullptr) next->prev = block->prev;
    if (block->prev != nullptr) {
      block->prev->next = next;
      return;
    }
    lists_[order] = next;
    if (next == nullptr) nonempty_ &= ~(std::uint64_t{1} << order);
  }

  // Null when there is none.
  Region* FindRegion(const void* p) const noexcept {
    Region* region = newest_;
    while (region != nullptr && !region->Holds(p)) region = region->older;
    return region;
  }
  // The region of a live block; stops with the sentence when none begins at p. The newest regions
  // are the largest, so most searches end early.
  Region* RegionOf(const void* p, const char* misuse) const noexcept {
    Region* region = FindRegion(p);
    if (region == nullptr || !region->IsUsed(p)) [[unlikely]] {
      StopForMisuse(p, misuse);
    }
    return region;
  }

  // Adds a region with a free block of at least `order`; false when the source has no room for one.
  [[gnu::noinline]] bool Grow(unsigned order) noexcept {
    const std::size_t enough = Region::SpanBytes(order, true);
    for (std::size_t bytes = std::max(enough, pages_->BytesHeld() / 4); bytes > enough;
         bytes /= 2) {
      if (AddRegion(bytes, order)) return true;
    }
    return AddRegion(enough, order) || AddRegion(Region::SpanBytes(order, false), order);
  }

  // Over a span of at least `bytes`; false when it cannot be had, or lies so that no block of
  // `order` has a place in it.
  bool AddRegion(std::size_t bytes, unsigned order) noexcept {
    const Span span = pages_->Acquire(bytes);
    if (span.empty()) return false;
    Region* region = Region::Make(span, newest_);
    bool fits = false;
    region->Cut([&](std::byte*, unsigned cut) { fits = fits || cut >= order; });
    if (!fits && pages_->Release(span)) return false;
    newest_ = region;
    region->Cut([&](std::byte* block, unsigned cut) { List(region, block, cut); });
    empty_bytes_ += region->bytes;
    return fits;
  }

  // Returns empty regions to the source, newest first: what is given out like a stack comes back
  // like one. O(regions).
  [[gnu::noinline]] void GiveBack() noexcept {
    Region** link = &newest_;
    while (*link != nullptr && empty_bytes_ > Pages::kRetainBytes) {
      Region* region = *link;
      Region* older = region->older;
      if (region->used_blocks == 0 && Release(region)) {
        *link = older;
      } else {
        link = &region->older;
      }
    }
  }

  // Offers an empty region to the source; when it is not taken, everything is as before.
  bool Release(Region* region) noexcept {
    const std::size_t bytes = region->bytes;
    region->Cut([&](std::byte* block, unsigned order) {
      Unlist(reinterpret_cast<FreeBlock*>(block), order);
    });
    if (pages_->Release({region->begin(), bytes})) {
      empty_bytes_ -= bytes;
      return true;
    }
    region->Cut([&](std::byte* block, unsigned order) { List(region, block, order); });
    return false;
  }

  static Verdict CheckRegion(const Region& region, std::size_t& free) noexcept {
    std::size_t in_use = 0;
    const std::byte* buddies = nullptr;
    const std::byte* end = region.ForEach([&](const std::byte* p, unsigned order, bool used) {
      const auto at = reinterpret_cast<std::uintptr_t>(p);
      in_use += used ? 1 : 0;
      free += used ? 0 : 1;
      if (!used && region.IsFree(at ^ (std::uintptr_t{1} << order), order)) buddies = p;
      return true;
    });
    if (reinterpret_cast<std::uintptr_t>(end) != region.units_end()) {
      return {"a byte of the map tells no block that could lie there", end};
    }
    if (buddies != nullptr) return {"two free blocks are buddies and were not merged", buddies};
    if (in_use != region.used_blocks) return {"a region's count of used blocks is wrong", &region};
    return {};
  }

  // The region with the lowest address above `region` (of all when null). O(regions).
  const Region* NextAbove(const Region* region) const noexcept {
    const Region* best = nullptr;
    for (const Region* r = newest_; r != nullptr; r = r->older) {
      if ((region == nullptr || r > region) && (best == nullptr || r < best)) best = r;
    }
    return best;
  }

  Pages* pages_;
  std::uint64_t nonempty_ = 0;
  std::array<FreeBlock*, kOrders> lists_{};
  Region* newest_ = nullptr;
  std::size_t empty_bytes_ = 0;  // of the regions in which nothing is used
  std::uint64_t visited_ = 0;
};

static_assert(ResizesInPlace<Buddy<BufferPages>>);
static_assert(AllocatesAligned<Buddy<BufferPages>>);
static_assert(CountsSearch<Buddy<BufferPages>>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_VARIANTS_BUDDY_H_
