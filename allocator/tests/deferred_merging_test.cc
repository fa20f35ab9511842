// DeferredMerging: what is put aside, when it is taken again, and that all of it is merged when the
// heap says so. Held against models that keep the lists in vectors, and against the walk.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <type_traits>
#include <vector>

#include "allocator/merging.h"
#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

// Wants memory retained, so that much can be put aside.
class RetainingPages : public ArenaPages {
 public:
  static constexpr std::size_t kRetainBytes = std::size_t{16} << 10;
  using ArenaPages::ArenaPages;
};

using Heap = SegregatedBins<RetainingPages>;
static_assert(Heap::kDeferBytes == RetainingPages::kRetainBytes);
static_assert(SegregatedBins<ArenaPages>::kDeferBytes == 4096);
static_assert(!kMergesNeighbours<Heap>);
// The other heaps of tagged blocks merge at once, and carry nothing for it.
static_assert(kMergesNeighbours<Tlsf<ArenaPages>> && kMergesNeighbours<BestFit<ArenaPages>>);
static_assert(std::is_empty_v<EagerMerging>);

constexpr std::size_t kQuickMost = DeferredMerging::kQuickMaxBytes - TaggedBlock::kHeaderBytes;

class Deferred : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_TRUE(heap.CheckIndex().ok()) << heap.CheckIndex().broken; }

  static TaggedBlock* BlockOf(void* p) { return TaggedBlock::FromPayload(p); }

  // Makes a large free block, so that the heap need not merge to serve what comes, and has all of
  // it from there. The block in use behind it keeps it there, and reaches to the end of the heap.
  void* Reserve() {
    void* reserve = heap.Allocate(std::size_t{2} << 20);
    void* guard = heap.Allocate(8);
    for (const BlockView& block : BlocksOf(heap)) {
      if (block.state == BlockState::kFree) heap.TryResize(guard, block.bytes);
    }
    EXPECT_EQ(BlocksIn(heap, BlockState::kFree), 0u);
    heap.Free(reserve);
    return guard;
  }

  // How often two free blocks are neighbours.
  std::size_t Unmerged() const {
    std::size_t count = 0;
    bool free_before = false;
    for (const BlockView& block : BlocksOf(heap)) {
      const bool free = block.state == BlockState::kFree;
      count += free && free_before ? 1 : 0;
      free_before = free;
    }
    return count;
  }

  RetainingPages pages{kArenaBytes};
  Heap heap{pages};
};

// A block of 1 KiB is put aside; one that is larger is merged at once.
TEST_F(Deferred, LastFreedFirstAndExactlyThatSize) {
  for (std::size_t n = 1; n <= kQuickMost; n += n % 16 == 8 ? 1 : 7) {
    void* guard = Reserve();
    void* first = heap.Allocate(n);
    void* second = heap.Allocate(n);
    void* apart = heap.Allocate(8);
    heap.Free(first);
    heap.Free(second);
    ASSERT_TRUE(BlockOf(first)->quick() && BlockOf(second)->quick()) << n;
    void* other = heap.Allocate(n + 32);  // a size up does not get it
    ASSERT_TRUE(other != first && other != second) << n;
    ASSERT_EQ(heap.Allocate(n), second) << n;
    ASSERT_EQ(heap.Allocate(n), first) << n;
    ASSERT_FALSE(BlockOf(first)->quick() || BlockOf(second)->quick()) << n;
    ASSERT_TRUE(heap.CheckIndex().ok()) << heap.CheckIndex().broken;
    for (void* p : {first, second, apart, other, guard}) heap.Free(p);
  }
  void* large = heap.Allocate(kQuickMost + 1);
  void* apart = heap.Allocate(8);
  heap.Free(large);
  EXPECT_FALSE(BlockOf(large)->used());
  heap.Free(apart);
}

// With a large block always free nothing makes the heap merge but the bound, and a model of vectors
// knows each address beforehand.
TEST_F(Deferred, TakesWhatTheModelTakes) {
  const std::uint64_t seed = PrintedSeed(88);
  std::mt19937_64 random(seed);
  void* guard = Reserve();
  std::map<std::size_t, std::vector<void*>> lists;  // by size of the block
  std::size_t aside = 0;
  std::size_t hits = 0;
  std::size_t merges = 0;
  std::vector<void*> live;
  for (int step = 0; step < 20000; ++step) {
    const std::size_t n = random() % (step / 2000 % 2 == 0 ? 100 : 1200);
    if (live.size() > 100 || (!live.empty() && random() % 2 == 0)) {
      std::swap(live[random() % live.size()], live.back());
      const std::size_t bytes = heap.UsableSize(live.back()) + TaggedBlock::kHeaderBytes;
      heap.Free(live.back());
      if (bytes <= DeferredMerging::kQuickMaxBytes) {
        lists[bytes].push_back(live.back());
        aside += bytes;
      }
      live.pop_back();
      if (aside > RetainingPages::kRetainBytes) {
        ASSERT_EQ(Unmerged(), 0u) << "step " << step << ", seed " << seed;
        lists.clear();
        aside = 0;
        ++merges;
      }
    } else {
      void* p = heap.Allocate(n);
      std::vector<void*>& list = lists[TaggedBlock::BytesFor(n)];
      if (!list.empty()) {
        ASSERT_EQ(p, list.back()) << "step " << step << ", seed " << seed;
        list.pop_back();
        aside -= TaggedBlock::BytesFor(n);
        ++hits;
      }
      ASSERT_NE(p, nullptr);
      live.push_back(p);
    }
    if (step % 16 == 0) {
      ASSERT_TRUE(heap.CheckIndex().ok()) << heap.CheckIndex().broken << ", seed " << seed;
      std::size_t quick = 0;
      for (const BlockView& block : BlocksOf(heap)) {
        if (block.state == BlockState::kOverhead) continue;
        quick += TaggedBlock::FromPayload(block.payload)->quick() ? block.bytes : 0;
      }
      ASSERT_EQ(quick, aside) << "step " << step << ", seed " << seed;
    }
  }
  EXPECT_GT(hits, 1000u);
  EXPECT_GT(merges, 5u);
  for (void* p : live) heap.Free(p);
  heap.Free(guard);
  EXPECT_LE(pages.BytesHeld(), RetainingPages::kRetainBytes);
}

// Forty neighbours, put aside; what must merge them is the last of them that is freed, a request
// that only they can serve, and a neighbour that has to grow.
TEST_F(Deferred, AllIsMergedWhenNothingIsLive) {
  std::vector<void*> blocks;
  for (std::size_t i = 0; i < 40; ++i) blocks.push_back(heap.Allocate(i * 7));
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i) heap.Free(blocks[i]);
  EXPECT_GT(Unmerged(), 30u);
  EXPECT_EQ(BlocksIn(heap, BlockState::kUsed), 1u);  // put aside is free, to whoever looks
  heap.Free(blocks.back());
  EXPECT_EQ(Unmerged(), 0u);
  EXPECT_LE(BlocksIn(heap, BlockState::kFree), 1u);
}

TEST_F(Deferred, ALargeBlockFreedLastMergesAllToo) {
  void* small = heap.Allocate(100);
  void* other = heap.Allocate(100);
  void* large = heap.Allocate(3000);
  heap.Free(small);
  heap.Free(other);
  EXPECT_EQ(Unmerged(), 1u);
  heap.Free(large);
  EXPECT_LE(BlocksIn(heap, BlockState::kFree), 1u);
}

TEST_F(Deferred, AllIsMergedBeforeTheHeapGrowsAndBeforeItRefuses) {
  for (const bool aligned : {false, true}) {
    std::vector<void*> blocks;
    void* first = heap.Allocate(8);
    for (int i = 0; i < 40; ++i) blocks.push_back(heap.Allocate(300));
    void* guard = heap.Allocate(8);
    // Nothing else is free: the rest behind the guard is used up.
    std::vector<void*> filler;
    pages.Refuse(0, std::uint64_t{1} << 62);
    while (void* p = heap.Allocate(8)) filler.push_back(p);
    for (void* p : blocks) heap.Free(p);
    EXPECT_EQ(Unmerged(), 39u);
    const std::uint64_t requests = pages.requests();
    void* p = aligned ? heap.AllocateAligned(8000, 1024) : heap.Allocate(40 * 304);
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(pages.requests(), requests);  // the source was not even asked
    EXPECT_GE(p, blocks.front());
    EXPECT_LT(p, guard);
    EXPECT_EQ(Unmerged(), 0u);
    ASSERT_TRUE(heap.CheckIndex().ok()) << heap.CheckIndex().broken;
    EXPECT_EQ(heap.Allocate(100000), nullptr);
    pages.Refuse(0, 0);
    for (void* q : filler) heap.Free(q);
    for (void* q : {p, first, guard}) heap.Free(q);
    EXPECT_LE(pages.BytesHeld(), RetainingPages::kRetainBytes);
  }
}

// What was put aside counts as in use; behind the last block that is, no more is kept than the
// source wants, whatever is freed.
TEST_F(Deferred, C19TheFreeEndOfTheHeapGoesBack) {
  const std::uint64_t seed = PrintedSeed(19);
  std::mt19937_64 random(seed);
  std::size_t most_aside = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<void*> blocks;
    for (int i = 0; i < 150; ++i) blocks.push_back(heap.Allocate(random() % 2000));
    std::shuffle(blocks.begin(), blocks.end(), random);
    for (void* p : blocks) {
      heap.Free(p);
      std::size_t behind = 0;
      std::size_t aside = 0;
      for (const BlockView& block : BlocksOf(heap)) {
        const bool overhead = block.state == BlockState::kOverhead;
        const bool quick = !overhead && TaggedBlock::FromPayload(block.payload)->quick();
        aside += quick ? block.bytes : 0;
        behind = quick || block.state == BlockState::kUsed ? 0 : behind + block.bytes;
      }
      most_aside = std::max(most_aside, aside);
      ASSERT_LE(aside, Heap::kDeferBytes) << "round " << round << ", seed " << seed;
      ASSERT_LE(behind, RetainingPages::kRetainBytes + RetainingPages::kGranuleBytes + 64)
          << "round " << round << ", seed " << seed;
    }
    ASSERT_LE(pages.BytesHeld(), RetainingPages::kRetainBytes) << round << ", seed " << seed;
  }
  EXPECT_GT(most_aside, Heap::kDeferBytes / 2);
}

// It grows over one that was put aside, and over a free block and one that was put aside behind it;
// at the end of the heap, over one that was put aside and into new memory.
TEST_F(Deferred, ABlockGrowsOverWhatWasPutAside) {
  for (const std::size_t behind : {std::size_t{400}, std::size_t{2000}}) {
    void* p = heap.Allocate(100);
    void* next = heap.Allocate(behind);  // 2000 is merged at once
    void* after = heap.Allocate(500);
    void* guard = heap.Allocate(8);
    heap.Free(after);
    heap.Free(next);
    EXPECT_EQ(Unmerged(), 1u);
    const std::size_t room = heap.UsableSize(p) + BlockOf(next)->size() + BlockOf(after)->size();
    EXPECT_FALSE(heap.TryResize(p, room + 1));
    EXPECT_TRUE(heap.TryResize(p, room));
    EXPECT_EQ(heap.UsableSize(p), room);
    ASSERT_TRUE(heap.CheckIndex().ok()) << heap.CheckIndex().broken;
    heap.Free(p);
    heap.Free(guard);
  }
  void* p = heap.Allocate(100);
  heap.Free(heap.Allocate(500));
  EXPECT_TRUE(heap.TryResize(p, 50000));
  heap.Free(p);
}

// Damage of every kind that the lists can have is seen.
TEST_F(Deferred, CheckSeesDamagedLists) {
  void* guard = heap.Allocate(8);
  for (int damage = 0; damage <= 7; ++damage) {
    std::vector<void*> blocks;
    for (int i = 0; i < 4; ++i) blocks.push_back(heap.Allocate(200));
    void* other = heap.Allocate(64);
    void* front = heap.Allocate(64);
    void* used = heap.Allocate(200);
    void* merged = heap.Allocate(2000);
    void* apart = heap.Allocate(8);
    for (void* p : blocks) heap.Free(p);
    for (void* p : {other, front, merged}) heap.Free(p);
    ASSERT_TRUE(heap.CheckIndex().ok()) << heap.CheckIndex().broken;
    // On the list of 208 bytes: blocks 3, 2, 1, 0; on that of 80: front, other.
    TaggedBlock* head = BlockOf(blocks[3]);
    TaggedBlock* link_of = head;
    TaggedBlock* const link = head->next_free;
    TaggedBlock* tagged = damage == 6 ? BlockOf(merged) : damage == 3 ? BlockOf(used) : head;
    const std::size_t tag = tagged->tag;
    switch (damage) {
      case 0:  // listed twice: the list is a ring
        link_of = BlockOf(blocks[0]);
        link_of->next_free = head;
        break;
      case 1:  // one left out
        head->next_free = BlockOf(blocks[1]);
        break;
      case 2:  // the flag lost
        tagged->tag &= ~TaggedBlock::kQuick;
        break;
      case 3:  // a block in use with the flag
        tagged->tag |= TaggedBlock::kQuick;
        break;
      case 4:  // a block in use on a list
        link_of = BlockOf(blocks[0]);
        link_of->next_free = BlockOf(used);
        break;
      case 5:  // one list goes on in another
        link_of = BlockOf(blocks[0]);
        link_of->next_free = BlockOf(other);
        break;
      case 6:  // merged, and with the flag
        tagged->tag |= TaggedBlock::kQuick;
        break;
      default:  // listed once, where others have another size
        BlockOf(front)->next_free = nullptr;
        link_of = BlockOf(blocks[0]);
        link_of->next_free = BlockOf(other);
    }
    EXPECT_FALSE(heap.CheckIndex().ok()) << damage;
    link_of->next_free = link_of == head ? link : nullptr;
    BlockOf(front)->next_free = BlockOf(other);
    tagged->tag = tag;
    ASSERT_TRUE(heap.CheckIndex().ok()) << damage << ": " << heap.CheckIndex().broken;
    heap.Free(used);
    heap.Free(apart);
  }
  heap.Free(guard);
}

// Freed twice, a block is on its list twice.
TEST(DeferredMerging, CheckSeesABlockFreedTwice) {
  RetainingPages pages(kArenaBytes);
  Heap heap(pages);
  for (int i = 0; i < 4; ++i) heap.Allocate(8);
  void* p = heap.Allocate(100);
  heap.Free(p);
  ASSERT_TRUE(heap.CheckIndex().ok());
  heap.Free(p);
  EXPECT_STREQ(heap.CheckIndex().broken,
               "the quick lists do not hold exactly the blocks marked quick");
}

// What is counted, against counts that are wrong by one.
TEST(DeferredMerging, CheckHoldsTheCounts) {
  alignas(16) std::byte memory[256] = {};
  auto* block = TaggedBlock::At(memory + 8);
  block->WriteUsed(64, TaggedBlock::kPrevUsed);
  DeferredMerging merging(64);
  merging.Taken();
  merging.Taken();
  EXPECT_TRUE(merging.Check(2, 0).ok());
  EXPECT_FALSE(merging.Check(1, 0).ok());
  EXPECT_FALSE(merging.Check(2, 16).ok());
  EXPECT_FALSE(merging.Put(block));  // the bound is reached, and not passed
  EXPECT_TRUE(merging.Check(1, 64).ok());
  EXPECT_FALSE(merging.Check(2, 64).ok());
  EXPECT_EQ(merging.Take(40), nullptr);
  EXPECT_EQ(merging.Take(kQuickMost + 1), nullptr);
  EXPECT_EQ(merging.Take(SIZE_MAX), nullptr);
  EXPECT_EQ(merging.Take(41), block);
  EXPECT_TRUE(merging.Check(2, 0).ok());
  EXPECT_FALSE(merging.Returned());
  EXPECT_TRUE(merging.Put(block));  // the last
  EXPECT_FALSE(merging.Check(0, 64).ok());
}

}  // namespace
}  // namespace alloclab
