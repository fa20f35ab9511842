// RemoteFreed<A>: a heap that belongs to one thread, whose blocks any thread may free.
//
// Only the owner allocates, and touches A. What another thread frees is left on a lock-free list
// (remote_free_list.h), which the owner takes back before it next allocates. Who allocates while
// nobody owns the heap owns it from then on, until it leaves; for all others it has no memory (the
// answer is null). Out of such heaps, one for each thread, an allocator without a common lock is
// made.
//
// Invariants: owner_ names a thread exactly while that thread may be in A. It is taken from nobody
// only, by compare-exchange, and given up by its thread after its last look at A. A block is in
// use, on the list, or free in A.
//
// Cost: a load for the owner beside A's own; a push for everybody else. A block that is freed by
// another is of no use until its owner comes by: a heap whose owner only waits keeps it. Source: as
// remote_free_list.h.

#ifndef ALLOCLAB_ALLOCATOR_REMOTE_FREED_H_
#define ALLOCLAB_ALLOCATOR_REMOTE_FREED_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <utility>

#include "allocator/allocator.h"
#include "allocator/remote_free_list.h"
#include "allocator/sync.h"

namespace alloclab {

template <Allocator A, class Sync = SystemSync>
class RemoteFreed {
 public:
  static constexpr std::size_t kAlignment = A::kAlignment;
  // Free alone is for everybody. UsableSize and TryResize are the owner's, and Walk and CheckIndex
  // are for when no other thread is in here.
  static constexpr bool kThreadSafe = false;
  static constexpr bool kOpaque = !kWalkable<A>;
  static constexpr bool kResizesFreely = kResizesToAnySize<A>;

  template <class... Args>
  explicit RemoteFreed(Args&&... args) noexcept : inner_(std::forward<Args>(args)...) {}
  RemoteFreed(const RemoteFreed&) = delete;
  RemoteFreed& operator=(const RemoteFreed&) = delete;

  void* Allocate(std::size_t n) noexcept {
    if (!Own()) return nullptr;
    TakeBack();
    return inner_.Allocate(WithRoomForALink(n));
  }

  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept
    requires AllocatesAligned<A>
  {
    if (!Own()) return nullptr;
    TakeBack();
    return inner_.AllocateAligned(WithRoomForALink(n), alignment);
  }

  void Free(void* p) noexcept {
    if (p == nullptr) return;
    if (IsOwner()) {
      inner_.Free(p);
    } else {
      remote_.Push(p);
    }
  }

  bool TryResize(void* p, std::size_t n) noexcept
    requires ResizesInPlace<A>
  {
    return IsOwner() && inner_.TryResize(p, WithRoomForALink(n));
  }

  std::size_t UsableSize(const void* p) const noexcept { return inner_.UsableSize(p); }

  // The calling thread is done with the heap: it is nobody's now. What is on the list by then has
  // been taken back, also where the heap was nobody's before; what comes later waits for the next
  // owner.
  void LeaveThread() noexcept {
    if (!Own()) return;
    TakeBack();
    // release: the next owner sees A as it was left here.
    owner_.store(kNobody, std::memory_order_release);
  }

  // Blocks on the list are shown as free. O(blocks x those on the list).
  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    inner_.Walk([&](BlockView block) {
      if (block.state == BlockState::kUsed && IsListed(block.payload)) {
        block.state = BlockState::kFree;
      }
      visit(std::as_const(block));
    });
  }

  Verdict CheckIndex() const noexcept { return inner_.CheckIndex(); }

 private:
  static constexpr std::uintptr_t kNobody = 0;

  static std::size_t WithRoomForALink(std::size_t n) noexcept { return std::max(n, sizeof(void*)); }

  // relaxed: a thread finds its own name only where it has put it itself.
  bool IsOwner() const noexcept { return owner_.load(std::memory_order_relaxed) == Sync::Self(); }

  // Whether the calling thread is the owner, or has become it.
  bool Own() noexcept {
    std::uintptr_t owner = owner_.load(std::memory_order_relaxed);
    if (owner != kNobody) return owner == Sync::Self();
    // acquire: with the release of the one who left. relaxed on failure: there is another owner.
    return owner_.compare_exchange_strong(owner, Sync::Self(), std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }

  // By the owner.
  void TakeBack() noexcept {
    remote_.TakeAll([this](void* p) { inner_.Free(p); });
  }

  bool IsListed(const std::byte* payload) const noexcept {
    bool listed = false;
    remote_.ForEach([&](const void* p) { listed = listed || p == payload; });
    return listed;
  }

  typename Sync::template Atomic<std::uintptr_t> owner_{kNobody};
  RemoteFreeList<Sync> remote_;
  A inner_;  // the owner's
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_REMOTE_FREED_H_
