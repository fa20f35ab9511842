// A library with the functions of malloc in which one thing at a time can be wrong: what the target
// has to find. Each block is a mapping of its own, behind a header; that is slow, and easily right.
//
//     | header | ...                 | payload ........ |
//     ^ the mapping                    ^ at the alignment; before it lies where its header is

#include "fuzz/preload_abi/broken_malloc.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>

namespace {

using alloclab::Wrong;

Wrong wrong = Wrong::kNothing;

struct Header {
  std::size_t mapped;
  std::size_t usable;
};

constexpr std::size_t kPage = 4096;

Header*& HeaderOf(void* p) { return static_cast<Header**>(p)[-1]; }

void* Refuse(int error) {
  if (wrong != Wrong::kErrnoOfRefusals) errno = error;
  return nullptr;
}

void* Map(std::size_t n, std::size_t alignment) {
  if (wrong == Wrong::kAbsurdSizes && n > PTRDIFF_MAX) n = 1;
  if (n > PTRDIFF_MAX || alignment > PTRDIFF_MAX) return Refuse(ENOMEM);
  // Even what is aligned wrongly is aligned to a word.
  const std::size_t given = wrong == Wrong::kAlignment && alignment > 16 ? 16 : alignment;
  const std::size_t mapped = kPage + n + alignment;
  void* memory = mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return Refuse(ENOMEM);
  auto* header = new (memory) Header{mapped, n};
  auto* p = reinterpret_cast<std::byte*>(header + 1) + sizeof(Header*);
  p += -reinterpret_cast<std::uintptr_t>(p) & (given - 1);
  if (wrong == Wrong::kAlignment && alignment > 16) {
    p += reinterpret_cast<std::uintptr_t>(p) % alignment == 0 ? 16 : 0;
  }
  HeaderOf(p) = header;
  return p;
}

// A sanitizer believes what is declared of memalign, and looks whether it is true of what is
// returned to a caller; this is called in its place.
void* Aligned(std::size_t alignment, std::size_t n) {
  if (alignment > SIZE_MAX / 2 + 1) return Refuse(EINVAL);
  return Map(n, std::max<std::size_t>(std::bit_ceil(alignment), 16));
}

}  // namespace

extern "C" {

// C23's, which the C library does not declare yet.
void free_sized(void* p, std::size_t n) noexcept;
void free_aligned_sized(void* p, std::size_t alignment, std::size_t n) noexcept;
void cfree(void* p) noexcept;

void SetWrong(Wrong what) { wrong = what; }

void* malloc(std::size_t n) noexcept { return Map(n, 16); }

void free(void* p) noexcept {
  if (wrong == Wrong::kErrnoOfFree) errno = EBUSY;
  if (p == nullptr) return;
  const int saved = errno;
  Header* header = HeaderOf(p);
  munmap(header, header->mapped);
  errno = saved;
}

std::size_t malloc_usable_size(void* p) noexcept {
  if (p == nullptr) return wrong == Wrong::kUsableSizeOfNull ? 1 : 0;
  const std::size_t usable = HeaderOf(p)->usable;
  return wrong == Wrong::kUsableSize && usable > 100 ? usable - 1 : usable;
}

void* calloc(std::size_t count, std::size_t size) noexcept {
  std::size_t n = 0;
  const bool over = __builtin_mul_overflow(count, size, &n);
  if (over && wrong != Wrong::kProducts) return Refuse(ENOMEM);
  void* p = Map(n, 16);
  // What a reused block would hold.
  if (wrong == Wrong::kZeroing && p != nullptr && n > 40) static_cast<char*>(p)[40] = 1;
  return p;
}

void* realloc(void* p, std::size_t n) noexcept {
  if (p == nullptr) return malloc(n);
  if (n == 0) {
    if (wrong == Wrong::kResizeToNothing) return p;
    free(p);
    return nullptr;
  }
  if (wrong == Wrong::kRefusedResize && n > PTRDIFF_MAX) memset(p, 0, malloc_usable_size(p));
  void* moved = Map(n, 16);
  if (moved == nullptr) return nullptr;
  std::size_t kept = std::min(n, malloc_usable_size(p));
  if (wrong == Wrong::kKeptBytes) kept /= 2;
  memcpy(moved, p, kept);
  free(p);
  return moved;
}

void* reallocarray(void* p, std::size_t count, std::size_t size) noexcept {
  std::size_t n = 0;
  if (__builtin_mul_overflow(count, size, &n)) return Refuse(ENOMEM);
  return realloc(p, n);
}

void* memalign(std::size_t alignment, std::size_t n) noexcept { return Aligned(alignment, n); }

void* aligned_alloc(std::size_t alignment, std::size_t n) noexcept {
  if (!std::has_single_bit(alignment) && wrong != Wrong::kOddAlignments) return Refuse(EINVAL);
  return Aligned(alignment, n);
}

int posix_memalign(void** result, std::size_t alignment, std::size_t n) noexcept {
  if (!std::has_single_bit(alignment) || alignment % sizeof(void*) != 0) return EINVAL;
  const int saved = errno;
  void* p = Aligned(alignment, n);
  if (wrong != Wrong::kErrnoOfPosix) errno = saved;
  if (p == nullptr) return ENOMEM;
  *result = p;
  return 0;
}

void* valloc(std::size_t n) noexcept { return Aligned(kPage, n); }

void* pvalloc(std::size_t n) noexcept {
  if (n > PTRDIFF_MAX - kPage) return Refuse(ENOMEM);
  const std::size_t pages = std::max<std::size_t>((n + kPage - 1) / kPage, 1);
  return Aligned(kPage, wrong == Wrong::kWholePages ? n : pages * kPage);
}

void cfree(void* p) noexcept { free(p); }

void free_sized(void* p, std::size_t) noexcept { free(p); }

void free_aligned_sized(void* p, std::size_t, std::size_t) noexcept { free(p); }

}  // extern "C"
