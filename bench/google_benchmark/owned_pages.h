// MmapPages that take everything back in the end.
//
// An allocator does not give back its pages when it ends (and `bump` never does): a benchmark that
// runs one after another in a single process would keep them all. Spans come and go seldom, a
// quarter of a megabyte at a time, so keeping a list of them does not show.

#ifndef ALLOCLAB_BENCH_GOOGLE_BENCHMARK_OWNED_PAGES_H_
#define ALLOCLAB_BENCH_GOOGLE_BENCHMARK_OWNED_PAGES_H_

#include <cstddef>
#include <functional>
#include <iterator>
#include <map>

#include "allocator/pages/mmap_pages.h"

namespace alloclab {

class OwnedPages {
 public:
  static constexpr std::size_t kGranuleBytes = MmapPages::kGranuleBytes;
  static constexpr std::size_t kRetainBytes = MmapPages::kRetainBytes;
  static constexpr bool kReleasesAnywhere = MmapPages::kReleasesAnywhere;

  OwnedPages() = default;
  ~OwnedPages() {
    for (const auto& [begin, end] : spans_) {
      pages_.Release({begin, static_cast<std::size_t>(end - begin)});
    }
  }
  OwnedPages(const OwnedPages&) = delete;
  OwnedPages& operator=(const OwnedPages&) = delete;

  Span Acquire(std::size_t n) noexcept { return Remember(pages_.Acquire(n)); }
  Span AcquireWithRoom(std::size_t n) noexcept { return Remember(pages_.AcquireWithRoom(n)); }

  std::size_t Extend(const std::byte* end, std::size_t n) noexcept {
    const std::size_t added = pages_.Extend(end, n);
    if (added > 0) Holding(end - 1)->second += added;
    return added;
  }

  bool Release(Span span) noexcept {
    if (!pages_.Release(span)) return false;
    const auto held = Holding(span.begin);
    std::byte* const end = held->second;
    held->second = span.begin;
    if (held->first == span.begin) spans_.erase(held);
    if (span.end() != end) spans_[span.end()] = end;
    return true;
  }

  std::size_t BytesHeld() const noexcept { return pages_.BytesHeld(); }
  std::size_t BytesPeak() const noexcept { return pages_.BytesPeak(); }

 private:
  using Spans = std::map<std::byte*, std::byte*, std::less<>>;  // begin -> end

  Span Remember(Span span) {
    if (!span.empty()) spans_[span.begin] = span.end();
    return span;
  }

  // The span that `address` lies in. It is there: nothing else was handed out.
  Spans::iterator Holding(const std::byte* address) {
    return std::prev(spans_.upper_bound(const_cast<std::byte*>(address)));
  }

  MmapPages pages_;
  Spans spans_;
};
static_assert(AcquiresWithRoom<OwnedPages>);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_GOOGLE_BENCHMARK_OWNED_PAGES_H_
