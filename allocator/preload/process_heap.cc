#include "allocator/preload/process_heap.h"

#include <pthread.h>
#include <sys/single_threaded.h>

#include <new>

#include "allocator/preload/environment.h"

// The C library's lock of its list of open files, which fork takes too: after the handlers, as its
// own malloc is locked last of all.
extern "C" {
void _IO_list_lock() noexcept;
void _IO_list_unlock() noexcept;
void _IO_list_resetlock() noexcept;
}

namespace alloclab::preload {

constinit std::atomic<ProcessHeap*> process_heap{nullptr};
constinit bool poison_is_wanted = false;

namespace {

constinit pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
alignas(ProcessHeap) constinit std::byte memory[sizeof(ProcessHeap)]{};

// Of forks that broke into a call: how many are under way. Only the holder of the heap's lock
// looks.
constinit int forks_within_a_call = 0;
// Whether the outermost fork took the list of files. Likewise.
constinit bool list_is_locked = false;

// A thread in getline holds its file and asks us for memory, one in fflush(NULL) holds the list and
// waits for that file: who holds our lock must not wait for the list. So the list comes first. It
// may be locked again by the thread that has it, as fork then does. Where there is one thread only,
// fork leaves the list alone, and so do we: nobody would set right in the child what a handler of a
// signal had broken into.
//
// A signal handler that calls fork may have broken into a call of this thread, which then has the
// heap's lock already. There is nothing to wait for: no other thread is inside. The fork goes
// through, and both sides come back into the call that was broken into, end it, and let the lock
// go. Until then neither may allocate, as in any signal handler; exec and _exit are free.
void BeforeFork() {
  Heap& heap = TheHeap();
  if (heap.HeldByThisThread()) {
    ++forks_within_a_call;
    return;
  }
  const bool with_list = !__libc_single_threaded;
  if (with_list) _IO_list_lock();
  heap.LockForFork();
  list_is_locked = with_list;
}

// Calls let_go_of_list(), if the list was taken, after letting the heap go.
void AfterFork(void (*let_go_of_list)() noexcept) {
  if (forks_within_a_call != 0) {
    --forks_within_a_call;
    return;
  }
  const bool with_list = list_is_locked;
  TheHeap().UnlockAfterFork();
  if (with_list) let_go_of_list();
}
void AfterForkInParent() { AfterFork(_IO_list_unlock); }
void AfterForkInChild() { AfterFork(_IO_list_resetlock); }

// The library is initialised before all others (-z initfirst), so our handlers are registered
// before theirs: the lock is taken last and let go first, and theirs may wait for threads that
// allocate. Before this there are only the dynamic loader's calls.
[[gnu::constructor]] void BeforeAllOthers(int, char**, char** environment) {
  TheProcessHeap();
  poison_is_wanted = IsOn(environment, "ALLOCLAB_MALLOC_POISON");
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
