// ScheduledSync: the members of SystemSync (allocator/sync.h), with a point of the scheduler before
// each operation. Memory orders are taken and not used: what happens is sequentially consistent.
//
// Outside of any task, where nobody else runs, operations are just done.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_SCHEDULED_SYNC_H_
#define ALLOCLAB_FUZZ_SCHEDULE_SCHEDULED_SYNC_H_

#include <atomic>
#include <cstdint>
#include <utility>

#include "fuzz/schedule/scheduler.h"

namespace alloclab {

// A point where something is done to `object` that is no atomic and no lock.
inline void ReachPoint(const char* name, const void* object) noexcept {
  if (Scheduler* scheduler = Scheduler::Running()) scheduler->Reach({name, object});
}

template <class T>
class ScheduledAtomic {
 public:
  ScheduledAtomic() noexcept = default;
  constexpr ScheduledAtomic(T value) noexcept : value_(value) {}  // NOLINT: as std::atomic
  ScheduledAtomic(const ScheduledAtomic&) = delete;
  ScheduledAtomic& operator=(const ScheduledAtomic&) = delete;

  T load(std::memory_order = std::memory_order_seq_cst) const noexcept {
    Reach("load", false);
    return value_;
  }
  void store(T value, std::memory_order = std::memory_order_seq_cst) noexcept {
    Reach("store");
    value_ = value;
  }
  T exchange(T value, std::memory_order = std::memory_order_seq_cst) noexcept {
    Reach("exchange");
    return std::exchange(value_, value);
  }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order,
                               std::memory_order) noexcept {
    Reach("compare_exchange");
    return CompareExchange(expected, desired);
  }
  // Fails for no reason where the strategy says so.
  bool compare_exchange_weak(T& expected, T desired, std::memory_order,
                             std::memory_order) noexcept {
    Reach("compare_exchange");
    if (value_ == expected && Scheduler::Running() != nullptr &&
        Scheduler::Running()->FailsSpuriously()) {
      return false;
    }
    return CompareExchange(expected, desired);
  }
  T fetch_add(T more, std::memory_order = std::memory_order_seq_cst) noexcept {
    Reach("fetch_add");
    return std::exchange(value_, static_cast<T>(value_ + more));
  }
  T fetch_sub(T less, std::memory_order = std::memory_order_seq_cst) noexcept {
    Reach("fetch_sub");
    return std::exchange(value_, static_cast<T>(value_ - less));
  }

 private:
  void Reach(const char* name, bool writes = true) const noexcept {
    if (Scheduler* scheduler = Scheduler::Running()) scheduler->Reach({name, this, writes});
  }
  bool CompareExchange(T& expected, T desired) noexcept {
    if (value_ != expected) {
      expected = value_;
      return false;
    }
    value_ = desired;
    return true;
  }

  T value_{};
};

// A thread that waits cannot go on; it is not woken, but one of the options again. Letting go of a
// lock that another has, or nobody, ends the run.
class ScheduledLock {
 public:
  ScheduledLock() = default;
  ScheduledLock(const ScheduledLock&) = delete;
  ScheduledLock& operator=(const ScheduledLock&) = delete;

  bool HeldByThisThread() const noexcept { return holder_ == Self(); }

  bool TryLock() noexcept {
    ReachPoint("try_lock", this);
    if (holder_ != kNobody) return false;
    holder_ = Self();
    return true;
  }

  void Lock() noexcept {
    if (Scheduler* scheduler = Scheduler::Running()) {
      scheduler->Await({"lock", this}, &IsFree, this);
    }
    holder_ = Self();
  }

  void Unlock() noexcept {
    ReachPoint("unlock", this);
    if (holder_ != Self() && Scheduler::Running() != nullptr) {
      Scheduler::Running()->Stop("a thread lets go of a lock that it does not have");
    }
    holder_ = kNobody;
  }

  // Of the calling thread; outside of any, the last number there is.
  static std::uintptr_t Self() noexcept {
    return Scheduler::Running() == nullptr ? UINTPTR_MAX : Scheduler::Running()->thread() + 1;
  }

 private:
  static constexpr std::uintptr_t kNobody = 0;

  static bool IsFree(const void* lock) {
    return static_cast<const ScheduledLock*>(lock)->holder_ == kNobody;
  }

  std::uintptr_t holder_ = kNobody;
};

struct ScheduledSync {
  using Lock = ScheduledLock;
  template <class T>
  using Atomic = ScheduledAtomic<T>;
  static std::uintptr_t Self() noexcept { return ScheduledLock::Self(); }
};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_SCHEDULED_SYNC_H_
