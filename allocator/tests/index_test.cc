// What is each index's own: its order, seen through a heap, and held against a model.

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "allocator/tests/conformance.h"

namespace alloclab {
namespace {

// A heap with holes of the given sizes, in address order, each between two blocks in use.
template <class Heap>
class Holes {
 public:
  Holes(Heap& heap, const std::vector<std::size_t>& sizes) {
    std::vector<void*> holes;
    heap.Allocate(32);
    for (const std::size_t size : sizes) {
      holes.push_back(heap.Allocate(size));
      heap.Allocate(32);
    }
    while (void* p = heap.Allocate(100000)) (void)p;  // use up what is behind
    while (void* p = heap.Allocate(1000)) (void)p;
    while (void* p = heap.Allocate(8)) (void)p;
    addresses_ = holes;
  }
  void* operator[](std::size_t i) const { return addresses_[i]; }

 private:
  std::vector<void*> addresses_;
};

// Row 18: in address order.
TEST(FirstFitList, TakesTheLowestThatFits) {
  ArenaPages pages(1 << 16);
  FirstFitList<ArenaPages> heap(pages);
  Holes holes(heap, {100, 500, 300, 500});
  for (const std::size_t i : {3u, 1u, 2u, 0u}) heap.Free(holes[i]);
  EXPECT_EQ(heap.Allocate(280), holes[1]);
  EXPECT_EQ(heap.Allocate(280), holes[2]);
  EXPECT_EQ(heap.Allocate(280), holes[3]);
  EXPECT_EQ(heap.Allocate(90), holes[0]);
}

// The search cost is counted, so it can be held against a count by hand: the holes in address
// order, as the walk shows them, up to the one that serves.
TEST(FirstFitList, LooksAtTheHolesUpToTheOneItTakesAndNoOthers) {
  ArenaPages pages(1 << 18);
  FirstFitList<ArenaPages> heap(pages);
  std::mt19937_64 random(18);
  std::vector<void*> blocks;
  while (void* p = heap.Allocate(random() % 500)) blocks.push_back(p);
  for (std::size_t i = 0; i < blocks.size(); i += 2) heap.Free(blocks[i]);
  for (int i = 0; i < 300; ++i) {
    const std::size_t n = random() % 700;
    const std::size_t bytes = TaggedBlock::BytesFor(n);
    std::uint64_t visits = 0;
    const std::byte* expected = nullptr;
    heap.Walk([&](const BlockView& block) {
      if (block.state != BlockState::kFree || expected != nullptr) return;
      ++visits;
      if (block.bytes >= bytes) expected = block.payload;
    });
    const std::uint64_t before = heap.BlocksVisited();
    ASSERT_EQ(heap.Allocate(n), expected) << i;
    ASSERT_EQ(heap.BlocksVisited() - before, visits) << i;
  }
}

// Row 19.
TEST(NextFit, ResumesAfterTheLastHitAndWrapsOnce) {
  ArenaPages pages(1 << 16);
  NextFit<ArenaPages> heap(pages);
  Holes holes(heap, {500, 100, 500, 300, 900});
  for (const std::size_t i : {4u, 1u, 3u, 0u, 2u}) heap.Free(holes[i]);
  EXPECT_EQ(heap.Allocate(300), holes[0]);
  EXPECT_EQ(heap.Allocate(290), holes[2]);  // not what is left of the first
  EXPECT_EQ(heap.Allocate(290), holes[3]);
  EXPECT_EQ(heap.Allocate(290), holes[4]);
  const std::uint64_t before = heap.BlocksVisited();
  // What is left: 200 | 100 | 200 | none | 600, and the search begins at the last.
  EXPECT_EQ(heap.Allocate(590), static_cast<std::byte*>(holes[4]) + 304);
  EXPECT_EQ(heap.BlocksVisited() - before, 1u);
  EXPECT_EQ(heap.Allocate(90), static_cast<std::byte*>(holes[0]) + 320);  // around the end
  EXPECT_EQ(heap.Allocate(90), holes[1]);
  // Nothing fits: every hole is looked at once and no more.
  const std::size_t free = BlocksIn(heap, BlockState::kFree);
  const std::uint64_t seen = heap.BlocksVisited();
  EXPECT_EQ(heap.Allocate(30000), nullptr);
  EXPECT_EQ(heap.BlocksVisited() - seen, free);
}

// Held against a model: the holes in address order, and the place where the last search ended.
TEST(NextFit, TakesWhatTheModelTakes) {
  ArenaPages pages(1 << 18);
  NextFit<ArenaPages> heap(pages);
  std::mt19937_64 random(19);
  std::vector<void*> blocks;
  while (void* p = heap.Allocate(random() % 500)) blocks.push_back(p);
  for (std::size_t i = 0; i < blocks.size(); i += 2) heap.Free(blocks[i]);
  const std::byte* resume = nullptr;  // the search begins with the first hole at or above this
  int hits = 0;
  for (int i = 0; i < 300; ++i) {
    const std::size_t bytes = TaggedBlock::BytesFor(random() % 300);
    const std::byte* above = nullptr;
    const std::byte* below = nullptr;
    heap.Walk([&](const BlockView& block) {
      if (block.state != BlockState::kFree || block.bytes < bytes) return;
      const std::byte*& first = block.begin >= resume ? above : below;
      if (first == nullptr) first = block.payload;
    });
    const std::byte* expected = above != nullptr ? above : below;
    const auto* got =
        static_cast<const std::byte*>(heap.Allocate(bytes - TaggedBlock::kHeaderBytes));
    ASSERT_EQ(got, expected) << i;
    if (got == nullptr) continue;
    ++hits;
    resume = TaggedBlock::FromPayload(got)->begin();
  }
  EXPECT_GT(hits, 200);
}

// Row 18: the last freed comes first.
TEST(BoundaryTags, TakesTheLastFreedThatFits) {
  ArenaPages pages(1 << 16);
  BoundaryTags<ArenaPages> heap(pages);
  Holes holes(heap, {500, 500, 100, 500});
  for (const std::size_t i : {3u, 0u, 1u, 2u}) heap.Free(holes[i]);
  EXPECT_EQ(heap.Allocate(480), holes[1]);
  EXPECT_EQ(heap.Allocate(480), holes[0]);
  EXPECT_EQ(heap.Allocate(480), holes[3]);
  EXPECT_EQ(heap.Allocate(90), holes[2]);
}

// The bins alone: with nothing put aside, all that is free is in them.
using Bins = BlockHeap<ArenaPages, SizeBins>;

TEST(SizeBins, TakesTheSmallestBinThatServes) {
  ArenaPages pages(1 << 16);
  Bins heap(pages);
  Holes holes(heap, {5000, 500, 100, 2000, 516});
  for (const std::size_t i : {2u, 1u, 3u, 0u, 4u}) heap.Free(holes[i]);
  EXPECT_EQ(heap.Allocate(500), holes[1]);
  EXPECT_EQ(heap.Allocate(90), holes[2]);
  EXPECT_EQ(heap.Allocate(1000), holes[3]);
  EXPECT_EQ(heap.Allocate(500), holes[4]);
}

TEST(SizeBins, LooksAtFewBlocksHoweverManyAreFree) {
  ArenaPages pages(std::size_t{4} << 20);
  Bins heap(pages);
  std::vector<void*> blocks;
  for (int i = 0; i < 2000; ++i) {
    blocks.push_back(heap.Allocate(1040 + static_cast<std::size_t>(i) % 50 * 16));
    heap.Allocate(8);
  }
  void* large = heap.Allocate(std::size_t{1} << 20);
  heap.Allocate(8);
  for (void* p : blocks) heap.Free(p);
  heap.Free(large);
  const std::uint64_t before = heap.BlocksVisited();
  for (int i = 0; i < 100; ++i) {
    ASSERT_NE(heap.Allocate(1900), nullptr);  // the head blocks of its own bin are all too small
  }
  EXPECT_LE(heap.BlocksVisited() - before, 100 * (SizeBins::kSearchLimit + 1));
}

// Row 22 and R4, every size there is up to a mebibyte: a block is found by whoever asks for as
// much.
TEST(SizeBins, EverySizeMapsToABinThatServesIt) {
  std::size_t last = 0;
  for (std::size_t bytes = 32; bytes <= (1 << 20); bytes += 16) {
    const std::size_t bin = SizeBins::BinOf(bytes);
    ASSERT_LT(bin, SizeBins::kBins);
    ASSERT_TRUE(bin == last || bin == last + 1 || bytes == 32) << bytes;
    if (bytes <= SizeBins::kSmallMaxBytes) {
      ASSERT_TRUE(bin == last + 1 || bytes == 32) << bytes;
    }
    last = bin;
  }
}

// The place of an insertion is found along the list or along the blocks, whichever is shorter: the
// work done must not show in the order.
TEST(AddressOrder, StaysSortedWhateverIsFreed) {
  for (const unsigned percent_free : {5u, 50u, 95u}) {
    ArenaPages pages(1 << 18);
    FirstFitList<ArenaPages> heap(pages);
    std::mt19937_64 random(percent_free);
    std::vector<void*> blocks;
    while (void* p = heap.Allocate(random() % 200)) blocks.push_back(p);
    std::shuffle(blocks.begin(), blocks.end(), random);
    const std::size_t frees = blocks.size() * percent_free / 100;
    for (std::size_t i = 0; i < frees; ++i) {
      heap.Free(blocks[i]);
      if (i % 16 == 0) {
        const Verdict verdict = heap.CheckIndex();
        ASSERT_TRUE(verdict.ok()) << verdict.broken;
      }
    }
    EXPECT_TRUE(heap.CheckIndex().ok());
  }
}

// Rows 21 and 41: damage to a tag, a flag, a footer or a link is seen by CheckIndex, and never
// crashes the walk.
TEST(HeapCheck, SeesDamagedTagsFootersAndLinks) {
  for (const int damage : {0, 1, 2, 3, 4, 5}) {
    ArenaPages pages(1 << 16);
    BoundaryTags<ArenaPages> heap(pages);
    Holes holes(heap, {100, 200, 300});
    heap.Free(holes[0]);
    heap.Free(holes[2]);
    ASSERT_TRUE(heap.CheckIndex().ok());
    TaggedBlock* free_block = TaggedBlock::FromPayload(holes[2]);
    TaggedBlock* used_block = TaggedBlock::FromPayload(holes[1]);
    switch (damage) {
      case 0:
        used_block->tag += 1 << 20;
        break;  // runs past the region
      case 1:
        used_block->tag ^= TaggedBlock::kPrevUsed;
        break;  // wrong flag
      case 2:
        *free_block->Next()->FooterBefore() -= 16;
        break;  // wrong footer
      case 3:
        free_block->next_free = used_block;
        break;  // a used block in the list
      case 4:
        free_block->next_free = nullptr;
        break;  // a free block not in it
      default:
        used_block->tag ^= TaggedBlock::kRegionStart;  // a start in the middle
    }
    EXPECT_FALSE(heap.CheckIndex().ok()) << damage;
    EXPECT_GT(BlocksIn(heap, BlockState::kOverhead), 0u);
    if (damage == 0) used_block->tag -= 1 << 20;
    if (damage == 3 || damage == 4) free_block->next_free = TaggedBlock::FromPayload(holes[0]);
  }
}

}  // namespace
}  // namespace alloclab
