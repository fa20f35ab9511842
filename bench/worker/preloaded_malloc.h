// The malloc of a preloaded library, as the checked pass sees it.

#ifndef ALLOCLAB_BENCH_WORKER_PRELOADED_MALLOC_H_
#define ALLOCLAB_BENCH_WORKER_PRELOADED_MALLOC_H_

#include <algorithm>
#include <bit>
#include <cstddef>

#include "allocator/variants/system.h"

namespace alloclab {

// System with the weaker promise that C makes: a block is aligned for every object that fits into
// it. jemalloc, mimalloc and tcmalloc give 8 bytes on an 8-byte boundary, and are right to; our own
// variants and glibc promise 16 for every block.
template <class Pages>
class PreloadedMalloc {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = true;
  static constexpr bool kOpaque = true;

  // Bytes, for a request of n bytes.
  static constexpr std::size_t AlignmentOf(std::size_t n) noexcept {
    return std::min(std::bit_floor(std::max<std::size_t>(n, 1)), kAlignment);
  }

  explicit PreloadedMalloc(Pages& pages) noexcept : system_(pages) {}

  void* Allocate(std::size_t n) noexcept { return system_.Allocate(n); }
  void Free(void* p) noexcept { system_.Free(p); }
  std::size_t UsableSize(const void* p) const noexcept { return system_.UsableSize(p); }
  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept {
    return system_.AllocateAligned(n, alignment);
  }
  void* AllocateZeroed(std::size_t n) noexcept { return system_.AllocateZeroed(n); }
  void* Reallocate(void* p, std::size_t n) noexcept { return system_.Reallocate(p, n); }
  template <class Visitor>
  void Walk(Visitor&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }

 private:
  System<Pages> system_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_PRELOADED_MALLOC_H_
