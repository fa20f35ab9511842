// system: whatever malloc the process has. In a plain process that is glibc; under LD_PRELOAD it is
// the library that was loaded. It cannot be seen into (kOpaque), and takes no memory from `Pages`.

#ifndef ALLOCLAB_ALLOCATOR_VARIANTS_SYSTEM_H_
#define ALLOCLAB_ALLOCATOR_VARIANTS_SYSTEM_H_

#include <malloc.h>

#include <cstdlib>

#include "allocator/allocator.h"
#include "allocator/pages/buffer_pages.h"

namespace alloclab {

template <PageSource Pages>
class System {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = true;
  static constexpr bool kOpaque = true;

  explicit System(Pages&) noexcept {}

  void* Allocate(std::size_t n) noexcept { return malloc(n); }
  void Free(void* p) noexcept { free(p); }
  std::size_t UsableSize(const void* p) const noexcept {
    return malloc_usable_size(const_cast<void*>(p));
  }
  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept {
    if (alignment <= kAlignment) return malloc(n);
    void* p = nullptr;
    return posix_memalign(&p, alignment, n) == 0 ? p : nullptr;
  }
  void* AllocateZeroed(std::size_t n) noexcept { return calloc(1, n); }
  void* Reallocate(void* p, std::size_t n) noexcept { return realloc(p, n); }

  template <class Visitor>
  void Walk(Visitor&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }
};

static_assert(Allocator<System<BufferPages>>);
static_assert(AllocatesAligned<System<BufferPages>>);
static_assert(AllocatesZeroed<System<BufferPages>>);
static_assert(Reallocates<System<BufferPages>>);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_VARIANTS_SYSTEM_H_
