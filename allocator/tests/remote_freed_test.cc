// RemoteFreeList and RemoteFreed with real threads; ThreadSanitizer watches the same tests
// (--config=tsan). Every interleaving of small programs is run in fuzz/schedule.

#include "allocator/remote_freed.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <iostream>
#include <random>
#include <thread>
#include <vector>

#include "allocator/remote_free_list.h"
#include "allocator/tests/conformance.h"
#include "allocator/tests/parcels.h"
#include "allocator/tests/random_calls.h"

namespace alloclab {
namespace {

TEST(RemoteFreeList, GivesBackTheLastPushedFirst) {
  RemoteFreeList list;
  std::array<std::array<void*, 2>, 3> blocks;
  for (auto& block : blocks) list.Push(&block);
  std::vector<const void*> seen;
  list.ForEach([&](const void* p) { seen.push_back(p); });
  std::vector<const void*> taken;
  list.TakeAll([&](void* p) {
    taken.push_back(p);
    std::memset(p, 0x5a, sizeof(blocks[0]));  // the taker's now
  });
  EXPECT_EQ(taken, (std::vector<const void*>{&blocks[2], &blocks[1], &blocks[0]}));
  EXPECT_EQ(seen, taken);
  list.TakeAll([](void*) { ADD_FAILURE() << "taken twice"; });
  list.Push(&blocks[1]);
  list.TakeAll([&](void* p) { EXPECT_EQ(p, &blocks[1]); });
}

// A block that says who pushed it and when; none is lost, none comes twice, and in what is taken at
// once those of one thread come last pushed first. What its user wrote is seen by the taker.
TEST(RemoteFreeList, LosesNothingOfManyThreads) {
  constexpr std::size_t kThreads = 3;
  constexpr std::size_t kBlocks = 20'000;
  struct Block {
    void* link;
    std::size_t thread;
    std::size_t number;
  };
  RemoteFreeList list;
  std::vector<std::vector<Block>> blocks(kThreads, std::vector<Block>(kBlocks));
  std::atomic<std::size_t> at_work = kThreads;
  std::atomic<std::size_t> batches = 0;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < kBlocks; ++i) {
        // So that some are taken while others are pushed.
        while (i == kBlocks / 2 && batches == 0) std::this_thread::yield();
        blocks[t][i].thread = t;
        blocks[t][i].number = i;
        list.Push(&blocks[t][i]);
      }
      --at_work;
    });
  }
  std::vector<std::vector<int>> times(kThreads, std::vector<int>(kBlocks));
  const auto take = [&] {
    std::array<std::size_t, kThreads> last;
    last.fill(kBlocks);
    bool some = false;
    list.TakeAll([&](void* p) {
      const auto* block = static_cast<const Block*>(p);
      ASSERT_LT(block->number, last[block->thread]);
      last[block->thread] = block->number;
      ++times[block->thread][block->number];
      some = true;
    });
    batches += some ? 1 : 0;
  };
  while (at_work != 0) take();
  for (std::thread& thread : threads) thread.join();
  take();
  EXPECT_GT(batches, 1u);
  for (const auto& of_thread : times) {
    for (const int count : of_thread) ASSERT_EQ(count, 1);
  }
}

template <class A>
class RemoteFreedVariant : public ::testing::Test {};
TYPED_TEST_SUITE(RemoteFreedVariant, WalkableVariants, WalkableName);

TYPED_TEST(RemoteFreedVariant, KeepsTheContractUnderTheChecker) {
  using Heap = RemoteFreed<TypeParam>;
  static_assert(ResizesInPlace<Heap> == ResizesInPlace<TypeParam>);
  static_assert(AllocatesAligned<Heap> == AllocatesAligned<TypeParam>);
  ArenaPages pages(std::size_t{4} << 20);
  Shadowed<Heap> heap(pages);
  MakeRandomCalls(heap, pages, 20261128);
}

TYPED_TEST(RemoteFreedVariant, BelongsToOneThreadAtATime) {
  ArenaPages pages(std::size_t{1} << 20);
  RemoteFreed<TypeParam> heap(pages);
  void* first = heap.Allocate(0);
  void* second = heap.Allocate(100);
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  std::thread([&] {
    EXPECT_EQ(heap.Allocate(24), nullptr) << "it is another's";
    if constexpr (ResizesInPlace<TypeParam>) {
      EXPECT_FALSE(heap.TryResize(second, 100));
    }
    heap.Free(first);
    heap.LeaveThread();  // it is not this thread's to leave
    EXPECT_EQ(heap.Allocate(24), nullptr);
  }).join();
  // Freed for everyone to see, and not taken back yet.
  EXPECT_EQ(BlocksIn(heap, BlockState::kUsed), 1u);
  EXPECT_TRUE(heap.CheckIndex().ok());
  void* third = heap.Allocate(24);
  EXPECT_NE(third, nullptr);
  heap.Free(third);
  heap.LeaveThread();
  std::thread([&] {
    heap.Free(second);
    void* p = heap.Allocate(24);
    EXPECT_NE(p, nullptr) << "it was nobody's";
    heap.Free(p);
    EXPECT_EQ(BlocksIn(heap, BlockState::kUsed), 0u);
    EXPECT_LE(pages.BytesHeld(), ArenaPages::kRetainBytes);
    heap.LeaveThread();
  }).join();
}

// Whoever finds the heap without an owner has it, uses it, and leaves; each sees it as the one
// before has left it, with nothing between them but the heap itself.
TYPED_TEST(RemoteFreedVariant, GoesFromThreadToThread) {
  constexpr int kTurns = 300;
  ArenaPages pages(std::size_t{1} << 20);
  RemoteFreed<TypeParam> heap(pages);
  std::atomic<int> damaged = 0;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int turn = 0; turn < kTurns;) {
        const std::size_t size = 24 + 100 * t;
        auto* bytes = static_cast<unsigned char*>(heap.Allocate(size));
        if (bytes == nullptr) {
          std::this_thread::yield();
          continue;
        }
        std::memset(bytes, static_cast<int>(t), size);
        void* second = heap.Allocate(size);
        damaged += Parcel{bytes, size, static_cast<unsigned char>(t)}.Intact() ? 0 : 1;
        heap.Free(second);
        heap.LeaveThread();
        heap.Free(bytes);  // by who was the owner: the next one takes it back
        ++turn;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(damaged, 0);
  heap.LeaveThread();
  EXPECT_EQ(heap.CheckIndex().broken, nullptr);
  EXPECT_EQ(BlocksIn(heap, BlockState::kUsed), 0u);
  EXPECT_LE(pages.BytesHeld(), ArenaPages::kRetainBytes);
}

// Whatever the variant's smallest block is.
TEST(RemoteFreed, EveryBlockHasRoomForALink) {
  ArenaPages pages(8192);
  std::size_t asked = 0;
  struct Heap : Bump<ArenaPages> {
    Heap(ArenaPages& source, std::size_t& to) noexcept : Bump(source), asked(&to) {}
    void* Allocate(std::size_t n) noexcept {
      *asked = n;
      return Bump::Allocate(n);
    }
    std::size_t* asked;
  };
  RemoteFreed<Heap> heap(pages, asked);
  heap.Free(heap.Allocate(0));
  EXPECT_EQ(asked, sizeof(void*));
  heap.Free(heap.Allocate(9));
  EXPECT_EQ(asked, 9u);
}

// Each thread has a heap of its own, and frees what comes from any.
TYPED_TEST(RemoteFreedVariant, BlocksOfManyHeapsComeHome) {
  const std::uint64_t seed = 20261129;
  std::cout << "seed " << seed << "\n";
  constexpr std::size_t kThreads = 4;
  struct Home {
    ArenaPages pages{std::size_t{8} << 20};
    RemoteFreed<TypeParam> heap{pages};
  };
  std::array<Home, kThreads> homes;
  std::array<Exchange, kThreads> exchanges;  // of blocks of each heap
  std::atomic<int> damaged = 0;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(seed + t);
      for (int i = 0; i < 3000; ++i) {
        Parcel parcel;
        parcel.size = random() % (random() % 16 == 0 ? 5000 : 300);
        parcel.fill = static_cast<unsigned char>(random());
        parcel.bytes = static_cast<unsigned char*>(homes[t].heap.Allocate(parcel.size));
        if (parcel.bytes == nullptr) continue;
        std::memset(parcel.bytes, parcel.fill, parcel.size);
        const Parcel own = exchanges[t].Swap(random(), parcel);
        damaged += own.Intact() ? 0 : 1;
        homes[t].heap.Free(own.bytes);
        const std::size_t other = random() % kThreads;
        const Parcel got = exchanges[other].Swap(random(), {});
        damaged += got.Intact() ? 0 : 1;
        homes[other].heap.Free(got.bytes);
      }
      homes[t].heap.LeaveThread();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(damaged, 0) << "seed " << seed;
  for (std::size_t t = 0; t < kThreads; ++t) {
    for (std::size_t place = 0; place < Exchange::kPlaces; ++place) {
      const Parcel parcel = exchanges[t].Swap(place, {});
      EXPECT_TRUE(parcel.Intact());
      homes[t].heap.Free(parcel.bytes);
    }
    EXPECT_EQ(BlocksIn(homes[t].heap, BlockState::kUsed), 0u);
    homes[t].heap.LeaveThread();
    EXPECT_EQ(homes[t].heap.CheckIndex().broken, nullptr);
    EXPECT_LE(homes[t].pages.BytesHeld(), ArenaPages::kRetainBytes);
  }
}

}  // namespace
}  // namespace alloclab
