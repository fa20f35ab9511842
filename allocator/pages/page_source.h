// Where an allocator gets its memory: a page source hands out and takes back whole spans.
//
// A source is a constructor argument of an allocator and outlives it. It describes its own costs:
// kGranuleBytes is the unit worth asking for, kRetainBytes how much free memory an allocator should
// hold on to because a round trip to this source is dear (0: give back at once).

#ifndef ALLOCLAB_ALLOCATOR_PAGES_PAGE_SOURCE_H_
#define ALLOCLAB_ALLOCATOR_PAGES_PAGE_SOURCE_H_

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>

namespace alloclab {

struct Span {
  std::byte* begin = nullptr;
  std::size_t bytes = 0;

  bool empty() const { return bytes == 0; }
  std::byte* end() const { return begin + bytes; }
};

//   Acquire(n)      a new span of at least n bytes, aligned to 16, or an empty one when refused.
//   Extend(end, n)  appends at least n bytes right after `end`, the end of a span acquired before;
//                   returns how many, or 0 when the memory there is not to be had.
//   Release(span)   takes back a whole span, or its tail. False (and nothing changed) when this
//                   source cannot take back these bytes now; what the last call handed out, or the
//                   tail of it, it always can.
//   BytesHeld()     bytes handed out and not taken back. BytesPeak(): its maximum so far.
template <class P>
concept PageSource = requires(P p, const P& c, std::size_t n, const std::byte* end, Span span) {
  { p.Acquire(n) } noexcept -> std::same_as<Span>;
  { p.Extend(end, n) } noexcept -> std::same_as<std::size_t>;
  { p.Release(span) } noexcept -> std::same_as<bool>;
  { c.BytesHeld() } noexcept -> std::same_as<std::size_t>;
  { c.BytesPeak() } noexcept -> std::same_as<std::size_t>;
  requires std::same_as<decltype(P::kGranuleBytes), const std::size_t>;
  requires std::same_as<decltype(P::kRetainBytes), const std::size_t>;
  requires P::kGranuleBytes % 16 == 0 && P::kGranuleBytes > 0;
};

// Optional constant kReleasesAnywhere: spans are whole pages, and Release takes back any run of
// whole pages of a span, not only its tail; what lies before and behind stays handed out.
template <class P>
inline constexpr bool kTakesBackAnyRun = false;
template <class P>
  requires requires { P::kReleasesAnywhere; }
inline constexpr bool kTakesBackAnyRun<P> = P::kReleasesAnywhere;

// Optional power: Zero(span) makes whole pages of what was handed out zero, without writing to
// them: they hold no memory until they are touched. False when that cannot be done now; the pages
// may be zero then, or as they were. kPageBytes is the size of a page.
template <class P>
concept ZeroesPages = PageSource<P> && requires(P p, Span span) {
  { p.Zero(span) } noexcept -> std::same_as<bool>;
  requires std::same_as<decltype(P::kPageBytes), const std::size_t>;
};

// Optional power: AcquireWithRoom(n) is Acquire(n) at a place where Extend is likely to succeed.
template <class P>
concept AcquiresWithRoom = PageSource<P> && requires(P p, std::size_t n) {
  { p.AcquireWithRoom(n) } noexcept -> std::same_as<Span>;
};

// n rounded up to a multiple of `unit` (a power of two), or 0 when that does not fit in size_t.
constexpr std::size_t RoundUpOrZero(std::size_t n, std::size_t unit) {
  return n > SIZE_MAX - (unit - 1) ? 0 : (n + unit - 1) & ~(unit - 1);
}

// The accounting every source shares.
class HeldBytes {
 public:
  void Add(std::size_t bytes) {
    now_ += bytes;
    peak_ = std::max(peak_, now_);
  }
  void Remove(std::size_t bytes) { now_ -= bytes; }
  std::size_t now() const { return now_; }
  std::size_t peak() const { return peak_; }

 private:
  std::size_t now_ = 0;
  std::size_t peak_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_PAGES_PAGE_SOURCE_H_
