// A page source over anonymous private mappings. Whatever comes back is really unmapped.

#ifndef ALLOCLAB_ALLOCATOR_PAGES_MMAP_PAGES_H_
#define ALLOCLAB_ALLOCATOR_PAGES_MMAP_PAGES_H_

#include "allocator/pages/page_source.h"

namespace alloclab {

class MmapPages {
 public:
  // A mapping costs a system call and a page fault for each page touched: ask for 256 KiB at a time
  // and keep as much before giving back.
  static constexpr std::size_t kGranuleBytes = std::size_t{256} << 10;
  static constexpr std::size_t kRetainBytes = std::size_t{256} << 10;
  static constexpr std::size_t kPageBytes = 4096;
  static constexpr bool kReleasesAnywhere = true;

  // Sizes are rounded up to a page above the granule, to the granule below it. errno is kept.
  Span Acquire(std::size_t n) noexcept;
  // Maps at exactly `end` if nothing else is there.
  std::size_t Extend(const std::byte* end, std::size_t n) noexcept;
  // Any run of whole pages.
  bool Release(Span span) noexcept;
  // False for what is no run of whole pages, and for pages that are locked in memory (mlock).
  bool Zero(Span span) noexcept;

  std::size_t BytesHeld() const noexcept { return held_.now(); }
  std::size_t BytesPeak() const noexcept { return held_.peak(); }

 private:
  HeldBytes held_;
};
static_assert(PageSource<MmapPages> && ZeroesPages<MmapPages>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_PAGES_MMAP_PAGES_H_
