// A page source at addresses that are the same in every run, which tells a listener what is held.
//
// It hands out as MmapPages does: the same sizes, spans for Acquire from high to low addresses as
// the system places mappings, spans that want room from low to high. But the whole lies in one
// stretch of address space taken beforehand, so an address is told as its distance from the
// beginning of that stretch, and no other mapping is ever in the way.
//
//     | ... not held ... | span | span |  gap  | span, with room | span | ... not held ... |
//     0                     <- Acquire ^ kHalfBytes                     ^ next_
//
// Memory is taken only where it is written to, and what is given back reads as zero again.

#ifndef ALLOCLAB_BENCH_HEAPMAP_RECORDED_PAGES_H_
#define ALLOCLAB_BENCH_HEAPMAP_RECORDED_PAGES_H_

#include <cstddef>
#include <cstdint>
#include <map>

#include "allocator/pages/mmap_pages.h"
#include "allocator/pages/page_source.h"

namespace alloclab {

class RecordedPages {
 public:
  static constexpr std::size_t kGranuleBytes = MmapPages::kGranuleBytes;
  static constexpr std::size_t kRetainBytes = MmapPages::kRetainBytes;
  static constexpr bool kReleasesAnywhere = MmapPages::kReleasesAnywhere;
  // The most that either half can hold; more is refused. Between the halves is a gap, so that no
  // span of the lower ever grows into the upper.
  static constexpr std::uint64_t kHalfBytes = std::uint64_t{1} << 36;
  static constexpr std::uint64_t kRoomBegin = kHalfBytes + MmapPages::kHugePageBytes;

  // Learns of every span, as distances from base().
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void Held(std::uint64_t begin, std::uint64_t bytes) = 0;
    virtual void GivenBack(std::uint64_t begin, std::uint64_t bytes) = 0;
  };

  // The listener outlives the source. Throws TraceError when the system has no addresses to give.
  explicit RecordedPages(Listener& listener);
  ~RecordedPages();
  RecordedPages(const RecordedPages&) = delete;
  RecordedPages& operator=(const RecordedPages&) = delete;

  // At the highest free place below kHalfBytes. O(spans that have gaps between them).
  Span Acquire(std::size_t n) noexcept;
  // At next_, in steps of huge pages once the heap is large, as MmapPages.
  Span AcquireWithRoom(std::size_t n) noexcept;
  std::size_t Extend(const std::byte* end, std::size_t n) noexcept;
  // Any run of whole pages.
  bool Release(Span span) noexcept;

  std::size_t BytesHeld() const noexcept { return held_.now(); }
  std::size_t BytesPeak() const noexcept { return held_.peak(); }

  const std::byte* base() const { return base_; }
  // The distance of an address inside a span.
  std::uint64_t OffsetOf(const void* p) const {
    return static_cast<std::uint64_t>(static_cast<const std::byte*>(p) - base_);
  }

 private:
  void Hold(std::uint64_t begin, std::uint64_t bytes);
  bool IsFree(std::uint64_t begin, std::uint64_t bytes) const;
  // How many bytes are held from next_ on now: at least `bytes`, or 0 when the half is full.
  std::uint64_t HoldNext(std::uint64_t bytes);

  Listener& listener_;
  void* mapped_ = nullptr;
  std::byte* base_ = nullptr;
  std::uint64_t next_ = kRoomBegin;
  std::map<std::uint64_t, std::uint64_t> spans_;  // begin -> end; neighbours are one
  HeldBytes held_;
};
static_assert(AcquiresWithRoom<RecordedPages>);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_RECORDED_PAGES_H_
