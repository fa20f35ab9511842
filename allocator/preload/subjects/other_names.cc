// The C library's other names for its allocation functions. A program that calls one of them may
// free the block under another name, so all of them must lead to the same heap.

#include <dlfcn.h>
#include <malloc.h>

#include <cstdlib>
#include <initializer_list>

#include "allocator/preload/subjects/scenario.h"

extern "C" {
void* __libc_malloc(std::size_t n) noexcept;
void* __libc_calloc(std::size_t count, std::size_t size) noexcept;
void* __libc_realloc(void* p, std::size_t n) noexcept;
void* __libc_memalign(std::size_t alignment, std::size_t n) noexcept;
void* __libc_valloc(std::size_t n) noexcept;
void* __libc_pvalloc(std::size_t n) noexcept;
void __libc_free(void* p) noexcept;
}

namespace alloclab::subjects {
namespace {

using FreeFunction = void(void*);

// A block of n bytes from this heap, and from no other: it counts as used until it is freed.
void TakeAndFree(void* p, std::size_t n, std::size_t alignment, FreeFunction* free_function,
                 const char* name) {
  const std::size_t with = mallinfo2().uordblks;
  Check(p != nullptr && IsAligned(p, alignment) && malloc_usable_size(p) >= n, name, n);
  if (p == nullptr) return;
  std::memset(p, 0xB6, n);
  free_function(p);
  Check(mallinfo2().uordblks + n <= with, name, n);
}

}  // namespace

void OtherNamesAreTheSameHeap() {
  // The linker knows it no more; programs of long ago do.
  auto* cfree = reinterpret_cast<FreeFunction*>(dlsym(RTLD_DEFAULT, "cfree"));
  Check(cfree != nullptr, "cfree is there");
  if (cfree == nullptr) return;
  FreeFunction* const frees[] = {std::free, __libc_free, cfree};
  for (FreeFunction* free_function : frees) {
    for (const std::size_t n : {std::size_t{1}, std::size_t{5000}, std::size_t{3} << 20}) {
      TakeAndFree(std::malloc(n), n, 16, free_function, "malloc");
      TakeAndFree(__libc_malloc(n), n, 16, free_function, "__libc_malloc");
      TakeAndFree(__libc_calloc(n, 2), 2 * n, 16, free_function, "__libc_calloc");
      TakeAndFree(__libc_realloc(std::malloc(10), n), n, 16, free_function, "__libc_realloc");
      TakeAndFree(std::realloc(__libc_malloc(10), n), n, 16, free_function, "realloc of another");
      TakeAndFree(__libc_memalign(64, n), n, 64, free_function, "__libc_memalign");
      TakeAndFree(__libc_valloc(n), n, 4096, free_function, "__libc_valloc");
      TakeAndFree(__libc_pvalloc(n), n, 4096, free_function, "__libc_pvalloc");
    }
    free_function(nullptr);
  }
}

}  // namespace alloclab::subjects
