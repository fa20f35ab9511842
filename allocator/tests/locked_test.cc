// Locked over every variant: the contract as seen by one thread, and what many threads add to it.
// ThreadSanitizer watches the same tests (--config=tsan).

#include "allocator/locked.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

#include "allocator/malloc_api.h"
#include "allocator/tests/conformance.h"
#include "allocator/tests/parcels.h"
#include "allocator/tests/random_calls.h"

namespace alloclab {
namespace {

template <class A>
class LockedVariant : public ::testing::Test {};

struct VariantName {
  template <class A>
  static std::string GetName(int i) {
    return std::string(Variants::kNames[static_cast<std::size_t>(i)]);
  }
};
using AllVariants = Variants::All<ArenaPages, ::testing::Types>;
TYPED_TEST_SUITE(LockedVariant, AllVariants, VariantName);

TYPED_TEST(LockedVariant, IsThreadSafeAndHasThePowersOfTheVariant) {
  using L = Locked<TypeParam>;
  static_assert(Allocator<L> && L::kThreadSafe);
  static_assert(L::kAlignment == TypeParam::kAlignment);
  static_assert(ResizesInPlace<L> == ResizesInPlace<TypeParam>);
  static_assert(AllocatesAligned<L> == AllocatesAligned<TypeParam>);
  static_assert(AllocatesZeroed<L> == AllocatesZeroed<TypeParam>);
  static_assert(Reallocates<L> == Reallocates<TypeParam>);
  static_assert(CountsSearch<L> == CountsSearch<TypeParam>);
  static_assert(kWalkable<L> == kWalkable<TypeParam>);
  static_assert(kMergesNeighbours<L> == kMergesNeighbours<TypeParam>);
}

// The checker sees no difference to the variant itself.
TYPED_TEST(LockedVariant, KeepsTheContractUnderTheChecker) {
  ArenaPages pages(std::size_t{4} << 20);
  Shadowed<Locked<TypeParam>> heap(pages);
  MakeRandomCalls(heap, pages, 20260102);
}

// The counts are those of a model kept beside.
TYPED_TEST(LockedVariant, CountsItsCalls) {
  ArenaPages pages(std::size_t{1} << 20);
  Locked<TypeParam> heap(pages);
  std::vector<void*> live;
  for (std::size_t i = 0; i < 100; ++i) live.push_back(heap.Allocate(i));
  heap.Free(nullptr);
  for (std::size_t i = 0; i < 40; ++i) heap.Free(live[i]);
  if constexpr (kWalkable<TypeParam>) {
    EXPECT_EQ(heap.Allocate(SIZE_MAX), nullptr);
  }
  bool looked = false;
  heap.WithLock([&](const auto& calls) {
    looked = true;
    EXPECT_EQ(calls.allocated, 100u);
    EXPECT_EQ(calls.freed, 40u);
    EXPECT_EQ(calls.resized, 0u);
  });
  EXPECT_TRUE(looked);
  for (std::size_t i = 40; i < 100; ++i) heap.Free(live[i]);
}

// Row 36 and R14: one thread allocates, another frees; every byte is checked.
TYPED_TEST(LockedVariant, ThreadsPassBlocksToEachOther) {
  const std::uint64_t seed = 20260103;
  std::cout << "seed " << seed << "\n";
  ArenaPages pages(std::size_t{64} << 20);
  Locked<TypeParam> heap(pages);
  Exchange exchange;
  std::atomic<int> damaged = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] { PassParcels(heap, exchange, seed + t, damaged); });
  }
  // The books hold at any moment, seen from outside.
  for (int i = 0; i < 20; ++i) EXPECT_EQ(heap.CheckIndex().broken, nullptr);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(damaged, 0) << "seed " << seed;
  std::uint64_t left = 0;
  for (std::size_t place = 0; place < Exchange::kPlaces; ++place) {
    const Parcel parcel = exchange.Swap(place, {});
    if (parcel.bytes == nullptr) continue;
    ++left;
    EXPECT_TRUE(parcel.Intact());
    heap.Free(parcel.bytes);
  }
  EXPECT_GT(left, 0u);
  EXPECT_EQ(heap.CheckIndex().broken, nullptr);
  heap.WithLock([&](const auto& calls) { EXPECT_EQ(calls.allocated, calls.freed); });
  if constexpr (kWalkable<TypeParam>) {
    EXPECT_EQ(BlocksIn(heap, BlockState::kUsed), 0u);
    EXPECT_LE(pages.BytesHeld(), ArenaPages::kRetainBytes);
  }
}

// The thread that took the lock for a fork lets it go on both sides, and both heaps work; what it
// asks for in between, as the handlers of others do, it gets.
TYPED_TEST(LockedVariant, BothSidesOfAForkGoOn) {
  ArenaPages pages(std::size_t{1} << 20);
  Locked<TypeParam> heap(pages);
  void* before = heap.Allocate(100);
  EXPECT_FALSE(heap.HeldByThisThread());
  heap.LockForFork();
  EXPECT_TRUE(heap.HeldByThisThread());
  void* between = heap.Allocate(200);
  EXPECT_NE(between, nullptr);
  EXPECT_TRUE(heap.HeldByThisThread());
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // ends a child that waits for ever
    heap.Free(between);
    heap.UnlockAfterFork();
    heap.Free(before);
    void* p = heap.Allocate(100);
    _exit(p != nullptr && heap.CheckIndex().ok() ? 0 : 1);
  }
  heap.Free(between);
  EXPECT_TRUE(heap.HeldByThisThread());
  heap.UnlockAfterFork();
  EXPECT_FALSE(heap.HeldByThisThread());
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0) << "the child did not come through";
  heap.Free(before);
  void* after = heap.Allocate(100);
  EXPECT_NE(after, nullptr);
  heap.Free(after);
}

}  // namespace
}  // namespace alloclab
