#include "allocator/preload/process_heap.h"

#include <pthread.h>

#include <new>

namespace alloclab::preload {

constinit std::atomic<ProcessHeap*> process_heap{nullptr};

namespace {

constinit pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
alignas(ProcessHeap) constinit std::byte memory[sizeof(ProcessHeap)]{};

void BeforeFork() { TheHeap().LockForFork(); }
void AfterFork() { TheHeap().UnlockAfterFork(); }

}  // namespace

[[gnu::noinline]] ProcessHeap& MakeProcessHeap() noexcept {
  pthread_mutex_lock(&making);
  ProcessHeap* made = process_heap.load(std::memory_order_relaxed);
  const bool first = made == nullptr;
  if (first) {
    made = new (memory) ProcessHeap;
    process_heap.store(made, std::memory_order_release);
  }
  pthread_mutex_unlock(&making);
  // The C library may allocate to remember the handlers: from the heap that is there by now.
  if (first) pthread_atfork(BeforeFork, AfterFork, AfterFork);
  return *made;
}

HeapFigures ReadFigures() noexcept {
  ProcessHeap& process = TheProcessHeap();
  HeapFigures figures;
  process.heap.WithLock([&](const Heap::Calls& calls) {
    figures = {calls, process.pages.BytesHeld(), process.pages.BytesPeak()};
  });
  return figures;
}

}  // namespace alloclab::preload
