// RemoteFreeList: where threads leave blocks for the one that owns the heap they came from.
//
//     head -> | next | .... | -> | next | ... | -> | null | ... |       last pushed first
//               a freed block      the one before
//
// Any thread pushes; a block lies on the list through its own first word, so it must have room for
// one. One thread at a time takes, and always everything. That is why no tag is needed: a single
// block is never popped, so a head that was seen and is there again (ABA) still means the same list
// behind it, for what Push compares is all it relies on.
//
// Invariants: from a push that succeeded to the TakeAll after it, a block is on the list once, and
// nobody writes to it. A list that was taken is the taker's alone.
//
// Cost: Push is lock-free: it goes around again only when another push, or the taker, has got
// through. TakeAll is O(1), and one load when nothing is there. Source: the stack of Treiber (IBM
// RJ 5118, 1986) without its pop; so freed blocks come home in mimalloc (Leijen, Zorn, de Moura,
// 2019) and in snmalloc (Lietar et al., ISMM 2019).

#ifndef ALLOCLAB_ALLOCATOR_REMOTE_FREE_LIST_H_
#define ALLOCLAB_ALLOCATOR_REMOTE_FREE_LIST_H_

#include <atomic>
#include <new>
#include <utility>

#include "allocator/sync.h"

namespace alloclab {

template <class Sync = SystemSync>
class RemoteFreeList {
 public:
  // Takes over `block`, which has room for a pointer and is aligned for one.
  void Push(void* block) noexcept {
    // relaxed: the value is only compared and stored; nothing is read through it.
    Link* link = new (block) Link{head_.load(std::memory_order_relaxed)};
    // release: who takes the list sees the link, and what the block's user did before it was freed.
    // The pushes before this one are seen as well: each compare-exchange goes on with their release
    // sequence. relaxed on failure: as above. Nothing is written to `*link` once it is published:
    // a compare-exchange that succeeds leaves what it expected alone.
    while (!head_.compare_exchange_weak(link->next, link, std::memory_order_release,
                                        std::memory_order_relaxed)) {
    }
  }

  // Takes all that is there and calls take(block) for each, last pushed first; `take` may do with
  // the block what it likes.
  template <class Take>
  void TakeAll(Take&& take) noexcept {
    // relaxed: only whether it is worth an exchange. What is missed is found the next time.
    if (head_.load(std::memory_order_relaxed) == nullptr) return;
    // acquire: with the release of each push on the list.
    Link* link = head_.exchange(nullptr, std::memory_order_acquire);
    while (link != nullptr) take(static_cast<void*>(std::exchange(link, link->next)));
  }

  // Calls visit(block) for what is on the list, while nobody pushes or takes.
  template <class Visitor>
  void ForEach(Visitor&& visit) const noexcept {
    for (const Link* link = head_.load(std::memory_order_acquire); link != nullptr;
         link = link->next) {
      visit(static_cast<const void*>(link));
    }
  }

 private:
  struct Link {
    Link* next;
  };

  typename Sync::template Atomic<Link*> head_{nullptr};
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_REMOTE_FREE_LIST_H_
