// The edges that are probed are where the answers of each variant change.

#include "fuzz/exhaustive/class_edges.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "allocator/variants.h"

namespace alloclab {
namespace {

template <Allocator A>
void ExpectAnEdge(const ClassEdges& edges) {
  const Arena arena(kLargestProbedArena);
  CheckedPages pages(arena);
  A heap(pages);
  EXPECT_EQ(heap.UsableSize(heap.Allocate(1)), edges.least);
  EXPECT_EQ(heap.UsableSize(heap.Allocate(edges.least)), edges.least);
  EXPECT_GT(heap.UsableSize(heap.Allocate(edges.next)), edges.least);
  EXPECT_EQ(edges.next, edges.least + 1);
}

// Whether n bytes can be had where two neighbouring smallest blocks were, and nothing else is free.
template <Allocator A>
bool FitsWhereTwoWere(const ClassEdges& edges, std::size_t n) {
  constexpr std::size_t kBytes = 1024;
  const Arena arena(kBytes);
  CheckedPages pages(arena);
  A heap(pages);
  std::vector<std::uintptr_t> blocks;
  while (void* p = heap.Allocate(edges.least)) {
    blocks.push_back(reinterpret_cast<std::uintptr_t>(p));
  }
  std::ranges::sort(blocks);
  // Away from both ends, where more may be free.
  const std::size_t middle = blocks.size() / 2;
  EXPECT_EQ(blocks.at(middle + 1) - blocks.at(middle), edges.merged - edges.least);
  heap.Free(reinterpret_cast<void*>(blocks[middle]));
  heap.Free(reinterpret_cast<void*>(blocks[middle + 1]));
  return heap.Allocate(n) != nullptr;
}

TEST(ClassEdges, AreWhereTheVariantChangesItsAnswer) {
  int merging = 0;
  for (const std::string_view name : Variants::kNames) {
    SCOPED_TRACE(name);
    Variants::Visit<CheckedPages>(name, [&]<Allocator A>() {
      if constexpr (kWalkable<A>) {
        const ClassEdges edges = ProbeClassEdges<A>();
        ExpectAnEdge<A>(edges);
        if constexpr (kMergesNeighbours<A>) {
          ++merging;
          EXPECT_TRUE(FitsWhereTwoWere<A>(edges, edges.merged));
          EXPECT_FALSE(FitsWhereTwoWere<A>(edges, edges.merged + 1));
        }
      }
    });
  }
  EXPECT_GE(merging, 5);
}

TEST(ClassEdges, TheArenaIsTheSmallestWithRoomForTwoOfEach) {
  for (const std::string_view name : Variants::kNames) {
    SCOPED_TRACE(name);
    Variants::Visit<CheckedPages>(name, [&]<Allocator A>() {
      if constexpr (kWalkable<A>) {
        const ClassEdges edges = ProbeClassEdges<A>();
        const std::size_t bytes = ProbeArenaBytes<A>(edges);
        const auto has_room = [&](std::size_t arena_bytes) {
          const Arena arena(arena_bytes);
          CheckedPages pages(arena);
          A heap(pages);
          int blocks = 0;
          for (const std::size_t n : {edges.least, edges.next, edges.merged}) {
            for (int i = 0; i < 2; ++i) blocks += heap.Allocate(n) != nullptr ? 1 : 0;
          }
          return blocks == 6;
        };
        EXPECT_TRUE(has_room(bytes));
        EXPECT_FALSE(has_room(bytes - CheckedPages::kGranuleBytes));
      }
    });
  }
}

}  // namespace
}  // namespace alloclab
