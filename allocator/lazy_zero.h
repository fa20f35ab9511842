// LazyZero<A, Pages>: tells when a large block is zero already, so that calloc need not touch it.
//
//     | page | page | page | ...... | page | page |
//           | p ................................ |      n bytes
//           set |   zero by the page source   | set     whole pages inside are never written to
//
// A large request that made the heap take new memory was served from it, as good as always; and new
// memory is zero but for the marks that the heap has left in it. So the page source is asked to
// make the whole pages of the block zero without writing (Zero): next to nothing to do where hardly
// any was touched. Correct whatever the heap did, for Zero is true of every page; that the block is
// new only makes it cheap. Blocks of memory that was used before are left to be set by the caller,
// who then need not hold a lock: dropping their pages would cost a fault for each when they are
// used.
//
// All other calls are passed on. Source: glibc's calloc spares the pages of mmap in the same way;
// jemalloc knows of each extent whether it is zero.

#ifndef ALLOCLAB_ALLOCATOR_LAZY_ZERO_H_
#define ALLOCLAB_ALLOCATOR_LAZY_ZERO_H_

#include <cstdint>
#include <cstring>

#include "allocator/allocator.h"
#include "allocator/pages/page_source.h"

namespace alloclab {

template <Allocator A, ZeroesPages Pages>
class LazyZero {
 public:
  static constexpr std::size_t kAlignment = A::kAlignment;
  static constexpr bool kThreadSafe = A::kThreadSafe;
  static constexpr bool kMerges = kMergesNeighbours<A>;
  static constexpr bool kResizesFreely = kResizesToAnySize<A>;
  static constexpr bool kStopsMisuse = kDetectsMisuse<A>;

  // Below this, setting the bytes costs no more than asking the system for less to set.
  static constexpr std::size_t kLeastBytes = 16 * Pages::kPageBytes;

  // `pages` is what A takes its memory from.
  explicit LazyZero(Pages& pages) noexcept : pages_(&pages), inner_(pages) {}

  void* Allocate(std::size_t n) noexcept { return inner_.Allocate(n); }

  // `zeroed` becomes true when all n bytes are zero.
  void* Allocate(std::size_t n, bool& zeroed) noexcept {
    const std::size_t held = pages_->BytesHeld();
    void* p = inner_.Allocate(n);
    zeroed = p != nullptr && n >= kLeastBytes && pages_->BytesHeld() > held && Zero(p, n);
    return p;
  }

  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept
    requires AllocatesAligned<A>
  {
    return inner_.AllocateAligned(n, alignment);
  }

  void Free(void* p) noexcept { inner_.Free(p); }

  bool TryResize(void* p, std::size_t n) noexcept
    requires ResizesInPlace<A>
  {
    return inner_.TryResize(p, n);
  }

  std::size_t UsableSize(const void* p) const noexcept { return inner_.UsableSize(p); }

  template <class Visitor>
  void Walk(Visitor&& visit) const noexcept {
    inner_.Walk(visit);
  }

  Verdict CheckIndex() const noexcept { return inner_.CheckIndex(); }

  std::uint64_t BlocksVisited() const noexcept
    requires CountsSearch<A>
  {
    return inner_.BlocksVisited();
  }

 private:
  // n is several pages. False when the source cannot, and nothing is known of the bytes.
  bool Zero(void* p, std::size_t n) noexcept {
    auto* begin = static_cast<std::byte*>(p);
    const auto past_page = reinterpret_cast<std::uintptr_t>(begin) % Pages::kPageBytes;
    const std::size_t lead = past_page == 0 ? 0 : Pages::kPageBytes - past_page;
    const std::size_t tail = (n - lead) % Pages::kPageBytes;
    if (!pages_->Zero({begin + lead, n - lead - tail})) return false;
    std::memset(begin, 0, lead);
    std::memset(begin + n - tail, 0, tail);
    return true;
  }

  Pages* pages_;
  A inner_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_LAZY_ZERO_H_
