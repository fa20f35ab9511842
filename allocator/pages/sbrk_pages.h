// A page source over the real program break, the oldest one there is.
//
// The break belongs to the whole process: somebody else's sbrk between two of ours is tolerated.
// Our next span then starts above theirs (Extend refuses), and Release refuses until the break is
// ours again. Not thread-safe against a foreign sbrk in the middle of one of these calls; nobody
// can be.

#ifndef ALLOCLAB_ALLOCATOR_PAGES_SBRK_PAGES_H_
#define ALLOCLAB_ALLOCATOR_PAGES_SBRK_PAGES_H_

#include "allocator/pages/page_source.h"

namespace alloclab {

class SbrkPages {
 public:
  // As glibc's M_TOP_PAD and M_TRIM_THRESHOLD defaults: 128 KiB.
  static constexpr std::size_t kGranuleBytes = std::size_t{128} << 10;
  static constexpr std::size_t kRetainBytes = std::size_t{128} << 10;

  Span Acquire(std::size_t n) noexcept;
  std::size_t Extend(const std::byte* end, std::size_t n) noexcept;
  bool Release(Span span) noexcept;

  std::size_t BytesHeld() const noexcept { return held_.now(); }
  std::size_t BytesPeak() const noexcept { return held_.peak(); }

 private:
  HeldBytes held_;
};
static_assert(PageSource<SbrkPages>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_PAGES_SBRK_PAGES_H_
