// The C library's allocation functions, served by the heap of the process. What they promise is
// malloc_api.h's affair; this file only gives them their names.
//
// Beside C and POSIX there are glibc's: those that report tell the truth, and those that tune say
// that nothing was tuned.

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>

#include "allocator/malloc_api.h"
#include "allocator/preload/process_heap.h"

using alloclab::preload::TheHeap;

namespace {

// O(blocks), under the lock: for reports, not for loops.
struct mallinfo2 Describe() {
  struct mallinfo2 info = {};
  const auto count = [&](const alloclab::BlockView& block) {
    if (block.state == alloclab::BlockState::kUsed) {
      info.uordblks += block.usable;
    } else if (block.state == alloclab::BlockState::kFree) {
      info.fordblks += block.usable;
      ++info.ordblks;
    }
  };
  TheHeap().Walk(count);
  info.arena = alloclab::preload::ReadFigures().bytes_held;
  return info;
}

// The old structure has no room for more: it stays at the top instead of starting anew.
int Saturated(std::size_t n) {
  return static_cast<int>(std::min(n, static_cast<std::size_t>(INT_MAX)));
}

}  // namespace

extern "C" {

void* malloc(std::size_t n) noexcept { return alloclab::Malloc(TheHeap(), n); }

void free(void* p) noexcept { alloclab::Free(TheHeap(), p); }

void* calloc(std::size_t count, std::size_t size) noexcept {
  return alloclab::Calloc(TheHeap(), count, size);
}

void* realloc(void* p, std::size_t n) noexcept { return alloclab::Realloc(TheHeap(), p, n); }

void* reallocarray(void* p, std::size_t count, std::size_t size) noexcept {
  return alloclab::ReallocArray(TheHeap(), p, count, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t n) noexcept {
  return alloclab::AlignedAlloc(TheHeap(), alignment, n);
}

void* memalign(std::size_t alignment, std::size_t n) noexcept {
  return alloclab::Memalign(TheHeap(), alignment, n);
}

int posix_memalign(void** result, std::size_t alignment, std::size_t n) noexcept {
  return alloclab::PosixMemalign(TheHeap(), result, alignment, n);
}

void* valloc(std::size_t n) noexcept { return alloclab::Valloc(TheHeap(), n); }

void* pvalloc(std::size_t n) noexcept { return alloclab::Pvalloc(TheHeap(), n); }

std::size_t malloc_usable_size(void* p) noexcept { return TheHeap().UsableSize(p); }

// The C library's other names for the same functions, as far as glibc exports them for programs: a
// block made under one name may be freed under another. cfree is for those from before glibc 2.26.
void* __libc_malloc(std::size_t n) noexcept { return malloc(n); }
void __libc_free(void* p) noexcept { free(p); }
void cfree(void* p) noexcept { free(p); }
void* __libc_calloc(std::size_t count, std::size_t size) noexcept { return calloc(count, size); }
void* __libc_realloc(void* p, std::size_t n) noexcept { return realloc(p, n); }
void* __libc_memalign(std::size_t alignment, std::size_t n) noexcept {
  return memalign(alignment, n);
}
void* __libc_valloc(std::size_t n) noexcept { return valloc(n); }
void* __libc_pvalloc(std::size_t n) noexcept { return pvalloc(n); }

// C23. The heap knows the size already; glibc 2.36 does not declare these yet.
void free_sized(void* p, std::size_t n) noexcept;
void free_sized(void* p, std::size_t) noexcept { free(p); }

void free_aligned_sized(void* p, std::size_t alignment, std::size_t n) noexcept;
void free_aligned_sized(void* p, std::size_t, std::size_t) noexcept { free(p); }

struct mallinfo2 mallinfo2() noexcept { return Describe(); }

struct mallinfo mallinfo() noexcept {
  const struct mallinfo2 wide = Describe();
  struct mallinfo info = {};
  info.arena = Saturated(wide.arena);
  info.ordblks = Saturated(wide.ordblks);
  info.uordblks = Saturated(wide.uordblks);
  info.fordblks = Saturated(wide.fordblks);
  return info;
}

// 0: no memory was released. Heaps give back what they can with every free (rule C19); nothing is
// left to trim.
int malloc_trim(std::size_t) noexcept { return 0; }

// 0: the parameter was not set. Its parameters are those of glibc's heap, and who hears 1 would
// believe that one of them holds here.
int mallopt(int, int) noexcept { return 0; }

void malloc_stats() noexcept { alloclab::preload::PrintFigures(STDERR_FILENO); }

}  // extern "C"
