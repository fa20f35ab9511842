// Locked<A>: one mutex around an allocator for a single thread makes it one for many.
//
// Invariant: A, its books and its page source are touched by the holder of the mutex only, so every
// call is as if it were the only one. Blocks belong to no thread: one may free what another
// allocated. All powers of A are passed on; what malloc_api.h builds from several calls (the copy
// of a realloc) happens outside the lock, in memory that is the caller's.
//
// `Lock` is the mutex: OwnerLock, or one with the same functions by which a scheduler of tests
// decides who gets it (fuzz/schedule).
//
// Cost: that of the mutex (owner_lock.h) where nobody else calls. Where many do, they wait for each
// other, and more threads make it slower, not faster: contention here is one mutex, no more and no
// less. Source: the global lock of the first thread-safe mallocs; Berger et al., "Hoard", ASPLOS
// 2000, on why nothing scales behind it.

#ifndef ALLOCLAB_ALLOCATOR_LOCKED_H_
#define ALLOCLAB_ALLOCATOR_LOCKED_H_

#include <cstdint>
#include <utility>

#include "allocator/allocator.h"
#include "allocator/owner_lock.h"

namespace alloclab {

template <Allocator A, class Lock = OwnerLock>
class Locked {
 public:
  static constexpr std::size_t kAlignment = A::kAlignment;
  static constexpr bool kThreadSafe = true;
  static constexpr bool kOpaque = !kWalkable<A>;
  static constexpr bool kMerges = kMergesNeighbours<A>;
  static constexpr bool kResizesFreely = kResizesToAnySize<A>;
  static constexpr bool kStopsMisuse = kDetectsMisuse<A>;

  // What a block of n bytes is aligned to, where A promises less for small ones.
  static constexpr std::size_t AlignmentOf(std::size_t n) noexcept
    requires requires { A::AlignmentOf(n); }
  {
    return A::AlignmentOf(n);
  }

  template <class... Args>
  explicit Locked(Args&&... args) noexcept : inner_(std::forward<Args>(args)...) {}
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

  void* Allocate(std::size_t n) noexcept {
    const Holder holder(*this);
    return Counted(inner_.Allocate(n));
  }

  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept
    requires AllocatesAligned<A>
  {
    const Holder holder(*this);
    return Counted(inner_.AllocateAligned(n, alignment));
  }

  void* AllocateZeroed(std::size_t n) noexcept
    requires AllocatesZeroed<A>
  {
    const Holder holder(*this);
    return Counted(inner_.AllocateZeroed(n));
  }

  void* Allocate(std::size_t n, bool& zeroed) noexcept
    requires TellsZeroed<A>
  {
    const Holder holder(*this);
    return Counted(inner_.Allocate(n, zeroed));
  }

  void Free(void* p) noexcept {
    if (p == nullptr) return;
    const Holder holder(*this);
    ++calls_.freed;
    inner_.Free(p);
  }

  bool TryResize(void* p, std::size_t n) noexcept
    requires ResizesInPlace<A>
  {
    const Holder holder(*this);
    const bool resized = inner_.TryResize(p, n);
    calls_.resized += resized ? 1 : 0;
    return resized;
  }

  void* Reallocate(void* p, std::size_t n) noexcept
    requires Reallocates<A>
  {
    const Holder holder(*this);
    void* moved = inner_.Reallocate(p, n);
    calls_.resized += moved != nullptr ? 1 : 0;
    return moved;
  }

  // Under the lock like the rest: a neighbour that is freed meanwhile writes a flag into the word
  // that holds the size.
  std::size_t UsableSize(const void* p) const noexcept {
    const Holder holder(*this);
    return inner_.UsableSize(p);
  }

  // `visit` runs under the lock: it must not call this allocator.
  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    const Holder holder(*this);
    inner_.Walk(visit);
  }

  Verdict CheckIndex() const noexcept {
    const Holder holder(*this);
    return inner_.CheckIndex();
  }

  std::uint64_t BlocksVisited() const noexcept
    requires CountsSearch<A>
  {
    const Holder holder(*this);
    return inner_.BlocksVisited();
  }

  // Blocks handed out, taken back, and resized where they lay (or by A's own Reallocate). Counted
  // under the lock, where a plain increment does.
  struct Calls {
    std::uint64_t allocated = 0;
    std::uint64_t freed = 0;
    std::uint64_t resized = 0;
  };

  // Calls look(calls) under the lock, for a view that belongs together: the page source that A
  // takes its memory from stands still meanwhile.
  template <class Look>
  void WithLock(Look&& look) const noexcept {
    const Holder holder(*this);
    look(std::as_const(calls_));
  }

  // For pthread_atfork: fork copies the memory of the whole process but only the calling thread. A
  // thread that was in here would hold the child's lock for ever, with the heap half changed. So
  // the forking thread takes the lock before, and lets it go on both sides. What it calls here in
  // between is served, for the heap is whole: handlers of others may run inside of ours.
  void LockForFork() noexcept {
    lock_.Lock();
    held_for_fork_ = true;
  }
  void UnlockAfterFork() noexcept {
    held_for_fork_ = false;
    lock_.Unlock();
  }

  // Whether this thread is in here, or between the two calls above. A signal handler may ask: when
  // the answer is yes it has broken into a call, and may not make one of its own.
  bool HeldByThisThread() const noexcept { return lock_.HeldByThisThread(); }

 private:
  class Holder {
   public:
    explicit Holder(const Locked& heap) noexcept : heap_(heap), took_(heap.Enter()) {}
    ~Holder() {
      if (took_) heap_.lock_.Unlock();
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

   private:
    const Locked& heap_;
    const bool took_;
  };

  // False when this thread has the lock already, for a fork.
  bool Enter() const noexcept { return lock_.TryLock() || EnterContended(); }
  [[gnu::noinline]] bool EnterContended() const noexcept {
    if (lock_.HeldByThisThread() && held_for_fork_) return false;
    lock_.Lock();
    return true;
  }

  void* Counted(void* p) noexcept {
    calls_.allocated += p != nullptr ? 1 : 0;
    return p;
  }

  mutable Lock lock_;
  bool held_for_fork_ = false;  // like all below, for the holder of the lock only
  Calls calls_;
  A inner_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_LOCKED_H_
