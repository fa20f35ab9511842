#include "allocator/pages/mmap_pages.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstdint>

namespace alloclab {
namespace {

std::size_t MappingBytes(std::size_t n) {
  if (n == 0 || n > PTRDIFF_MAX) return 0;
  return std::max(RoundUpOrZero(n, MmapPages::kPageBytes), MmapPages::kGranuleBytes);
}

bool IsWholePages(Span span) {
  return reinterpret_cast<std::uintptr_t>(span.begin) % MmapPages::kPageBytes == 0 &&
         span.bytes % MmapPages::kPageBytes == 0;
}

// Whoever is asked for memory keeps the caller's errno.
class KeepErrno {
 public:
  KeepErrno() = default;
  ~KeepErrno() { errno = saved_; }
  KeepErrno(const KeepErrno&) = delete;
  KeepErrno& operator=(const KeepErrno&) = delete;

 private:
  int saved_ = errno;
};

// Maps `bytes` bytes at `place` if nothing is there (anywhere when null), or returns null.
std::byte* Map(void* place, std::size_t bytes, int access, int more_flags = 0) {
  const int flags =
      MAP_PRIVATE | MAP_ANONYMOUS | more_flags | (place == nullptr ? 0 : MAP_FIXED_NOREPLACE);
  void* mapped = mmap(place, bytes, access, flags, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  // Kernels before 4.17 take MAP_FIXED_NOREPLACE for a mere hint.
  if (place != nullptr && mapped != place) {
    munmap(mapped, bytes);
    return nullptr;
  }
  return static_cast<std::byte*>(mapped);
}

constexpr int kReadWrite = PROT_READ | PROT_WRITE;

}  // namespace

std::size_t MmapPages::MapNext(std::size_t bytes) noexcept {
  const auto room = static_cast<std::size_t>(room_end_ - next_);
  if (bytes > room) return 0;
  if (bytes == kGranuleBytes && held_.now() >= kHugePagesFrom) {
    const auto at = reinterpret_cast<std::uintptr_t>(next_);
    const std::size_t huge = RoundUpOrZero(at + bytes, kHugePageBytes) - at;
    if (huge <= room && Map(next_, huge, kReadWrite) != nullptr) {
      madvise(next_, huge, MADV_HUGEPAGE);  // advice: without it all works, slower
      next_ += huge;
      return huge;
    }
  }
  const int populate = bytes == kGranuleBytes ? MAP_POPULATE : 0;
  if (Map(next_, bytes, kReadWrite, populate) == nullptr) return 0;
  next_ += bytes;
  return bytes;
}

std::byte* MmapPages::MapAtNewPlace(std::size_t bytes) noexcept {
  // bytes is at most PTRDIFF_MAX, rounded up: the sum does not wrap.
  std::byte* begin = Map(nullptr, bytes + kRoomBytes, PROT_NONE);
  if (begin != nullptr) {
    std::byte* end = begin + bytes;
    // Made accessible where it is: between an unmapping and a mapping, another thread could come.
    if (mprotect(begin, bytes, kReadWrite) == 0 && munmap(end, kRoomBytes) == 0) {
      next_ = end;
      room_end_ = end + kRoomBytes;
      return begin;
    }
    munmap(begin, bytes + kRoomBytes);  // all of it is still ours
  }
  // With a limit on addresses there may be none for room.
  return Map(nullptr, bytes, kReadWrite);
}

Span MmapPages::Acquire(std::size_t n) noexcept {
  const std::size_t bytes = MappingBytes(n);
  if (bytes == 0) return {};
  const KeepErrno keep;
  std::byte* begin = Map(nullptr, bytes, kReadWrite);
  if (begin == nullptr) return {};
  held_.Add(bytes);
  return {begin, bytes};
}

Span MmapPages::AcquireWithRoom(std::size_t n) noexcept {
  const std::size_t bytes = MappingBytes(n);
  if (bytes == 0) return {};
  const KeepErrno keep;
  const std::size_t mapped = MapNext(bytes);
  const Span span = mapped != 0 ? Span{next_ - mapped, mapped} : Span{MapAtNewPlace(bytes), bytes};
  if (span.begin == nullptr) return {};
  held_.Add(span.bytes);
  return span;
}

std::size_t MmapPages::Extend(const std::byte* end, std::size_t n) noexcept {
  const std::size_t bytes = MappingBytes(n);
  if (bytes == 0 || end == nullptr) return 0;
  const KeepErrno keep;
  std::size_t mapped = 0;
  if (end == next_) {
    mapped = MapNext(bytes);
  } else if (Map(const_cast<std::byte*>(end), bytes, kReadWrite) != nullptr) {
    mapped = bytes;
  }
  held_.Add(mapped);
  return mapped;
}

bool MmapPages::Release(Span span) noexcept {
  if (!IsWholePages(span)) return false;
  const KeepErrno keep;
  // Unmapping the middle of a mapping splits it, which the kernel may refuse (vm.max_map_count).
  if (munmap(span.begin, span.bytes) != 0) return false;
  if (span.end() == next_) next_ = span.begin;
  held_.Remove(span.bytes);
  return true;
}

bool MmapPages::Zero(Span span) noexcept {
  if (!IsWholePages(span)) return false;
  const KeepErrno keep;
  // The kernel takes the pages away, and gives pages of zeros when they are next touched.
  return madvise(span.begin, span.bytes, MADV_DONTNEED) == 0;
}

}  // namespace alloclab
