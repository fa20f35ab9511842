// What threads share, under one name: code that is written against a policy with these members runs
// on real threads, and also under a scheduler that decides who goes on at each of them
// (fuzz/schedule/scheduled_sync.h).
//
//   Lock         TryLock, Lock, Unlock, HeldByThisThread, as OwnerLock has them
//   Atomic<T>    as std::atomic<T>: load, store, exchange, compare_exchange_*, fetch_*
//   Self()       names the calling thread: not 0, and no other's while this one runs
//
// Invariant of such code: whatever several threads touch is one of these, or touched only by who
// holds a Lock, or handed over through an Atomic. SystemSync costs nothing: its members are the
// real things.

#ifndef ALLOCLAB_ALLOCATOR_SYNC_H_
#define ALLOCLAB_ALLOCATOR_SYNC_H_

#include <pthread.h>

#include <atomic>
#include <cstdint>

#include "allocator/owner_lock.h"

namespace alloclab {

struct SystemSync {
  using Lock = OwnerLock;
  template <class T>
  using Atomic = std::atomic<T>;

  // A thread that begins later may have the name of one that has ended.
  static std::uintptr_t Self() noexcept { return static_cast<std::uintptr_t>(pthread_self()); }
};

// Holds a lock to the end of a scope.
template <class Lock>
class Holding {
 public:
  explicit Holding(Lock& lock) noexcept : lock_(lock) { lock_.Lock(); }
  ~Holding() { lock_.Unlock(); }
  Holding(const Holding&) = delete;
  Holding& operator=(const Holding&) = delete;

 private:
  Lock& lock_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_SYNC_H_
