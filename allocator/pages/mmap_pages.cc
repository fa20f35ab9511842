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

// Maps `bytes` bytes at `hint` (anywhere when null), or returns null. errno is the caller's.
std::byte* Map(void* hint, std::size_t bytes) {
  const int saved_errno = errno;
  const int fixed = hint == nullptr ? 0 : MAP_FIXED_NOREPLACE;
  void* mapped =
      mmap(hint, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | fixed, -1, 0);
  errno = saved_errno;
  if (mapped == MAP_FAILED) return nullptr;
  // Kernels before 4.17 take MAP_FIXED_NOREPLACE for a mere hint.
  if (hint != nullptr && mapped != hint) {
    munmap(mapped, bytes);
    return nullptr;
  }
  return static_cast<std::byte*>(mapped);
}

}  // namespace

Span MmapPages::Acquire(std::size_t n) noexcept {
  const std::size_t bytes = MappingBytes(n);
  if (bytes == 0) return {};
  std::byte* begin = Map(nullptr, bytes);
  if (begin == nullptr) return {};
  held_.Add(bytes);
  return {begin, bytes};
}

std::size_t MmapPages::Extend(const std::byte* end, std::size_t n) noexcept {
  const std::size_t bytes = MappingBytes(n);
  if (bytes == 0 || end == nullptr) return 0;
  if (Map(const_cast<std::byte*>(end), bytes) == nullptr) return 0;
  held_.Add(bytes);
  return bytes;
}

bool MmapPages::Release(Span span) noexcept {
  if (!IsWholePages(span)) return false;
  const int saved_errno = errno;
  // Unmapping the middle of a mapping splits it, which the kernel may refuse (vm.max_map_count).
  const bool unmapped = munmap(span.begin, span.bytes) == 0;
  errno = saved_errno;
  if (unmapped) held_.Remove(span.bytes);
  return unmapped;
}

bool MmapPages::Zero(Span span) noexcept {
  if (!IsWholePages(span)) return false;
  const int saved_errno = errno;
  // The kernel takes the pages away, and gives pages of zeros when they are next touched.
  const bool dropped = madvise(span.begin, span.bytes, MADV_DONTNEED) == 0;
  errno = saved_errno;
  return dropped;
}

}  // namespace alloclab
