#include "bench/heapmap/recorded_pages.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <iterator>
#include <string>

#include "traces/trace_io.h"

namespace alloclab {
namespace {

// Of the stretch: alignments up to this fall out the same way in every run.
constexpr std::uint64_t kBaseAlignment = std::uint64_t{1} << 30;
constexpr std::uint64_t kStretchBytes = 2 * RecordedPages::kHalfBytes;

std::uint64_t SpanBytes(std::size_t n) {
  if (n == 0 || n > RecordedPages::kHalfBytes) return 0;
  return std::max(RoundUpOrZero(n, MmapPages::kPageBytes), RecordedPages::kGranuleBytes);
}

bool IsWholePages(std::uint64_t begin, std::uint64_t bytes) {
  return begin % MmapPages::kPageBytes == 0 && bytes % MmapPages::kPageBytes == 0;
}

}  // namespace

RecordedPages::RecordedPages(Listener& listener) : listener_(listener) {
  mapped_ = mmap(nullptr, kStretchBytes + kBaseAlignment, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped_ == MAP_FAILED) {
    throw TraceError(
        std::string("the system gives no 128 GiB of addresses to lay a heap out in: ") +
        std::strerror(errno) +
        "; raise the limit on address space (ulimit -v), or allow overcommitting "
        "(vm.overcommit_memory 0 or 1)");
  }
  const auto address = reinterpret_cast<std::uintptr_t>(mapped_);
  base_ = static_cast<std::byte*>(mapped_) + (kBaseAlignment - address % kBaseAlignment);
}

RecordedPages::~RecordedPages() { munmap(mapped_, kStretchBytes + kBaseAlignment); }

void RecordedPages::Hold(std::uint64_t begin, std::uint64_t bytes) {
  listener_.Held(begin, bytes);
  held_.Add(bytes);
  std::uint64_t end = begin + bytes;
  auto above = spans_.lower_bound(begin);
  if (above != spans_.end() && above->first == end) {
    end = above->second;
    above = spans_.erase(above);
  }
  if (above != spans_.begin()) {
    const auto below = std::prev(above);
    if (below->second == begin) {
      below->second = end;
      return;
    }
  }
  spans_[begin] = end;
}

bool RecordedPages::IsFree(std::uint64_t begin, std::uint64_t bytes) const {
  const auto above = spans_.lower_bound(begin);
  if (above != spans_.end() && above->first < begin + bytes) return false;
  return above == spans_.begin() || std::prev(above)->second <= begin;
}

std::uint64_t RecordedPages::HoldNext(std::uint64_t bytes) {
  const std::uint64_t room = kStretchBytes - next_;
  if (bytes == kGranuleBytes && held_.now() >= MmapPages::kHugePagesFrom) {
    bytes = RoundUpOrZero(next_ + bytes, MmapPages::kHugePageBytes) - next_;
  }
  if (bytes > room) return 0;
  Hold(next_, bytes);
  next_ += bytes;
  return bytes;
}

Span RecordedPages::Acquire(std::size_t n) noexcept {
  const std::uint64_t bytes = SpanBytes(n);
  if (bytes == 0) return {};
  std::uint64_t ceiling = kHalfBytes;
  auto at = spans_.lower_bound(kHalfBytes);
  while (at != spans_.begin()) {
    const auto& [begin, end] = *--at;
    if (ceiling - end >= bytes) break;
    ceiling = begin;
  }
  if (ceiling < bytes) return {};
  Hold(ceiling - bytes, bytes);
  return {base_ + (ceiling - bytes), bytes};
}

Span RecordedPages::AcquireWithRoom(std::size_t n) noexcept {
  const std::uint64_t bytes = SpanBytes(n);
  const std::uint64_t held = bytes == 0 ? 0 : HoldNext(bytes);
  if (held == 0) return {};
  return {base_ + (next_ - held), held};
}

std::size_t RecordedPages::Extend(const std::byte* end, std::size_t n) noexcept {
  const std::uint64_t bytes = SpanBytes(n);
  if (bytes == 0 || end == nullptr) return 0;
  const std::uint64_t begin = OffsetOf(end);
  if (begin == next_) return HoldNext(bytes);
  const std::uint64_t ceiling = begin <= kHalfBytes ? kHalfBytes : kStretchBytes;
  if (bytes > ceiling - begin || !IsFree(begin, bytes)) return 0;
  Hold(begin, bytes);
  // From a gap below next_ it may reach over it.
  if (begin >= kRoomBegin) next_ = std::max(next_, begin + bytes);
  return bytes;
}

bool RecordedPages::Release(Span span) noexcept {
  const std::uint64_t begin = OffsetOf(span.begin);
  const std::uint64_t end = begin + span.bytes;
  if (span.empty() || !IsWholePages(begin, span.bytes)) return false;
  const auto held = std::prev(spans_.upper_bound(begin));
  const std::uint64_t held_end = held->second;
  held->second = begin;
  if (held->first == begin) spans_.erase(held);
  if (end != held_end) spans_[end] = held_end;
  if (end == next_) next_ = begin;
  held_.Remove(span.bytes);
  madvise(span.begin, span.bytes, MADV_DONTNEED);
  listener_.GivenBack(begin, span.bytes);
  return true;
}

}  // namespace alloclab
