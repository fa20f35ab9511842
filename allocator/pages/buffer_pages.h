// A page source over a caller's buffer: embedded use without an operating system, and fuzzing,
// where a small buffer makes exhaustion reachable.
//
// The spans handed out are a prefix of the buffer: [begin, top) is held, [top, end) is not. So only
// the tail of what is held can come back.

#ifndef ALLOCLAB_ALLOCATOR_PAGES_BUFFER_PAGES_H_
#define ALLOCLAB_ALLOCATOR_PAGES_BUFFER_PAGES_H_

#include <cstdint>
#include <span>

#include "allocator/pages/page_source.h"

namespace alloclab {

class BufferPages {
 public:
  // A buffer costs nothing to take from or give back to, so small steps and nothing retained.
  static constexpr std::size_t kGranuleBytes = 256;
  static constexpr std::size_t kRetainBytes = 0;

  // The bytes before the first 16-byte boundary of `buffer`, and past the last, are not used.
  explicit BufferPages(std::span<std::byte> buffer) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(buffer.data());
    const std::size_t skip = (16 - address % 16) % 16;
    if (buffer.size() < skip) return;
    begin_ = top_ = buffer.data() + skip;
    end_ = begin_ + ((buffer.size() - skip) & ~std::size_t{15});
  }

  Span Acquire(std::size_t n) noexcept {
    const std::size_t bytes = Step(n);
    if (bytes == 0) return {};
    const Span span{top_, bytes};
    top_ += bytes;
    held_.Add(bytes);
    return span;
  }

  std::size_t Extend(const std::byte* end, std::size_t n) noexcept {
    return end == top_ && top_ != begin_ ? Acquire(n).bytes : 0;
  }

  bool Release(Span span) noexcept {
    if (span.end() != top_) return false;
    top_ = span.begin;
    held_.Remove(span.bytes);
    return true;
  }

  std::size_t BytesHeld() const noexcept { return held_.now(); }
  std::size_t BytesPeak() const noexcept { return held_.peak(); }

 private:
  // n rounded up to a whole granule, or to all that is left when a granule no longer fits; 0 when
  // n itself does not fit.
  std::size_t Step(std::size_t n) const noexcept {
    const auto left = static_cast<std::size_t>(end_ - top_);
    if (n == 0 || n > left) return 0;
    return std::min(RoundUpOrZero(n, kGranuleBytes), left);
  }

  std::byte* begin_ = nullptr;
  std::byte* top_ = nullptr;
  std::byte* end_ = nullptr;
  HeldBytes held_;
};
static_assert(PageSource<BufferPages>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_PAGES_BUFFER_PAGES_H_
