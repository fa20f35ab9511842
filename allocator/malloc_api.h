// The C library's allocation functions over any Allocator: argument checks, overflow, zeroing,
// resizing, errno. What a variant does not do itself (ResizesInPlace, AllocatesAligned, ...) is
// done here once, so that every edge of the C interface holds for all of them (rules C14 to C17).
//
// Errors: ENOMEM where memory is refused, EINVAL for an alignment that is not a power of two (and
// cannot be rounded up to one: Memalign). A call that succeeds may leave errno as it likes, except
// Free, which keeps it.

#ifndef ALLOCLAB_ALLOCATOR_MALLOC_API_H_
#define ALLOCLAB_ALLOCATOR_MALLOC_API_H_

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "allocator/allocator.h"

namespace alloclab {

inline constexpr std::size_t kSystemPageBytes = 4096;

// p itself; sets errno when it is null.
inline void* OrNoMemory(void* p) noexcept {
  if (p == nullptr) [[unlikely]] {
    errno = ENOMEM;
  }
  return p;
}

template <Allocator A>
void* Malloc(A& a, std::size_t n) noexcept {
  return OrNoMemory(a.Allocate(n));
}

template <Allocator A>
void Free(A& a, void* p) noexcept {
  const int saved_errno = errno;
  a.Free(p);
  errno = saved_errno;
}

// count x size zero bytes. Null when the product overflows.
template <Allocator A>
void* Calloc(A& a, std::size_t count, std::size_t size) noexcept {
  std::size_t n = 0;
  if (__builtin_mul_overflow(count, size, &n)) return OrNoMemory(nullptr);
  if constexpr (AllocatesZeroed<A>) {
    return OrNoMemory(a.AllocateZeroed(n));
  } else {
    bool zeroed = false;
    void* p = nullptr;
    if constexpr (TellsZeroed<A>) {
      p = a.Allocate(n, zeroed);
    } else {
      p = a.Allocate(n);
    }
    if (p == nullptr) return OrNoMemory(nullptr);
    return zeroed ? p : std::memset(p, 0, n);
  }
}

// The bytes are kept up to the smaller size. Realloc(null, n) is Malloc(n); Realloc(p, 0) frees p
// and returns null. When memory is refused the answer is null and p stays as it was.
template <Allocator A>
void* Realloc(A& a, void* p, std::size_t n) noexcept {
  if (p == nullptr) return Malloc(a, n);
  if (n == 0) {
    Free(a, p);
    return nullptr;
  }
  if constexpr (Reallocates<A>) {
    return OrNoMemory(a.Reallocate(p, n));
  } else {
    const std::size_t old_bytes = a.UsableSize(p);
    if constexpr (ResizesInPlace<A>) {
      if (a.TryResize(p, n)) return p;
    } else {
      if (n <= old_bytes) return p;
    }
    void* moved = a.Allocate(n);
    if (moved == nullptr) return OrNoMemory(nullptr);
    std::memcpy(moved, p, std::min(old_bytes, n));
    a.Free(p);
    return moved;
  }
}

template <Allocator A>
void* ReallocArray(A& a, void* p, std::size_t count, std::size_t size) noexcept {
  std::size_t n = 0;
  if (__builtin_mul_overflow(count, size, &n)) return OrNoMemory(nullptr);
  return Realloc(a, p, n);
}

// As glibc does it: an alignment that is not a power of two is rounded up to one. EINVAL where
// there is none that large. An allocator without AllocatesAligned refuses what is above its
// kAlignment: a pointer inside a block could not be freed.
template <Allocator A>
void* Memalign(A& a, std::size_t alignment, std::size_t n) noexcept {
  if (alignment > SIZE_MAX / 2 + 1) {
    errno = EINVAL;
    return nullptr;
  }
  alignment = std::bit_ceil(alignment);
  if (alignment <= A::kAlignment) return Malloc(a, n);
  if constexpr (AllocatesAligned<A>) {
    return OrNoMemory(a.AllocateAligned(n, alignment));
  } else {
    return OrNoMemory(nullptr);
  }
}

// As C has it: the alignment must be a power of two. C17 no longer asks that n be a multiple of it.
template <Allocator A>
void* AlignedAlloc(A& a, std::size_t alignment, std::size_t n) noexcept {
  if (!std::has_single_bit(alignment)) {
    errno = EINVAL;
    return nullptr;
  }
  return Memalign(a, alignment, n);
}

// Returns 0, EINVAL or ENOMEM and keeps errno; *result is written on success only.
template <Allocator A>
int PosixMemalign(A& a, void** result, std::size_t alignment, std::size_t n) noexcept {
  if (!std::has_single_bit(alignment) || alignment % sizeof(void*) != 0) return EINVAL;
  const int saved_errno = errno;
  void* p = Memalign(a, alignment, n);
  errno = saved_errno;
  if (p == nullptr) return ENOMEM;
  *result = p;
  return 0;
}

template <Allocator A>
void* Valloc(A& a, std::size_t n) noexcept {
  return Memalign(a, kSystemPageBytes, n);
}

// As Valloc, with n rounded up to whole pages (at least one).
template <Allocator A>
void* Pvalloc(A& a, std::size_t n) noexcept {
  if (n > kMaxRequestBytes - kSystemPageBytes) return OrNoMemory(nullptr);
  const std::size_t pages = std::max<std::size_t>((n + kSystemPageBytes - 1) / kSystemPageBytes, 1);
  return Valloc(a, pages * kSystemPageBytes);
}

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_MALLOC_API_H_
