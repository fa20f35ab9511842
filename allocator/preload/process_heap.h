// The one heap of a process that runs under LD_PRELOAD: a variant over mmap, behind one lock.
//
// It must answer before anything else of the process is ready and after everything is gone:
//   - It is made by the first call, be it the dynamic loader's or a constructor's, in static memory
//     and without a guard of the C++ runtime; no call after that waits for more than the lock.
//   - It is never destroyed: calls come until the very last destructor, and after.
//   - fork: handlers take the lock before and let it go on both sides, so that a child of a process
//     with many threads can allocate. They are registered by the first call or by a constructor
//     that runs before those of other libraries, so whatever handlers others have, theirs may
//     allocate, and wait for threads that do. A fork in a signal handler never waits for its own
//     thread.
// Nothing here is thread-local, and nothing is looked up at run time.

#ifndef ALLOCLAB_ALLOCATOR_PRELOAD_PROCESS_HEAP_H_
#define ALLOCLAB_ALLOCATOR_PRELOAD_PROCESS_HEAP_H_

#include <atomic>

#include "allocator/lazy_zero.h"
#include "allocator/locked.h"
#include "allocator/pages/mmap_pages.h"
#include "allocator/poisoned.h"
#include "allocator/variants.h"

// ALLOCLAB_VARIANT is a class template, ALLOCLAB_VARIANT_NAME its name in the registry; both come
// from preload.bzl, once for each library.
#if !defined(ALLOCLAB_VARIANT) || !defined(ALLOCLAB_VARIANT_NAME)
#error "a preloaded library is built by preload_library() of allocator/preload/preload.bzl"
#endif

namespace alloclab::preload {

// ALLOCLAB_MALLOC_POISON=1; set before the program's first call, and never again.
extern bool poison_is_wanted;

struct Poison {
  static bool On() noexcept { return poison_is_wanted; }
};

// Large blocks of calloc that are new are not touched.
using Heap = Locked<Poisoned<LazyZero<ALLOCLAB_VARIANT<MmapPages>, MmapPages>, Poison>>;

struct ProcessHeap {
  MmapPages pages;
  Heap heap{pages};
};

extern std::atomic<ProcessHeap*> process_heap;

// Makes the heap, once, whoever else comes at the same time.
ProcessHeap& MakeProcessHeap() noexcept;

inline ProcessHeap& TheProcessHeap() noexcept {
  ProcessHeap* made = process_heap.load(std::memory_order_acquire);
  return made != nullptr ? *made : MakeProcessHeap();
}

inline Heap& TheHeap() noexcept { return TheProcessHeap().heap; }

// What the heap has done and holds, at one moment.
struct HeapFigures {
  Heap::Calls calls;
  std::size_t bytes_held = 0;
  std::size_t bytes_peak = 0;
};
HeapFigures ReadFigures() noexcept;

// Writes the figures as one line to the file `descriptor`.
void PrintFigures(int descriptor) noexcept;

}  // namespace alloclab::preload

#endif  // ALLOCLAB_ALLOCATOR_PRELOAD_PROCESS_HEAP_H_
