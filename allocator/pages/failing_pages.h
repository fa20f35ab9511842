// A page source that refuses by plan: another source, except that chosen requests fail. Sweeping
// the refusal over 1, 2, 3, ... visits every out-of-memory path of an allocator.

#ifndef ALLOCLAB_ALLOCATOR_PAGES_FAILING_PAGES_H_
#define ALLOCLAB_ALLOCATOR_PAGES_FAILING_PAGES_H_

#include <cstdint>
#include <utility>

#include "allocator/pages/page_source.h"

namespace alloclab {

template <PageSource Inner>
class FailingPages {
 public:
  static constexpr std::size_t kGranuleBytes = Inner::kGranuleBytes;
  static constexpr std::size_t kRetainBytes = Inner::kRetainBytes;
  static constexpr bool kReleasesAnywhere = kTakesBackAnyRun<Inner>;

  template <class... Args>
  explicit FailingPages(Args&&... args) noexcept : inner_(std::forward<Args>(args)...) {}

  // Refuses `count` requests in a row, after `after` more that pass.
  void Refuse(std::uint64_t after, std::uint64_t count) noexcept {
    first_refused_ = requests_ + after;
    end_refused_ = first_refused_ + count;
  }

  Span Acquire(std::size_t n) noexcept { return Refused() ? Span{} : inner_.Acquire(n); }
  Span AcquireWithRoom(std::size_t n) noexcept
    requires AcquiresWithRoom<Inner>
  {
    return Refused() ? Span{} : inner_.AcquireWithRoom(n);
  }
  std::size_t Extend(const std::byte* end, std::size_t n) noexcept {
    return Refused() ? 0 : inner_.Extend(end, n);
  }
  bool Release(Span span) noexcept { return inner_.Release(span); }

  std::size_t BytesHeld() const noexcept { return inner_.BytesHeld(); }
  std::size_t BytesPeak() const noexcept { return inner_.BytesPeak(); }

  // Requests so far (Acquire and Extend), and how many of them were refused.
  std::uint64_t requests() const noexcept { return requests_; }
  std::uint64_t refused() const noexcept { return refused_; }

 private:
  bool Refused() noexcept {
    const std::uint64_t number = requests_++;
    const bool refuse = number >= first_refused_ && number < end_refused_;
    refused_ += refuse ? 1 : 0;
    return refuse;
  }

  Inner inner_;
  std::uint64_t requests_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t first_refused_ = 0;
  std::uint64_t end_refused_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_PAGES_FAILING_PAGES_H_
