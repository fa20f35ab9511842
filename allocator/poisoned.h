// Poisoned<A>: fresh and freed memory holds bytes that no program expects.
//
//     Allocate  | a5 a5 a5 a5 a5 a5 ........ a5 |      all usable bytes
//     Free      | 5a 5a 5a 5a 5a 5a ........ 5a |      then the heap writes its own words into it
//
// A program that reads what it has not written, or has freed already, reads zero or its own old
// bytes most of the time, and works until it does not. Here its pointers point nowhere and its
// counts are absurd, at once and every time. Memory that calloc makes zero is zero, and what a
// shrinking TryResize cuts off keeps its bytes, for by then it is the heap's.
//
// Each block is written once more when it is allocated and when it is freed: O(its bytes).
// Source: the junk filling of the BSDs and of jemalloc, whose two bytes these are, so that
// debuggers and people know them; the MALLOC_PERTURB_ of glibc.

#ifndef ALLOCLAB_ALLOCATOR_POISONED_H_
#define ALLOCLAB_ALLOCATOR_POISONED_H_

#include <cstdint>
#include <cstring>
#include <utility>

#include "allocator/allocator.h"

namespace alloclab {

struct AlwaysOn {
  static constexpr bool On() noexcept { return true; }
};

// Switch::On() is asked in every call; while it says false, A is all there is.
template <Allocator A, class Switch = AlwaysOn>
class Poisoned {
 public:
  static constexpr std::size_t kAlignment = A::kAlignment;
  static constexpr bool kThreadSafe = A::kThreadSafe;
  static constexpr bool kOpaque = !kWalkable<A>;
  static constexpr bool kMerges = kMergesNeighbours<A>;
  static constexpr bool kResizesFreely = kResizesToAnySize<A>;
  static constexpr bool kStopsMisuse = kDetectsMisuse<A>;

  static constexpr unsigned char kFresh = 0xa5;
  static constexpr unsigned char kFreed = 0x5a;

  // What a block of n bytes is aligned to, where A promises less for small ones.
  static constexpr std::size_t AlignmentOf(std::size_t n) noexcept
    requires requires { A::AlignmentOf(n); }
  {
    return A::AlignmentOf(n);
  }

  template <class... Args>
  explicit Poisoned(Args&&... args) noexcept : inner_(std::forward<Args>(args)...) {}

  void* Allocate(std::size_t n) noexcept { return Fresh(inner_.Allocate(n)); }

  // The caller sets what is not zero yet.
  void* Allocate(std::size_t n, bool& zeroed) noexcept
    requires TellsZeroed<A>
  {
    return inner_.Allocate(n, zeroed);
  }

  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept
    requires AllocatesAligned<A>
  {
    return Fresh(inner_.AllocateAligned(n, alignment));
  }

  void Free(void* p) noexcept {
    if (Switch::On() && p != nullptr) std::memset(p, kFreed, inner_.UsableSize(p));
    inner_.Free(p);
  }

  bool TryResize(void* p, std::size_t n) noexcept
    requires ResizesInPlace<A>
  {
    if (!Switch::On()) return inner_.TryResize(p, n);
    const std::size_t before = inner_.UsableSize(p);
    if (!inner_.TryResize(p, n)) return false;
    const std::size_t after = inner_.UsableSize(p);
    if (after > before) std::memset(static_cast<std::byte*>(p) + before, kFresh, after - before);
    return true;
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
  void* Fresh(void* p) const noexcept {
    if (Switch::On() && p != nullptr) std::memset(p, kFresh, inner_.UsableSize(p));
    return p;
  }

  A inner_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_POISONED_H_
