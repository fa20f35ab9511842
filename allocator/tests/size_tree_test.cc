// Best fit and its tree: the choice held against a search of all holes, the cost against the
// logarithm, and the checks against trees damaged by hand.

#include <gtest/gtest.h>

#include <bit>
#include <iostream>
#include <random>
#include <vector>

#include "allocator/tests/conformance.h"

namespace alloclab {
namespace {

// The smallest hole that holds `bytes`, the lowest of several, by looking at all of them.
template <class Heap>
const std::byte* SmallestHole(const Heap& heap, std::size_t bytes) {
  const std::byte* payload = nullptr;
  std::size_t smallest = SIZE_MAX;
  heap.Walk([&](const BlockView& block) {
    if (block.state != BlockState::kFree || block.bytes < bytes || block.bytes >= smallest) return;
    smallest = block.bytes;
    payload = block.payload;
  });
  return payload;
}

// Row 20.
TEST(BestFit, TakesTheSmallestThatFitsLowestFirst) {
  ArenaPages pages(std::size_t{1} << 18);
  BestFit<ArenaPages> heap(pages);
  std::mt19937_64 random(20);
  std::vector<void*> blocks;
  while (void* p = heap.Allocate(random() % 400)) blocks.push_back(p);
  std::shuffle(blocks.begin(), blocks.end(), random);
  for (std::size_t i = 0; i < blocks.size() / 2; ++i) heap.Free(blocks[i]);
  int served = 0;
  for (int i = 0; i < 400; ++i) {
    const std::size_t n = random() % 600;
    const std::byte* expected = SmallestHole(heap, TaggedBlock::BytesFor(n));
    ASSERT_EQ(heap.Allocate(n), expected) << i << " " << n;
    served += expected != nullptr ? 1 : 0;
    ASSERT_TRUE(heap.CheckIndex().ok()) << i;
  }
  EXPECT_GT(served, 300);
}

// R2: two blocks fit and the later is not the smaller. The search has to end, with the first.
TEST(BestFit, EndsWhenALaterBlockIsNoBetter) {
  ArenaPages pages(1 << 16);
  BestFit<ArenaPages> heap(pages);
  void* first = heap.Allocate(100);
  heap.Allocate(8);
  void* equal = heap.Allocate(100);
  heap.Allocate(8);
  void* larger = heap.Allocate(300);
  heap.Allocate(8);
  for (void* p : {larger, equal, first}) heap.Free(p);
  EXPECT_EQ(heap.Allocate(100), first);
  EXPECT_EQ(heap.Allocate(100), equal);
  EXPECT_EQ(heap.Allocate(100), larger);
}

// However many blocks are free, and of one size or of all sizes, and freed in which order: about
// 2 ln n nodes are looked at. The bound of 4 log2 n is twice that and a half.
TEST(BestFit, LooksAtLogarithmicallyManyBlocks) {
  for (const int order : {0, 1, 2}) {
    for (const std::size_t step : {std::size_t{0}, std::size_t{16}}) {
      ArenaPages pages(std::size_t{32} << 20);
      BestFit<ArenaPages> heap(pages);
      std::vector<void*> blocks;
      for (std::size_t i = 0; i < 20000; ++i) {
        blocks.push_back(heap.Allocate(100 + i % 64 * step));
        ASSERT_NE(blocks.back(), nullptr);
        heap.Allocate(8);
      }
      if (order == 1) std::reverse(blocks.begin(), blocks.end());
      if (order == 2) std::shuffle(blocks.begin(), blocks.end(), std::mt19937_64(2));
      for (void* p : blocks) heap.Free(p);
      const std::uint64_t before = heap.BlocksVisited();
      constexpr std::uint64_t kSearches = 1000;
      for (std::uint64_t i = 0; i < kSearches; ++i) {
        ASSERT_NE(heap.Allocate(100 + i % 64 * step), nullptr);
      }
      const std::uint64_t log2 = static_cast<std::uint64_t>(std::bit_width(blocks.size()));
      EXPECT_LE(heap.BlocksVisited() - before, kSearches * 4 * log2) << order << " " << step;
      EXPECT_GE(heap.BlocksVisited() - before, kSearches);
    }
  }
}

// Each rule of Check is made to fire.
TEST(SizeTree, CheckSeesDamage) {
  for (const int damage : {0, 1, 2, 3}) {
    ArenaPages pages(1 << 16);
    BestFit<ArenaPages> heap(pages);
    std::vector<void*> holes;
    for (std::size_t i = 0; i < 20; ++i) {
      holes.push_back(heap.Allocate(100 + i * 16));
      heap.Allocate(8);
    }
    void* in_use = heap.Allocate(100);
    for (void* p : holes) heap.Free(p);
    ASSERT_TRUE(heap.CheckIndex().ok());
    // A node with a child on the left: `next_free` is its left link.
    TaggedBlock* parent = nullptr;
    for (void* p : holes) {
      TaggedBlock* block = TaggedBlock::FromPayload(p);
      if (block->next_free != nullptr) parent = block;
    }
    ASSERT_NE(parent, nullptr);
    TaggedBlock* const left = parent->next_free;
    TaggedBlock* const right = parent->prev_free;
    switch (damage) {
      case 0:
        parent->next_free = TaggedBlock::FromPayload(in_use);
        break;
      case 1:  // a subtree is lost
        parent->next_free = nullptr;
        break;
      case 2:  // sides changed
        std::swap(parent->next_free, parent->prev_free);
        break;
      default:  // a circle
        parent->next_free = parent;
    }
    EXPECT_FALSE(heap.CheckIndex().ok()) << damage;
    parent->next_free = left;
    parent->prev_free = right;
    EXPECT_TRUE(heap.CheckIndex().ok());
  }
}

}  // namespace
}  // namespace alloclab
