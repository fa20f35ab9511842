// The one interface of alloclab: what a memory allocator must offer to be tested, fuzzed, measured
// and preloaded. The promises behind these functions are the numbered rules C1.. in README.md
// beside this file; tests cite the numbers.
//
// An allocator is a class of its own, reached by static dispatch only: no base class, no virtual
// call. It takes its memory from a page source (pages/page_source.h) given to its constructor.

#ifndef ALLOCLAB_ALLOCATOR_ALLOCATOR_H_
#define ALLOCLAB_ALLOCATOR_ALLOCATOR_H_

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace alloclab {

// Alignment, in bytes, that C promises for every malloc: alignof(max_align_t).
inline constexpr std::size_t kMallocAlignment = 16;
static_assert(kMallocAlignment == alignof(std::max_align_t));

// The largest request, in bytes, that may succeed: pointer differences inside a block must be
// representable, so anything above is refused before any arithmetic on it (rule C6).
inline constexpr std::size_t kMaxRequestBytes = PTRDIFF_MAX;

enum class BlockState : std::uint8_t {
  kUsed,      // handed out and not yet freed
  kFree,      // can be handed out
  kOverhead,  // belongs to the allocator itself: region headers, sentinels, page tables
};

// One block as Walk shows it: `bytes` bytes from `begin` on, of which the `usable` bytes from
// `payload` on are (or could be) a caller's.
struct BlockView {
  const std::byte* begin;
  std::size_t bytes;
  const std::byte* payload;
  std::size_t usable;
  BlockState state;

  const std::byte* end() const { return begin + bytes; }
};

// The answer of a self-check. `broken` is a static sentence; null means all is well.
struct Verdict {
  const char* broken = nullptr;
  const void* where = nullptr;

  bool ok() const { return broken == nullptr; }
};

// Stands for any visitor in the concept below.
struct AnyBlockVisitor {
  void operator()(const BlockView&) const {}
};

// All functions are noexcept; null means out of memory; nothing here sets errno (malloc_api.h
// does).
//   Allocate(n)      n writable bytes aligned to kAlignment, or null. n = 0 gives a unique block.
//   Free(p)          ends the block p; null is ignored.
//   UsableSize(p)    bytes the caller may write at p, at least what was asked for.
//   Walk(visit)      calls visit(BlockView) for every block in address order. O(blocks).
//   CheckIndex()     compares what the free index believes with what the blocks say. O(blocks).
//   kAlignment       alignment of every payload in bytes, a power of two.
//   kThreadSafe      whether calls may come from several threads at once.
template <class A>
concept Allocator = requires(A a, const A& c, std::size_t n, void* p, AnyBlockVisitor visit) {
  { a.Allocate(n) } noexcept -> std::same_as<void*>;
  { a.Free(p) } noexcept -> std::same_as<void>;
  { c.UsableSize(p) } noexcept -> std::same_as<std::size_t>;
  { c.Walk(visit) } noexcept -> std::same_as<void>;
  { c.CheckIndex() } noexcept -> std::same_as<Verdict>;
  requires std::same_as<decltype(A::kAlignment), const std::size_t>;
  requires std::same_as<decltype(A::kThreadSafe), const bool>;
  requires A::kAlignment >= kMallocAlignment && (A::kAlignment & (A::kAlignment - 1)) == 0;
};

// Optional power: TryResize(p, n) makes block p hold n bytes without moving it, or changes nothing
// and returns false (rule C12).
template <class A>
concept ResizesInPlace = Allocator<A> && requires(A a, void* p, std::size_t n) {
  { a.TryResize(p, n) } noexcept -> std::same_as<bool>;
};

// Optional power: AllocateAligned(n, alignment) for a power of two above kAlignment (rule C13).
template <class A>
concept AllocatesAligned = Allocator<A> && requires(A a, std::size_t n) {
  { a.AllocateAligned(n, n) } noexcept -> std::same_as<void*>;
};

// Optional power: Reallocate(p, n) for non-null p and n > 0 moves the block itself, if it must.
// For allocators that know better ways than copying (mremap), such as the system's own.
template <class A>
concept Reallocates = Allocator<A> && requires(A a, void* p, std::size_t n) {
  { a.Reallocate(p, n) } noexcept -> std::same_as<void*>;
};

// Optional power: AllocateZeroed(n) knows when fresh memory is zero already.
template <class A>
concept AllocatesZeroed = Allocator<A> && requires(A a, std::size_t n) {
  { a.AllocateZeroed(n) } noexcept -> std::same_as<void*>;
};

// Optional power: Allocate(n, zeroed) is Allocate(n), and `zeroed` says whether the n bytes are
// known to be zero. The rest is the caller's to set, whose time it takes and not that of a lock.
template <class A>
concept TellsZeroed = Allocator<A> && requires(A a, std::size_t n, bool& zeroed) {
  { a.Allocate(n, zeroed) } noexcept -> std::same_as<void*>;
};

// Optional power: how many blocks all allocations so far have looked at: free ones, or all where
// the list is of all (memalloc_list). The cost of a search is counted, not believed.
template <class A>
concept CountsSearch = Allocator<A> && requires(const A& c) {
  { c.BlocksVisited() } noexcept -> std::same_as<std::uint64_t>;
};

// Whether Walk shows the blocks. False only for allocators that cannot be seen into.
template <class A>
inline constexpr bool kWalkable = true;
template <class A>
  requires requires { A::kOpaque; }
inline constexpr bool kWalkable<A> = !A::kOpaque;

// Whether the allocator promises that no two free blocks lie side by side (rule C11).
template <class A>
inline constexpr bool kMergesNeighbours = false;
template <class A>
  requires requires { A::kMerges; }
inline constexpr bool kMergesNeighbours<A> = A::kMerges;

// Whether TryResize goes to every size that the memory behind the block has room for (rule C12). An
// allocator of size classes or orders says false: it keeps the place only where its sizes allow it.
template <class A>
inline constexpr bool kResizesToAnySize = ResizesInPlace<A>;
template <class A>
  requires requires { A::kResizesFreely; }
inline constexpr bool kResizesToAnySize<A> = ResizesInPlace<A> && A::kResizesFreely;

// Whether Free, TryResize and UsableSize notice every address that is no live block's (rule C20).
template <class A>
inline constexpr bool kDetectsMisuse = false;
template <class A>
  requires requires { A::kStopsMisuse; }
inline constexpr bool kDetectsMisuse<A> = A::kStopsMisuse;

// Optional promise: while Walk shows a free block of at least SureFit(n) bytes, Allocate(n) is not
// refused (rule C21). It states how far an allocator's policy may pass over what would do.
template <class A>
concept PromisesFit = Allocator<A> && requires(std::size_t n) {
  { A::SureFit(n) } noexcept -> std::same_as<std::size_t>;
};

// Optional promise: which of the free blocks that Walk shows, of at least SureFit(n) bytes,
// Allocate(n) takes (rule C23): the lowest, or the smallest, of several the lowest.
enum class Placement : std::uint8_t { kUnstated, kLowest, kSmallest };
template <class A>
inline constexpr Placement kPlacementOf = Placement::kUnstated;
template <class A>
  requires requires { A::kPlacement; }
inline constexpr Placement kPlacementOf<A> = A::kPlacement;

// Optional promise: a block that Allocate, AllocateAligned or TryResize made to hold n bytes has at
// most MostUsable(n) usable ones (rules C4 and C12). What it has over was too little to be a block.
template <class A>
concept BoundsUsable = Allocator<A> && requires(std::size_t n) {
  { A::MostUsable(n) } noexcept -> std::same_as<std::size_t>;
};

// Optional promise: no call looks at more than kMostVisited blocks (rule C22). 0: none is made.
template <class A>
inline constexpr std::uint64_t kVisitsBound = 0;
template <class A>
  requires requires { A::kMostVisited; }
inline constexpr std::uint64_t kVisitsBound<A> = A::kMostVisited;

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_ALLOCATOR_H_
