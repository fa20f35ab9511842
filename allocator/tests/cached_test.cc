// Cached over every variant that can be seen into: the contract as seen by one thread, what is
// where when, and real threads. ThreadSanitizer watches the same tests (--config=tsan); every
// interleaving of small programs is run in fuzz/schedule.

#include "allocator/cached.h"

#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <set>
#include <thread>
#include <vector>

#include "allocator/tests/conformance.h"
#include "allocator/tests/parcels.h"
#include "allocator/tests/random_calls.h"

namespace alloclab {
namespace {

template <class A>
class CachedVariant : public ::testing::Test {};
TYPED_TEST_SUITE(CachedVariant, WalkableVariants, WalkableName);

// The checker sees no difference to the variant itself.
TYPED_TEST(CachedVariant, KeepsTheContractUnderTheChecker) {
  using Heap = Cached<TypeParam>;
  static_assert(Allocator<Heap> && Heap::kThreadSafe);
  ArenaPages pages(std::size_t{4} << 20);
  Shadowed<Heap> heap(pages);
  MakeRandomCalls(heap, pages, 20261126, [](Heap& cached) { cached.LeaveThread(); });
  heap.inner().LeaveThread();
  EXPECT_LE(pages.BytesHeld(), ArenaPages::kRetainBytes);
}

TYPED_TEST(CachedVariant, KeepsWhatAThreadFreedForItUntilItLeaves) {
  ArenaPages pages(std::size_t{1} << 20);
  Cached<TypeParam> heap(pages);
  void* first = heap.Allocate(40);
  void* second = heap.Allocate(33);
  EXPECT_EQ(BlocksIn(heap, BlockState::kUsed), 2u);
  heap.Free(first);
  heap.Free(second);
  EXPECT_EQ(BlocksIn(heap, BlockState::kUsed), 0u) << "what is cached is nobody's";
  EXPECT_EQ(heap.Allocate(48), second) << "last freed first, by size";
  EXPECT_EQ(heap.UsableSize(second), 48u);
  void* of_another_size = heap.Allocate(49);
  EXPECT_NE(of_another_size, first);
  heap.Free(of_another_size);
  heap.Free(second);
  EXPECT_GT(pages.BytesHeld(), 0u);
  heap.LeaveThread();
  EXPECT_TRUE(heap.CheckIndex().ok());
  EXPECT_LE(pages.BytesHeld(), ArenaPages::kRetainBytes);
  heap.LeaveThread();  // there is nothing to leave
  void* again = heap.Allocate(40);
  EXPECT_NE(again, nullptr);
  heap.Free(again);
}

// However many are freed, no more than kShape.blocks of a size stay.
TYPED_TEST(CachedVariant, KeepsNoMoreThanAMagazine) {
  constexpr CacheShape kShape{.slots = 4, .blocks = 8};
  ArenaPages pages(std::size_t{1} << 20);
  Cached<TypeParam, SystemSync, kShape> heap(pages);
  std::vector<void*> blocks;
  for (int i = 0; i < 100; ++i) blocks.push_back(heap.Allocate(24));
  std::set<void*> freed;
  for (void* block : blocks) {
    heap.Free(block);
    freed.insert(block);
    EXPECT_TRUE(heap.CheckIndex().ok());
  }
  std::size_t kept = 0;
  heap.Walk([&](const BlockView& block) {
    const bool was_block = freed.contains(const_cast<std::byte*>(block.payload));
    kept += block.state == BlockState::kFree && was_block && block.usable == 32 ? 1 : 0;
  });
  EXPECT_GE(kept, kShape.blocks / 2);
  EXPECT_LE(kept, kShape.blocks);
  heap.LeaveThread();
}

// Before a request is refused, the thread's own cache is given back.
TYPED_TEST(CachedVariant, WhatIsCachedIsNoReasonToRefuse) {
  ArenaPages pages(8192);
  Cached<TypeParam> heap(pages);
  std::vector<void*> blocks;
  while (void* p = heap.Allocate(200)) blocks.push_back(p);
  EXPECT_GT(blocks.size(), 5u);
  for (void* block : blocks) heap.Free(block);
  void* large = heap.Allocate(2000);
  EXPECT_NE(large, nullptr);
  heap.Free(large);
  heap.LeaveThread();
}

TYPED_TEST(CachedVariant, RefusesWhatIsAbsurd) {
  ArenaPages pages(8192);
  Cached<TypeParam> heap(pages);
  for (const std::size_t n : {SIZE_MAX, SIZE_MAX - 15, kMaxRequestBytes + 1, kMaxRequestBytes,
                              kMaxRequestBytes - 16, std::size_t{9000}}) {
    EXPECT_EQ(heap.Allocate(n), nullptr) << n;
  }
  EXPECT_EQ(heap.UsableSize(nullptr), 0u);
  heap.Free(nullptr);
}

// A magazine that lies, and a block that says it is in one, are seen.
TEST(CachedCheck, SeesDamagedHeaders) {
  using Heap = Cached<BoundaryTags<ArenaPages>>;
  ArenaPages pages(8192);
  Heap heap(pages);
  void* kept = heap.Allocate(24);
  void* cached = heap.Allocate(24);
  heap.Free(cached);
  ASSERT_TRUE(heap.CheckIndex().ok());
  // next, size class, cached: 16 bytes before the payload.
  const auto damage = [&](void* p, std::ptrdiff_t at, const char* expected) {
    auto* byte = static_cast<unsigned char*>(p) - 16 + at;
    *byte ^= 1;
    EXPECT_STREQ(heap.CheckIndex().broken, expected);
    *byte ^= 1;
    EXPECT_TRUE(heap.CheckIndex().ok());
  };
  damage(cached, 12, "a block in a magazine is not said to be cached");
  damage(cached, 8, "a block is in the magazine of another size");
  damage(kept, 12, "the blocks said to be cached are not those in magazines");
  void* next = nullptr;
  std::memcpy(&next, static_cast<std::byte*>(cached) - 16, sizeof(next));
  std::memset(static_cast<std::byte*>(cached) - 16, 0, sizeof(next));
  EXPECT_STREQ(heap.CheckIndex().broken, "a magazine has not as many blocks as it counts");
  std::memcpy(static_cast<std::byte*>(cached) - 16, &next, sizeof(next));
  heap.Free(kept);
  heap.LeaveThread();
}

// The next of a slot sees what the one before has left, with nothing between them but the slot:
// the word that it is free says nothing of memory. ThreadSanitizer tells whether the slot does.
TYPED_TEST(CachedVariant, ASlotGoesFromThreadToThread) {
  ArenaPages pages(std::size_t{1} << 20);
  Cached<TypeParam, SystemSync, CacheShape{.slots = 1, .blocks = 4}> heap(pages);
  std::atomic<bool> left = false;
  std::thread before([&] {
    heap.Free(heap.Allocate(24));
    heap.LeaveThread();
    left.store(true, std::memory_order_relaxed);
  });
  std::thread after([&] {
    while (!left.load(std::memory_order_relaxed)) std::this_thread::yield();
    void* p = heap.Allocate(24);
    EXPECT_NE(p, nullptr);
    heap.Free(p);
    heap.LeaveThread();
  });
  before.join();
  after.join();
  EXPECT_EQ(heap.CheckIndex().broken, nullptr);
  EXPECT_LE(pages.BytesHeld(), ArenaPages::kRetainBytes);
}

// One thread allocates, another frees; every byte is checked. There are fewer slots than threads,
// and threads leave and come back.
TYPED_TEST(CachedVariant, ThreadsPassBlocksToEachOther) {
  const std::uint64_t seed = 20261127;
  std::cout << "seed " << seed << "\n";
  ArenaPages pages(std::size_t{64} << 20);
  Cached<TypeParam, SystemSync, CacheShape{.slots = 3, .blocks = 4}> heap(pages);
  Exchange exchange;
  std::atomic<int> damaged = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < 4; ++i) {
        PassParcels(heap, exchange, seed + 10 * t + i, damaged, 500);
        heap.LeaveThread();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(damaged, 0) << "seed " << seed;
  for (std::size_t place = 0; place < Exchange::kPlaces; ++place) {
    const Parcel parcel = exchange.Swap(place, {});
    EXPECT_TRUE(parcel.Intact());
    heap.Free(parcel.bytes);
  }
  heap.LeaveThread();
  EXPECT_EQ(heap.CheckIndex().broken, nullptr);
  EXPECT_EQ(BlocksIn(heap, BlockState::kUsed), 0u);
  EXPECT_LE(pages.BytesHeld(), ArenaPages::kRetainBytes);
}

}  // namespace
}  // namespace alloclab
