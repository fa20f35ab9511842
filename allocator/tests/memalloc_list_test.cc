// What is memalloc_list's own: the list of all blocks, first fit over it, and what a search costs,
// each held against a look at the whole list.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/tests/conformance.h"

namespace alloclab {
namespace {

using Heap = MemallocList<ArenaPages>;

// Row 13.
TEST(MemallocList, EveryBlockIsOnTheListBehindItsSpan) {
  ArenaPages pages(1 << 16);
  Heap heap(pages);
  void* a = heap.Allocate(1);
  void* b = heap.Allocate(60);
  void* c = heap.Allocate(50);
  heap.Free(b);
  const std::vector<BlockView> blocks = BlocksOf(heap);
  ASSERT_EQ(blocks.size(), 5u);
  EXPECT_EQ(blocks[0].state, BlockState::kOverhead);
  EXPECT_EQ(blocks[0].bytes, Heap::kHeaderBytes);
  EXPECT_EQ(blocks[1].payload, a);
  EXPECT_EQ(blocks[1].bytes, Heap::kMinBytes);
  EXPECT_EQ(blocks[2].payload, b);
  EXPECT_EQ(blocks[2].bytes, 64 + Heap::kHeaderBytes);
  EXPECT_EQ(blocks[2].state, BlockState::kFree);
  EXPECT_EQ(blocks[3].payload, c);
  EXPECT_EQ(blocks[4].state, BlockState::kFree);  // what the source gave beyond the request
  heap.Free(a);
  heap.Free(c);
}

// Row 24: a split leaves a rest only where that can be a block.
TEST(MemallocList, TheSmallestRemainderIsKept) {
  for (std::size_t spare = 0; spare <= 64; spare += 16) {
    ArenaPages pages(1 << 16);
    Heap heap(pages);
    void* hole = heap.Allocate(2000);
    heap.Allocate(8);
    heap.Free(hole);
    void* wide = heap.Allocate(160 + spare);
    heap.Allocate(8);  // now the block behind is in use, and wide's size is what was asked for
    ASSERT_EQ(heap.UsableSize(wide), 160 + spare);
    heap.Free(wide);
    ASSERT_EQ(heap.Allocate(160), wide);
    EXPECT_EQ(heap.UsableSize(wide), spare < Heap::kMinBytes ? 160 + spare : 160) << spare;
  }
}

// Row 18, in address order: blocks and visits of every search against a walk. The source refuses to
// extend now and then, so that there are spans side by side.
TEST(MemallocList, TakesTheFirstThatFitsAndLooksAtEachBlockBeforeIt) {
  const char* wanted = std::getenv("ALLOCLAB_SEED");
  const std::uint64_t seed = wanted == nullptr ? 101 : std::strtoull(wanted, nullptr, 10);
  std::cout << "seed " << seed << " (ALLOCLAB_SEED=" << seed << " runs it again)\n";
  std::mt19937_64 random(seed);
  ArenaPages pages(std::size_t{1} << 20);
  Heap heap(pages);
  std::vector<void*> live;
  std::size_t reused = 0;
  for (int step = 0; step < 4000; ++step) {
    if (!live.empty() && random() % (live.size() > 200 ? 2 : 4) == 0) {
      void*& victim = live[random() % live.size()];
      heap.Free(victim);
      victim = live.back();
      live.pop_back();
      continue;
    }
    if (!live.empty() && step % 5 == 0) {
      void* p = live[random() % live.size()];
      const std::size_t n = random() % 300;
      const bool resized = heap.TryResize(p, n);
      ASSERT_TRUE(!resized || heap.UsableSize(p) >= n);
      const Verdict verdict = heap.CheckIndex();
      ASSERT_TRUE(verdict.ok()) << verdict.broken << ", step " << step << ", seed " << seed;
    }
    // Taking the first free block there is and freeing it puts the place where searches begin
    // there.
    heap.Free(heap.Allocate(0));
    if (step % 16 == 0) pages.Refuse(0, 1);
    const std::size_t n = random() % (step % 8 == 0 ? 2000 : 150);
    const std::size_t least = n == 0 ? 16 : (n + 15) / 16 * 16;
    const std::vector<BlockView> blocks = BlocksOf(heap);
    std::size_t first_free = 0;
    while (first_free < blocks.size() && blocks[first_free].state != BlockState::kFree) {
      ++first_free;
    }
    std::size_t fit = first_free;
    while (fit < blocks.size() &&
           (blocks[fit].state != BlockState::kFree || blocks[fit].usable < least)) {
      ++fit;
    }
    const std::size_t looked_at = fit - first_free + (fit < blocks.size() ? 1 : 0);
    const std::uint64_t before = heap.BlocksVisited();
    void* p = heap.Allocate(n);
    ASSERT_EQ(heap.BlocksVisited() - before, looked_at) << "step " << step << ", seed " << seed;
    if (fit < blocks.size()) {
      ASSERT_EQ(p, blocks[fit].payload) << "step " << step << ", seed " << seed;
      ++reused;
    }
    ASSERT_TRUE(p != nullptr || fit == blocks.size());  // no refusal where there is a fit
    if (p != nullptr) live.push_back(p);
    const Verdict verdict = heap.CheckIndex();
    ASSERT_TRUE(verdict.ok()) << verdict.broken << ", step " << step << ", seed " << seed;
  }
  EXPECT_GT(reused, 1000u);
  for (void* p : live) heap.Free(p);
  EXPECT_EQ(pages.BytesHeld(), 0u);
}

// The place where searches begin moves down with a free and up with a search, and costs no fit.
TEST(MemallocList, TheUsedBlocksAtTheBottomAreLookedAtOnce) {
  ArenaPages pages(std::size_t{1} << 20);
  Heap heap(pages);
  std::vector<void*> blocks;
  for (int i = 0; i < 1000; ++i) blocks.push_back(heap.Allocate(100));
  std::uint64_t before = heap.BlocksVisited();
  void* top = heap.Allocate(100);
  EXPECT_LE(heap.BlocksVisited() - before, 3u);
  heap.Free(blocks[500]);
  heap.Free(blocks[700]);
  before = heap.BlocksVisited();
  EXPECT_EQ(heap.Allocate(200), static_cast<std::byte*>(top) + 112 + Heap::kHeaderBytes);
  EXPECT_GE(heap.BlocksVisited() - before, 500u);
  before = heap.BlocksVisited();
  EXPECT_EQ(heap.Allocate(100), blocks[500]);
  EXPECT_EQ(heap.BlocksVisited() - before, 1u);
}

// A used block grows into the free one where searches begin.
TEST(MemallocList, SearchesBeginAtABlockWhateverGrowsOverIt) {
  ArenaPages pages(1 << 16);
  Heap heap(pages);
  void* low = heap.Allocate(100);
  void* next = heap.Allocate(400);
  void* guard = heap.Allocate(8);
  heap.Free(next);
  for (const std::size_t n : std::initializer_list<std::size_t>{200, 300, 544}) {
    ASSERT_TRUE(heap.TryResize(low, n));
    const Verdict verdict = heap.CheckIndex();
    ASSERT_TRUE(verdict.ok()) << verdict.broken << ", " << n;
  }
  EXPECT_GT(heap.Allocate(8), guard);
  EXPECT_TRUE(heap.CheckIndex().ok());
}

// Row 35: spans lie side by side in a buffer; what is free at the border of two is two blocks.
TEST(MemallocList, BlocksOfTwoSpansAreNeverMerged) {
  for (const bool low_first : {true, false}) {
    ArenaPages pages(1 << 16);
    Heap heap(pages);
    void* low = heap.Allocate(256 - 2 * Heap::kHeaderBytes);  // the whole of a granule
    pages.Refuse(0, 1);
    void* high = heap.Allocate(256 - 2 * Heap::kHeaderBytes);
    void* guard = heap.Allocate(10);
    ASSERT_EQ(static_cast<std::byte*>(high) - static_cast<std::byte*>(low), 256);
    heap.Free(low_first ? low : high);
    heap.Free(low_first ? high : low);
    std::size_t openings = 0;
    for (const BlockView& block : BlocksOf(heap)) {
      openings += block.state == BlockState::kOverhead ? 1 : 0;
      if (block.payload == low || block.payload == high) {
        EXPECT_EQ(block.state, BlockState::kFree);
        EXPECT_EQ(block.bytes, 256 - Heap::kHeaderBytes);
      }
    }
    EXPECT_EQ(openings, 2u);
    EXPECT_EQ(BlocksIn(heap, BlockState::kFree), 3u);
    EXPECT_TRUE(heap.CheckIndex().ok());
    heap.Free(guard);
    EXPECT_EQ(pages.BytesHeld(), 0u);  // the lower span too, once the upper one is gone
  }
}

// Spans that go back from the lowest up: where searches begin moves from one to the next, and must
// not stay behind in memory that is gone.
TEST(MemallocList, SearchesBeginInMemoryThatIsHeld) {
  MmapPages pages;
  MemallocList<MmapPages> heap(pages);
  std::vector<void*> blocks;
  for (int i = 0; i < 4; ++i) blocks.push_back(heap.Allocate(std::size_t{2} << 20));
  std::sort(blocks.begin(), blocks.end());
  for (void* p : blocks) {
    heap.Free(p);
    const Verdict verdict = heap.CheckIndex();
    ASSERT_TRUE(verdict.ok()) << verdict.broken;
  }
  void* p = heap.Allocate(100);
  ASSERT_NE(p, nullptr);
  heap.Free(p);
}

// Row 41: each word of a header, damaged.
TEST(MemallocList, CheckSeesDamagedHeaders) {
  for (std::size_t word = 0; word < 4; ++word) {
    ArenaPages pages(1 << 16);
    Heap heap(pages);
    void* low = heap.Allocate(100);
    std::memset(low, 0, 100);
    auto* p = static_cast<std::byte*>(heap.Allocate(100));
    std::memset(p, 0, 100);
    void* high = heap.Allocate(100);
    ASSERT_TRUE(heap.CheckIndex().ok());
    std::byte* header = p - Heap::kHeaderBytes + word * sizeof(std::size_t);
    std::size_t kept = 0;
    std::memcpy(&kept, header, sizeof(kept));
    const std::size_t damaged = kept ^ (word == 1 ? 1 : 16);  // size, state, links
    std::memcpy(header, &damaged, sizeof(damaged));
    EXPECT_FALSE(heap.CheckIndex().ok()) << word;
    std::memcpy(header, &kept, sizeof(kept));
    EXPECT_TRUE(heap.CheckIndex().ok()) << word;
    for (void* block : {low, static_cast<void*>(p), high}) heap.Free(block);
  }
}

}  // namespace
}  // namespace alloclab
