// A page source over anonymous private mappings. Whatever comes back is really unmapped.
//
// The system places mappings downward, each below the last, where none could ever be extended. For
// a heap that wants to grow in place, a place is chosen here, with room above, and filled upward:
//
//     | span | span | span, extended |        room, not mapped       | a library, ...
//                                    ^ next_                         ^ room_end_
//
// Room is nothing but addresses: it is found by mapping it without access, and unmapped at once. So
// others may map there, and the system does, from its upper end down; what they have is never
// mapped over. A span that meets it is followed by one at a new place.

#ifndef ALLOCLAB_ALLOCATOR_PAGES_MMAP_PAGES_H_
#define ALLOCLAB_ALLOCATOR_PAGES_MMAP_PAGES_H_

#include "allocator/pages/page_source.h"

namespace alloclab {

class MmapPages {
 public:
  // A mapping costs a system call, and each page of it a fault and its clearing, which is as dear
  // as a hundred small allocations: ask for 256 KiB at a time, and keep 4 MiB before giving back,
  // so that a program whose memory swells and shrinks by a few mebibytes pays for them once.
  static constexpr std::size_t kGranuleBytes = std::size_t{256} << 10;
  static constexpr std::size_t kRetainBytes = std::size_t{4} << 20;
  static constexpr std::size_t kPageBytes = 4096;
  // From so much on in hand, growth goes from one huge page to the next: a fault for each instead
  // of 512 takes a fifth of the time, at the price of at most one more than is needed.
  static constexpr std::size_t kHugePagesFrom = std::size_t{4} << 20;
  static constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;
  // Addresses looked for beyond what a span needs.
  static constexpr std::size_t kRoomBytes = std::size_t{1} << 30;
  static constexpr bool kReleasesAnywhere = true;

  // Sizes are rounded up to a page above the granule, to the granule below it. errno is kept.
  Span Acquire(std::size_t n) noexcept;
  // A granule behind other spans will be filled by small blocks, so the system is asked for its
  // pages at once.
  Span AcquireWithRoom(std::size_t n) noexcept;
  // Maps at exactly `end` if nothing else is there.
  std::size_t Extend(const std::byte* end, std::size_t n) noexcept;
  // Any run of whole pages.
  bool Release(Span span) noexcept;
  // False for what is no run of whole pages, and for pages that are locked in memory (mlock).
  bool Zero(Span span) noexcept;

  std::size_t BytesHeld() const noexcept { return held_.now(); }
  std::size_t BytesPeak() const noexcept { return held_.peak(); }

 private:
  // Maps at least `bytes` at next_, and returns how many; 0 when room or system refuse.
  std::size_t MapNext(std::size_t bytes) noexcept;
  // Maps `bytes` at a new place, with room above if that is to be had; null when refused.
  std::byte* MapAtNewPlace(std::size_t bytes) noexcept;

  std::byte* next_ = nullptr;
  std::byte* room_end_ = nullptr;
  HeldBytes held_;
};
static_assert(ZeroesPages<MmapPages> && AcquiresWithRoom<MmapPages>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_PAGES_MMAP_PAGES_H_
