// OwnerLock: a mutex whose one word says which thread has it.
//
//     0            nobody
//     owner        the thread that has it, as pthread_self() names it
//     owner | 1    the same, and others may be waiting in the kernel
//
// Invariant: the word names a thread exactly while that thread has the lock: it is named by the
// instruction that takes the lock, and forgotten by the one that lets it go. So HeldByThisThread is
// never wrong, not even in a signal handler that broke in between any two instructions of Lock,
// Unlock, or what lies between them; a mutex with an owner noted beside it would be, for a moment
// at each end. pthread_self() is an address in the thread's own memory, and thus the same in the
// child of a fork: what was taken before is let go on both sides.
//
// Cost: an atomic exchange each way where nobody else wants it, plain loads and stores while the
// process has one thread only. Who finds it taken sleeps in the kernel at once, as in a plain
// pthread mutex. Source: Drepper, "Futexes are tricky", 2011, the second mutex, with a name in
// place of a 1.

#ifndef ALLOCLAB_ALLOCATOR_OWNER_LOCK_H_
#define ALLOCLAB_ALLOCATOR_OWNER_LOCK_H_

#include <linux/futex.h>
#include <pthread.h>
#include <sys/single_threaded.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <bit>
#include <cerrno>
#include <cstdint>

namespace alloclab {

class OwnerLock {
 public:
  OwnerLock() = default;
  OwnerLock(const OwnerLock&) = delete;
  OwnerLock& operator=(const OwnerLock&) = delete;

  bool HeldByThisThread() const noexcept {
    return (word_.load(std::memory_order_relaxed) & ~kWaiters) == Self();
  }

  // False when somebody has it, be it this thread.
  bool TryLock() noexcept {
    std::uintptr_t nobody = 0;
    if (__libc_single_threaded) {
      if (word_.load(std::memory_order_acquire) != nobody) return false;
      word_.store(Self(), std::memory_order_relaxed);
      return true;
    }
    return word_.compare_exchange_strong(nobody, Self(), std::memory_order_acquire,
                                         std::memory_order_relaxed);
  }

  // A thread that has it waits for ever. errno is kept.
  void Lock() noexcept {
    if (!TryLock()) Wait();
  }

  void Unlock() noexcept {
    if (__libc_single_threaded) return word_.store(0, std::memory_order_release);
    if ((word_.exchange(0, std::memory_order_release) & kWaiters) != 0) Futex(FUTEX_WAKE, 1);
  }

 private:
  static constexpr std::uintptr_t kWaiters = 1;
  static_assert(std::atomic<std::uintptr_t>::is_always_lock_free);
  static_assert(sizeof(pthread_t) == sizeof(std::uintptr_t));

  // Even: glibc aligns a thread's own memory to a cache line.
  static std::uintptr_t Self() noexcept { return static_cast<std::uintptr_t>(pthread_self()); }

  // Takes the lock as one who waited, for others may wait still. The kernel compares half of the
  // word only, which two owners may share; but whoever lets the lock go with the bit set wakes one.
  [[gnu::noinline]] void Wait() noexcept {
    const int saved_errno = errno;
    std::uintptr_t seen = word_.load(std::memory_order_relaxed);
    for (;;) {
      const std::uintptr_t wanted = seen == 0 ? Self() | kWaiters : seen | kWaiters;
      if (seen != wanted && !word_.compare_exchange_weak(seen, wanted, std::memory_order_acquire,
                                                         std::memory_order_relaxed)) {
        continue;
      }
      if (seen == 0) break;
      Futex(FUTEX_WAIT, static_cast<std::uint32_t>(wanted));
      seen = word_.load(std::memory_order_relaxed);
    }
    errno = saved_errno;
  }

  // On the half of the word that the bit is in.
  void Futex(int operation, std::uint32_t value) noexcept {
    auto* half = reinterpret_cast<std::uint32_t*>(&word_);
    if constexpr (std::endian::native == std::endian::big) ++half;
    syscall(SYS_futex, half, operation | FUTEX_PRIVATE_FLAG, value, nullptr, nullptr, 0);
  }

  std::atomic<std::uintptr_t> word_{0};
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_OWNER_LOCK_H_
