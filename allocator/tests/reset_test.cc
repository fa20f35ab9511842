// Rows 23 and 34: when all is free, a heap starts anew. Nothing is left of what was there, so the
// same script gets the same addresses every time.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

template <class A>
class Reset : public EveryVariant<A> {
 protected:
  // Allocates, frees and resizes by the seed; frees everything in an order that `shuffle` draws.
  // The addresses handed out, in order.
  std::vector<std::uintptr_t> Run(std::uint64_t seed, std::uint64_t shuffle) {
    std::mt19937_64 random(seed);
    std::vector<void*> live;
    std::vector<std::uintptr_t> addresses;
    for (int i = 0; i < 300; ++i) {
      const std::size_t n = random() % (i % 8 == 0 ? 20000 : 300);
      void* p = i % 16 == 7 ? this->heap.AllocateAligned(n, 512) : this->heap.Allocate(n);
      addresses.push_back(reinterpret_cast<std::uintptr_t>(p));
      live.push_back(p);
      if (random() % 3 != 0) continue;
      std::swap(live[random() % live.size()], live.back());
      this->heap.Free(live.back());
      live.pop_back();
    }
    std::mt19937_64 order(shuffle);
    std::shuffle(live.begin(), live.end(), order);
    for (void* p : live) this->heap.Free(p);
    return addresses;
  }
};
TYPED_TEST_SUITE(Reset, WalkableVariants, WalkableName);

TYPED_TEST(Reset, C19AnEmptyHeapStartsAnewAtTheSamePlace) {
  const std::uint64_t seed = PrintedSeed(34);
  const std::vector<std::uintptr_t> first = this->Run(seed, 0);
  EXPECT_EQ(std::count(first.begin(), first.end(), 0u), 0);
  for (std::uint64_t round = 1; round < 20; ++round) {
    EXPECT_EQ(this->pages.BytesHeld(), 0u);
    EXPECT_EQ(BlocksOf(this->heap).size(), 0u);
    ASSERT_EQ(this->Run(seed, round), first) << "round " << round << ", seed " << seed;
    this->Run(seed + round, round);  // something else between
  }
}

class RetainingPages : public ArenaPages {
 public:
  static constexpr std::size_t kRetainBytes = std::size_t{16} << 10;
  using ArenaPages::ArenaPages;
};

// bump goes up block by block, uses nothing twice, and begins again with the last free: in the
// memory that it kept, where the source wants some kept.
TEST(BumpReset, GoesUpUntilAllIsFree) {
  RetainingPages pages(kArenaBytes);
  Bump<RetainingPages> heap(pages);
  std::byte* const first = static_cast<std::byte*>(heap.Allocate(100));
  const std::size_t held = pages.BytesHeld();
  heap.Free(first);
  EXPECT_EQ(pages.BytesHeld(), held);
  for (int round = 0; round < 3; ++round) {
    void* kept = heap.Allocate(100);
    EXPECT_EQ(kept, first);
    for (std::ptrdiff_t i = 1; i < 50; ++i) {
      void* p = heap.Allocate(100);
      ASSERT_EQ(p, first + i * 128);  // 100 rounded up to 112, and a header of 16
      heap.Free(p);                   // not to be had again yet
    }
    heap.Free(kept);
    EXPECT_LE(pages.BytesHeld(), RetainingPages::kRetainBytes);
  }
}

// A buffer takes back only its end, so what lies below somebody else's span stays: it is shown by
// the walk, serves the next requests, and goes back when it can.
TEST(BumpReset, WhatTheSourceDoesNotTakeBackServesAgain) {
  ArenaPages pages(kArenaBytes);
  Bump<ArenaPages> heap(pages);
  const auto walked = [&] {
    std::size_t bytes = 0;
    for (const BlockView& block : BlocksOf(heap)) bytes += block.bytes;
    return bytes;
  };
  void* first = heap.Allocate(5000);
  const std::size_t own = pages.BytesHeld();
  const Span foreign = pages.Acquire(100);
  heap.Free(first);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(walked(), own);
    EXPECT_EQ(pages.BytesHeld(), own + foreign.bytes);
    void* small = heap.Allocate(20);
    EXPECT_EQ(small, first);
    void* large = heap.Allocate(9000);  // above the foreign span
    ASSERT_NE(large, nullptr);
    EXPECT_EQ(walked(), pages.BytesHeld() - foreign.bytes);
    heap.Free(small);
    heap.Free(large);
  }
  EXPECT_TRUE(pages.Release(foreign));
  heap.Free(heap.Allocate(1));
  EXPECT_EQ(pages.BytesHeld(), 0u);
}

}  // namespace
}  // namespace alloclab
