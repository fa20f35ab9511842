// slab: objects of one size class side by side in slabs of S bytes, with a bitmap of those that are
// free. Objects have no headers.
//
//     | span | summary | bitmap | unused | object | object | ........ | object |   S bytes
//     ^ multiple of S                                                          ^ multiple of S
//     | span | offset | 64 bytes in: payload .................................. |   larger requests
//
// A slab lies at a multiple of S, so an object's slab is found by a mask. A request above the
// largest class gets a span of whole pages of its own, which begins at a multiple of S too and
// whose payload begins in the first S bytes, or right behind them where so much alignment is asked
// for: the same mask, of the byte before the payload, finds its header.
//
// Invariants, checked by CheckIndex:
//   - A bit is set exactly where an object is free; a bit of the summary exactly where a word of
//     the bitmap is not 0.
//   - The slabs of a class that have a free object, and no others, are on the list of the class.
//   - An empty slab goes back to the pool of spans at once, and from there to the page source
//     (span_pool.h). Where the source takes back any run of pages, empty slabs may stay while they
//     hold at most a quarter of Pages::kRetainBytes.
//
// Misuse: an object or a large block that is freed twice is noticed as long as the pages it lay in
// have been given neither to anybody else nor back. No other misuse is.
//
// Costs: Allocate and Free are O(1), a few loads and bit operations and no loop, while the class
// has a slab with room. A new slab is first fit among free spans. Waste: see slab_classes.h; a
// large request wastes less than a page and 64 bytes, and because each begins at a multiple of S,
// up to S more that only its own growth can use.
//
// S is a quarter of the source's granule, from 4 KiB to 64 KiB.
//
// Source: Bonwick, "The Slab Allocator", USENIX 1994; bitmaps per run as in phkmalloc (Kamp 1998)
// and jemalloc.

#ifndef ALLOCLAB_ALLOCATOR_VARIANTS_SLAB_H_
#define ALLOCLAB_ALLOCATOR_VARIANTS_SLAB_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "allocator/allocator.h"
#include "allocator/misuse.h"
#include "allocator/pages/buffer_pages.h"
#include "allocator/pages/page_source.h"
#include "allocator/slab_classes.h"
#include "allocator/span_pool.h"

namespace alloclab {

template <PageSource Pages>
class Slab {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = false;
  static constexpr bool kResizesFreely = false;

  static constexpr std::size_t kSlabBytes = std::clamp(std::bit_floor(Pages::kGranuleBytes / 4),
                                                       std::size_t{4} << 10, std::size_t{64} << 10);

  explicit Slab(Pages& pages) noexcept : pool_(pages) {}

  void* Allocate(std::size_t n) noexcept {
    if (n > Classes::kMaxBytes) [[unlikely]] {
      return AllocateLarge(n, kAlignment);
    }
    return TakeObject(Classes::ClassOf(n));
  }

  // From a class whose objects have the alignment, or else as a span of its own.
  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept {
    if (n <= Classes::kMaxBytes) {
      const std::size_t number = Classes::AlignedClassOf(n, alignment);
      if (number != Classes::kCount) return TakeObject(number);
    }
    return AllocateLarge(n, alignment);
  }

  void Free(void* p) noexcept {
    if (p == nullptr) return;
    Header* slab = Header::Of(p);
    if (slab->span.state != PageSpan::State::kSlab) [[unlikely]] {
      if (slab->span.is_free()) StopForMisuse(p, kFreedTwice);
      return pool_.Give(&slab->span);
    }
    const std::size_t object = Classes::At(slab->span.size_class).IndexAt(slab->OffsetOf(p));
    const std::size_t word = object / 64;
    const std::uint64_t bit = std::uint64_t{1} << (object % 64);
    if ((slab->words()[word] & bit) != 0) [[unlikely]] {
      StopForMisuse(p, kFreedTwice);
    }
    if (slab->summary == 0) ListFirst(slab);
    slab->words()[word] |= bit;
    slab->summary |= std::uint64_t{1} << word;
    if (--slab->span.used == 0) [[unlikely]] {
      Emptied(slab);
    }
  }

  std::size_t UsableSize(const void* p) const noexcept {
    if (p == nullptr) return 0;
    const Header* slab = Header::Of(p);
    if (slab->is_large()) return slab->span.bytes - slab->OffsetOf(p);
    return Classes::At(slab->span.size_class).bytes;
  }

  // An object stays where it is while it fits and fills half of its place, a span while it is too
  // large for the classes: it gives up whole pages, and takes free ones behind.
  bool TryResize(void* p, std::size_t n) noexcept {
    if (n > kMaxRequestBytes) return false;
    Header* slab = Header::Of(p);
    if (!slab->is_large()) {
      const std::size_t number = slab->span.size_class;
      const std::size_t bytes = Classes::At(number).bytes;
      return n <= bytes && (n > bytes / 2 || Classes::ClassOf(n) == number);
    }
    if (n <= Classes::kMaxBytes) return false;
    const std::size_t bytes = RoundUpOrZero(slab->OffsetOf(p) + n, Pool::kPageBytes);
    if (bytes > slab->span.bytes) return pool_.Lengthen(&slab->span, bytes);
    pool_.CutTail(&slab->span, bytes);
    return true;
  }

  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    pool_.ForEach([&](const PageSpan& span) {
      if (span.lead != 0) {
        visit(BlockView{span.begin() - span.lead, span.lead, nullptr, 0, BlockState::kOverhead});
      }
      if (span.state == PageSpan::State::kSlab) return WalkSlab(*Header::At(&span), visit);
      const bool free = span.is_free();
      const std::size_t offset = free ? sizeof(PageSpan) : Header::At(&span)->summary;
      visit(BlockView{span.begin(), span.bytes, span.begin() + offset, span.bytes - offset,
                      free ? BlockState::kFree : BlockState::kUsed});
    });
  }

  Verdict CheckIndex() const noexcept {
    Verdict verdict = pool_.Check();
    std::size_t with_room = 0;
    std::size_t empty_bytes = 0;
    pool_.ForEach([&](const PageSpan& span) {
      if (!verdict.ok() || span.state != PageSpan::State::kSlab) return;
      verdict = CheckSlab(*Header::At(&span));
      if (Header::At(&span)->summary != 0) ++with_room;
      if (span.used == 0) empty_bytes += span.bytes;
    });
    if (!verdict.ok()) return verdict;
    if (empty_bytes != empty_bytes_) return {"the count of empty slabs is wrong", nullptr};
    std::size_t listed = 0;
    for (std::size_t number = 0; number < Classes::kCount; ++number) {
      const PageSpan* before = nullptr;
      for (const PageSpan* span = lists_[number]; span != nullptr; span = span->next_listed) {
        if (span->state != PageSpan::State::kSlab || span->size_class != number ||
            Header::At(span)->summary == 0) {
          return {"a class lists what is no slab of its own with room", span};
        }
        if (span->prev_listed != before) return {"a slab's link back is wrong", span};
        before = span;
        ++listed;
      }
    }
    if (listed != with_room) return {"a slab with room is not on its list", nullptr};
    return {};
  }

 private:
  using Pool = SpanPool<Pages>;

  struct Header {
    PageSpan span;
    std::uint64_t summary;  // which words have a free object; of a large span, the payload's offset

    static Header* Of(void* p) {
      auto* last = static_cast<std::byte*>(p) - 1;
      return reinterpret_cast<Header*>(reinterpret_cast<std::uintptr_t>(last) & ~(kSlabBytes - 1));
    }
    static const Header* Of(const void* p) { return Of(const_cast<void*>(p)); }
    static const Header* At(const PageSpan* span) { return reinterpret_cast<const Header*>(span); }

    bool is_large() const { return span.state == PageSpan::State::kLarge; }
    std::uint32_t OffsetOf(const void* p) const {
      return static_cast<std::uint32_t>(static_cast<const std::byte*>(p) - span.begin());
    }
    std::uint64_t* words() { return &summary + 1; }
    const std::uint64_t* words() const { return &summary + 1; }
    bool IsFree(std::size_t object) const {
      return (words()[object / 64] >> (object % 64) & 1) != 0;
    }
  };

  // Worth of empty slabs kept. None where one at the top would hold up all that is free below it.
  static constexpr std::size_t kEmptyBytes = kTakesBackAnyRun<Pages> ? Pages::kRetainBytes / 4 : 0;
  static constexpr std::size_t kLargeOffset = 64;
  static constexpr const char* kFreedTwice = "is freed, and was free already";
  static_assert(sizeof(Header) <= kLargeOffset);

 public:
  using Classes = SlabClasses<kSlabBytes, sizeof(Header)>;

 private:
  void* TakeObject(std::size_t number) noexcept {
    PageSpan* span = lists_[number];
    if (span == nullptr) [[unlikely]] {
      span = AddSlab(number);
      if (span == nullptr) return nullptr;
    }
    auto* slab = reinterpret_cast<Header*>(span);
    const auto word = static_cast<std::size_t>(std::countr_zero(slab->summary));
    std::uint64_t& bits = slab->words()[word];
    const std::size_t object = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    bits &= bits - 1;
    if (bits == 0) {
      slab->summary &= slab->summary - 1;
      if (slab->summary == 0) Unlist(slab);
    }
    if (span->used++ == 0) [[unlikely]] {
      empty_bytes_ -= kSlabBytes;
    }
    const auto& size_class = Classes::At(number);
    return span->begin() + size_class.first + object * size_class.bytes;
  }

  // A slab of the class, empty and first on its list, or null.
  [[gnu::noinline]] PageSpan* AddSlab(std::size_t number) noexcept {
    PageSpan* span = pool_.Take(kSlabBytes, kSlabBytes);
    if (span == nullptr) return nullptr;
    auto* slab = reinterpret_cast<Header*>(span);
    span->state = PageSpan::State::kSlab;
    span->size_class = static_cast<std::uint8_t>(number);
    span->used = 0;
    const auto& size_class = Classes::At(number);
    const std::size_t words = size_class.words();
    std::fill_n(slab->words(), words, ~std::uint64_t{0});
    slab->words()[words - 1] >>= words * 64 - size_class.objects;
    slab->summary = ~std::uint64_t{0} >> (64 - words);
    ListFirst(slab);
    empty_bytes_ += kSlabBytes;
    return span;
  }

  [[gnu::noinline]] void Emptied(Header* slab) noexcept {
    empty_bytes_ += kSlabBytes;
    if (empty_bytes_ <= kEmptyBytes) return;
    empty_bytes_ -= kSlabBytes;
    Unlist(slab);
    pool_.Give(&slab->span);
  }

  [[gnu::noinline]] void* AllocateLarge(std::size_t n, std::size_t alignment) noexcept {
    if (n > kMaxRequestBytes || alignment > kMaxRequestBytes) return nullptr;
    // The payload lies at the first multiple of the alignment behind the header, but not beyond
    // the first S bytes.
    const std::size_t offset = std::clamp(alignment, kLargeOffset, kSlabBytes);
    const std::size_t bytes = RoundUpOrZero(offset + n, Pool::kPageBytes);
    PageSpan* span = alignment < kSlabBytes ? pool_.Take(bytes, kSlabBytes)
                                            : pool_.Take(bytes, alignment, kSlabBytes);
    if (span == nullptr) return nullptr;
    span->state = PageSpan::State::kLarge;
    reinterpret_cast<Header*>(span)->summary = offset;
    return span->begin() + offset;
  }

  void ListFirst(Header* slab) noexcept {
    PageSpan*& first = lists_[slab->span.size_class];
    slab->span.prev_listed = nullptr;
    slab->span.next_listed = first;
    if (first != nullptr) first->prev_listed = &slab->span;
    first = &slab->span;
  }
  void Unlist(Header* slab) noexcept {
    PageSpan* before = slab->span.prev_listed;
    PageSpan* after = slab->span.next_listed;
    (before == nullptr ? lists_[slab->span.size_class] : before->next_listed) = after;
    if (after != nullptr) after->prev_listed = before;
  }

  template <class Visitor>
  static void WalkSlab(const Header& slab, Visitor&& visit) noexcept {
    const auto& size_class = Classes::At(slab.span.size_class);
    const std::byte* at = slab.span.begin();
    visit(BlockView{at, size_class.first, nullptr, 0, BlockState::kOverhead});
    at += size_class.first;
    for (std::size_t object = 0; object < size_class.objects; ++object, at += size_class.bytes) {
      visit(BlockView{at, size_class.bytes, at, size_class.bytes,
                      slab.IsFree(object) ? BlockState::kFree : BlockState::kUsed});
    }
  }

  static Verdict CheckSlab(const Header& slab) noexcept {
    const auto& size_class = Classes::At(slab.span.size_class);
    if (slab.span.bytes != kSlabBytes || Header::Of(slab.span.begin() + 1) != &slab) {
      return {"a slab has not its size, or does not lie at a multiple of it", &slab};
    }
    std::size_t free = 0;
    std::uint64_t summary = 0;
    for (std::size_t word = 0; word < size_class.words(); ++word) {
      const std::uint64_t bits = slab.words()[word];
      free += static_cast<std::size_t>(std::popcount(bits));
      if (bits != 0) summary |= std::uint64_t{1} << word;
    }
    if (summary != slab.summary) return {"a slab's summary disagrees with its bitmap", &slab};
    if (free + slab.span.used != size_class.objects) {
      return {"a slab's count of used objects disagrees with its bitmap", &slab};
    }
    return {};
  }

  Pool pool_;
  std::array<PageSpan*, Classes::kCount> lists_{};  // slabs with room, by class
  std::size_t empty_bytes_ = 0;                     // of the slabs in which nothing is used
};

static_assert(ResizesInPlace<Slab<BufferPages>>);
static_assert(AllocatesAligned<Slab<BufferPages>>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_VARIANTS_SLAB_H_
