#include "allocator/preload/process_heap.h"

#include <pthread.h>

#include <new>

// The C library's lock of its list of open files, which fork takes too: after the handlers, as its
// own malloc is locked last of all.
extern "C" {
void _IO_list_lock() noexcept;
void _IO_list_unlock() noexcept;
void _IO_list_resetlock() noexcept;
}

namespace alloclab::preload {

constinit std::atomic<ProcessHeap*> process_heap{nullptr};

namespace {

constinit pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
alignas(ProcessHeap) constinit std::byte memory[sizeof(ProcessHeap)]{};

// A thread in getline holds its file and asks us for memory, one in fflush(NULL) holds the list and
// waits for that file: who holds our lock must not wait for the list. So the list comes first. It
// may be locked again by the thread that has it, as fork then does.
void BeforeFork() {
  _IO_list_lock();
  TheHeap().LockForFork();
}
void AfterForkInParent() {
  TheHeap().UnlockAfterFork();
  _IO_list_unlock();
}
void AfterForkInChild() {
  TheHeap().UnlockAfterFork();
  _IO_list_resetlock();
}

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
  if (first) pthread_atfork(BeforeFork, AfterForkInParent, AfterForkInChild);
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
