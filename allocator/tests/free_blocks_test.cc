// Rows 24 to 26, 31, 32 and 35; R1, R3, R5 and R6: how free blocks are split, merged and given
// back. What must be free is worked out from what is live and where the source's spans begin.

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

// The block of the walk whose payload is p.
template <class A>
BlockView BlockAt(const A& heap, const void* p) {
  for (const BlockView& block : BlocksOf(heap)) {
    if (block.payload == p) return block;
  }
  ADD_FAILURE() << "the walk does not show the block";
  return {};
}

// All orders of 0, 1, 2, 3, 4.
std::vector<std::vector<std::size_t>> Orders() {
  std::vector<std::size_t> order(5);
  std::iota(order.begin(), order.end(), 0u);
  std::vector<std::vector<std::size_t>> orders;
  do {
    orders.push_back(order);
  } while (std::next_permutation(order.begin(), order.end()));
  return orders;
}

template <class A>
class FreeBlocks : public EveryVariant<A> {};
TYPED_TEST_SUITE(FreeBlocks, AllVariants, VariantName);

// R1: a remainder is what is left less its own header; filled, it leaves the guard untouched.
TYPED_TEST(FreeBlocks, R1SplitKeepsTheGuard) {
  void* wide = this->heap.Allocate(64);
  void* guard = this->heap.Allocate(8);
  this->heap.Free(wide);
  void* front = this->heap.Allocate(16);
  void* rest = this->heap.Allocate(24);
  EXPECT_EQ(this->Check(), "");
  for (void* p : {front, rest, guard}) this->heap.Free(p);
}

// R3: what a split leaves is a block of its own.
TYPED_TEST(FreeBlocks, R3TwoBlocksOutOfOneAreDifferent) {
  void* wide = this->heap.Allocate(1000);
  this->heap.Allocate(8);
  this->heap.Free(wide);
  std::set<void*> blocks;
  for (int i = 0; i < 20; ++i) blocks.insert(this->heap.Allocate(40));
  EXPECT_EQ(blocks.size(), 20u);
  EXPECT_EQ(blocks.count(nullptr), 0u);
  EXPECT_EQ(this->Check(), "");
}

template <class A>
class GivenBack : public EveryVariant<A> {};
TYPED_TEST_SUITE(GivenBack, WalkableVariants, WalkableName);

// Row 31 and 32, R6: every order in which five blocks can be freed, and both long orders.
TYPED_TEST(GivenBack, C11C19AnyOrderOfFreesGivesEverythingBack) {
  for (const std::vector<std::size_t>& order : Orders()) {
    std::vector<void*> blocks;
    for (std::size_t i = 0; i < order.size(); ++i) {
      blocks.push_back(this->heap.Allocate(100 + i * 40));
    }
    for (const std::size_t i : order) {
      this->heap.Free(blocks[i]);
      ASSERT_EQ(this->Check(), "");
    }
    ASSERT_EQ(this->pages.BytesHeld(), 0u);
  }
  for (const bool lifo : {true, false}) {
    std::vector<void*> blocks;
    for (int i = 0; i < 500; ++i) blocks.push_back(this->heap.Allocate(500));
    if (lifo) std::reverse(blocks.begin(), blocks.end());
    for (void* p : blocks) this->heap.Free(p);
    EXPECT_EQ(this->pages.BytesHeld(), 0u) << "lifo " << lifo;
  }
}

// A source that remembers where the spans begin that it has handed out.
class BorderPages : public ArenaPages {
 public:
  using ArenaPages::ArenaPages;
  Span Acquire(std::size_t n) noexcept {
    const Span span = ArenaPages::Acquire(n);
    if (!span.empty()) borders_.insert(span.begin);
    return span;
  }
  bool Release(Span span) noexcept {
    if (!ArenaPages::Release(span)) return false;
    borders_.erase(borders_.lower_bound(span.begin), borders_.end());
    return true;
  }
  const std::set<const std::byte*>& borders() const { return borders_; }

 private:
  std::set<const std::byte*> borders_;
};
using BorderedVariants = Variants::All<BorderPages, VariantsWith<IsWalkable>::Of>;

template <class A>
class Borders : public ::testing::Test {};
TYPED_TEST_SUITE(Borders, BorderedVariants::Types, BorderedVariants);

// Row 35: spans lie side by side, and the source refuses to extend them now and then; no block,
// free or used, ever reaches from one into the next.
TYPED_TEST(Borders, NoMergeCrossesTheEndsOfASpan) {
  const std::uint64_t seed = PrintedSeed(35);
  std::mt19937_64 random(seed);
  BorderPages pages(kArenaBytes);
  Shadowed<TypeParam> heap(pages);
  std::vector<void*> live;
  std::size_t most_borders = 0;
  for (int step = 0; step < 3000; ++step) {
    if (step % 4 == 0) pages.Refuse(0, 1);
    if (step % 300 == 299) {
      heap.FreeAll();
      live.clear();
    }
    if (!live.empty() && random() % (live.size() > 40 ? 2 : 3) == 0) {
      std::swap(live[random() % live.size()], live.back());
      heap.Free(live.back());
      live.pop_back();
    } else if (!live.empty() && random() % 4 == 0) {
      void*& p = live[random() % live.size()];
      if (void* moved = heap.Reallocate(p, random() % 1500 + 1)) p = moved;
    } else if (void* p = heap.Allocate(random() % 1000)) {
      live.push_back(p);
    }
    std::set<const std::byte*> begins;
    for (const BlockView& block : BlocksOf(heap)) begins.insert(block.begin);
    ASSERT_TRUE(
        std::includes(begins.begin(), begins.end(), pages.borders().begin(), pages.borders().end()))
        << "step " << step << ", seed " << seed;
    ASSERT_EQ(Explain(heap.Check({}, pages.BytesHeld())), "") << step << ", seed " << seed;
    most_borders = std::max(most_borders, pages.borders().size());
  }
  EXPECT_GT(most_borders, 2u);
  heap.FreeAll();
}

template <class A>
class Merging : public EveryVariant<A> {};
TYPED_TEST_SUITE(Merging, MergingVariants, MergingName);

// Row 24: for every hole and every request that fits it, the rest is a block exactly when it is as
// large as the smallest there is; it has its own header, and all that is usable of it serves. The
// hole is the only free block, so it is taken whatever the order of the search.
TYPED_TEST(Merging, ASplitLeavesAllThatItDoesNotNeed) {
  void* smallest = this->heap.Allocate(0);
  const BlockView least = BlockAt(this->heap, smallest);
  const std::size_t header = least.bytes - least.usable;
  for (std::size_t hole_bytes = 0; hole_bytes <= 320; hole_bytes += 16) {
    for (std::size_t n = 0; n <= hole_bytes; n += 8) {
      void* hole = this->heap.Allocate(hole_bytes);
      void* guard = this->heap.Allocate(8);
      void* filler = nullptr;  // what the source gave beyond the request
      for (const BlockView& block : BlocksOf(this->heap)) {
        if (block.state == BlockState::kFree) filler = this->heap.Allocate(block.usable);
      }
      ASSERT_EQ(BlocksIn(this->heap, BlockState::kFree), 0u);
      const std::size_t need = std::max(least.bytes, (n + header + 15) / 16 * 16);
      const BlockView before = BlockAt(this->heap, hole);
      this->heap.Free(hole);
      void* taken = this->heap.Allocate(n);
      ASSERT_EQ(taken, before.payload);
      const BlockView block = BlockAt(this->heap, taken);
      void* rest = nullptr;
      if (before.bytes - need < least.bytes) {
        ASSERT_EQ(block.bytes, before.bytes) << hole_bytes << " " << n;
      } else {
        ASSERT_EQ(block.bytes, need) << hole_bytes << " " << n;
        const BlockView left = BlockAt(this->heap, block.end() + header);
        ASSERT_EQ(left.state, BlockState::kFree);
        ASSERT_EQ(left.bytes, before.bytes - need);
        ASSERT_EQ(left.usable, left.bytes - header);
        rest = this->heap.Allocate(left.usable);
        ASSERT_EQ(rest, left.payload) << hole_bytes << " " << n;
      }
      ASSERT_EQ(this->Check(), "") << hole_bytes << " " << n;
      for (void* p : {taken, rest, guard, filler}) this->heap.Free(p);
    }
  }
}

// Rows 25 and 26, R5: five neighbours between two that stay, freed in every order. After each free,
// each run of freed ones is one block with all their bytes, headers included.
TYPED_TEST(Merging, C11EachRunOfFreedNeighboursIsOneBlock) {
  this->heap.Allocate(40);
  for (const std::vector<std::size_t>& order : Orders()) {
    std::vector<void*> five;
    std::vector<BlockView> blocks;
    for (std::size_t i = 0; i < order.size(); ++i) {
      five.push_back(this->heap.Allocate(100 + i * 30));
    }
    void* top = this->heap.Allocate(40);
    for (void* p : five) blocks.push_back(BlockAt(this->heap, p));
    std::set<std::size_t> freed;
    for (const std::size_t i : order) {
      this->heap.Free(five[i]);
      freed.insert(i);
      std::vector<std::pair<const std::byte*, std::size_t>> expected;
      for (const std::size_t k : freed) {
        if (!expected.empty() &&
            expected.back().first + expected.back().second == blocks[k].begin) {
          expected.back().second += blocks[k].bytes;
        } else {
          expected.emplace_back(blocks[k].begin, blocks[k].bytes);
        }
      }
      std::vector<std::pair<const std::byte*, std::size_t>> shown;
      for (const BlockView& block : BlocksOf(this->heap)) {
        if (block.state == BlockState::kFree && block.begin < top) {
          shown.emplace_back(block.begin, block.bytes);
        }
      }
      ASSERT_EQ(shown, expected);
    }
    this->heap.Free(top);
  }
}

// Rows 31 and 32: what lies free behind the last block in use goes back at once, in any order of
// frees; a granule and the smallest block may stay.
TYPED_TEST(Merging, C19TheFreeEndOfTheHeapGoesBack) {
  this->heap.Allocate(1000);
  for (const std::vector<std::size_t>& order : Orders()) {
    std::vector<void*> high;
    for (std::size_t i = 0; i < order.size(); ++i) high.push_back(this->heap.Allocate(1000));
    for (const std::size_t i : order) {
      this->heap.Free(high[i]);
      std::size_t behind = 0;  // bytes from the end of the last block in use
      for (const BlockView& block : BlocksOf(this->heap)) {
        behind = block.state == BlockState::kUsed ? 0 : behind + block.bytes;
      }
      ASSERT_LE(behind, ArenaPages::kGranuleBytes + 64);
      ASSERT_EQ(this->Check(), "");
    }
  }
}

}  // namespace
}  // namespace alloclab
