// Asks an allocator where its smallest size classes end, and how small an arena may be.

#ifndef ALLOCLAB_FUZZ_EXHAUSTIVE_CLASS_EDGES_H_
#define ALLOCLAB_FUZZ_EXHAUSTIVE_CLASS_EDGES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "allocator/allocator.h"
#include "fuzz/exhaustive/alphabet.h"
#include "traces/checked/checked.h"

namespace alloclab {

inline constexpr std::size_t kLargestProbedArena = std::size_t{1} << 20;

// O(1) allocations. The distance of two smallest blocks is what merging adds to one of them: its
// header, where there are headers, and its payload.
template <Allocator A>
ClassEdges ProbeClassEdges() {
  const Arena arena(kLargestProbedArena);
  CheckedPages pages(arena);
  A heap(pages);
  const auto first = reinterpret_cast<std::uintptr_t>(heap.Allocate(1));
  const auto second = reinterpret_cast<std::uintptr_t>(heap.Allocate(1));
  const std::size_t least = heap.UsableSize(reinterpret_cast<const void*>(first));
  return {least, least + 1, least + (std::max(first, second) - std::min(first, second))};
}

// The smallest arena, in whole granules of the page source, with room for two blocks of every edge
// at once: a few calls more and it is full.
template <Allocator A>
std::size_t ProbeArenaBytes(const ClassEdges& edges) {
  Arena arena(kLargestProbedArena);
  constexpr std::size_t kStep = CheckedPages::kGranuleBytes;
  std::size_t bytes = kStep;
  for (; bytes < kLargestProbedArena; bytes += kStep) {
    arena.Reset(bytes);
    CheckedPages pages(arena);
    A heap(pages);
    bool all = true;
    for (const std::size_t n : {edges.least, edges.next, edges.merged}) {
      all = all && heap.Allocate(n) != nullptr && heap.Allocate(n) != nullptr;
    }
    if (all) break;
  }
  return bytes;
}

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_EXHAUSTIVE_CLASS_EDGES_H_
