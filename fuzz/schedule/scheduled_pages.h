// ScheduledPages: a page source before each of whose calls is a point of the scheduler. So a heap
// that is in the middle of growing or giving back can be met there by another thread.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_SCHEDULED_PAGES_H_
#define ALLOCLAB_FUZZ_SCHEDULE_SCHEDULED_PAGES_H_

#include <utility>

#include "allocator/pages/page_source.h"
#include "fuzz/schedule/scheduled_sync.h"

namespace alloclab {

template <PageSource Inner>
class ScheduledPages {
 public:
  static constexpr std::size_t kGranuleBytes = Inner::kGranuleBytes;
  static constexpr std::size_t kRetainBytes = Inner::kRetainBytes;
  static constexpr bool kReleasesAnywhere = kTakesBackAnyRun<Inner>;

  template <class... Args>
  explicit ScheduledPages(Args&&... args) noexcept : inner_(std::forward<Args>(args)...) {}

  Span Acquire(std::size_t n) noexcept {
    ReachPoint("acquire", this);
    return inner_.Acquire(n);
  }
  std::size_t Extend(const std::byte* end, std::size_t n) noexcept {
    ReachPoint("extend", this);
    return inner_.Extend(end, n);
  }
  bool Release(Span span) noexcept {
    ReachPoint("release", this);
    return inner_.Release(span);
  }
  // The next `count` requests are refused.
  void Refuse(std::uint64_t count) noexcept {
    ReachPoint("refuse", this);
    inner_.Refuse(0, count);
  }

  std::size_t BytesHeld() const noexcept { return inner_.BytesHeld(); }
  std::size_t BytesPeak() const noexcept { return inner_.BytesPeak(); }

 private:
  Inner inner_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_SCHEDULED_PAGES_H_
