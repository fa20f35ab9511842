// Poisoned over every variant (row 39): what fresh and freed memory holds, and that the contract is
// what it was.

#include "allocator/poisoned.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <random>
#include <span>
#include <vector>

#include "allocator/malloc_api.h"
#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

constexpr unsigned char kFresh = 0xa5;
constexpr unsigned char kFreed = 0x5a;
constexpr unsigned char kOwn = 0x33;

bool IsAll(unsigned char byte, const void* p, std::size_t n) {
  const std::span bytes(static_cast<const unsigned char*>(p), n);
  return std::all_of(bytes.begin(), bytes.end(), [=](unsigned char b) { return b == byte; });
}

template <class A>
class PoisonedOn : public ::testing::Test {
 protected:
  ArenaPages pages{kArenaBytes};
  Poisoned<A> heap{pages};
};
TYPED_TEST_SUITE(PoisonedOn, AllVariants, VariantName);

template <class A>
class PoisonedSeen : public PoisonedOn<A> {};
TYPED_TEST_SUITE(PoisonedSeen, WalkableVariants, WalkableName);

TYPED_TEST(PoisonedOn, HasThePowersOfTheVariant) {
  using P = Poisoned<TypeParam>;
  static_assert(Allocator<P>);
  static_assert(P::kAlignment == TypeParam::kAlignment && P::kThreadSafe == TypeParam::kThreadSafe);
  static_assert(kWalkable<P> == kWalkable<TypeParam>);
  static_assert(ResizesInPlace<P> == ResizesInPlace<TypeParam>);
  static_assert(AllocatesAligned<P> == AllocatesAligned<TypeParam>);
  static_assert(CountsSearch<P> == CountsSearch<TypeParam>);
  static_assert(kMergesNeighbours<P> == kMergesNeighbours<TypeParam>);
  static_assert(kResizesToAnySize<P> == kResizesToAnySize<TypeParam>);
  static_assert(kDetectsMisuse<P> == kDetectsMisuse<TypeParam>);
}

// The second round is served from memory that the first has used and freed.
TYPED_TEST(PoisonedOn, FreshMemoryIsFilledToTheLastUsableByte) {
  for (int round = 0; round < 2; ++round) {
    std::vector<void*> blocks;
    for (const std::size_t n :
         std::initializer_list<std::size_t>{0, 1, 15, 16, 100, 255, 1000, 5000, 40'000, 300'000}) {
      void* p = this->heap.Allocate(n);
      ASSERT_NE(p, nullptr);
      EXPECT_TRUE(IsAll(kFresh, p, this->heap.UsableSize(p))) << n;
      std::memset(p, kOwn, this->heap.UsableSize(p));
      blocks.push_back(p);
      if constexpr (AllocatesAligned<TypeParam>) {
        void* aligned = this->heap.AllocateAligned(n, 256);
        ASSERT_NE(aligned, nullptr);
        EXPECT_TRUE(IsAll(kFresh, aligned, this->heap.UsableSize(aligned))) << n;
        std::memset(aligned, kOwn, this->heap.UsableSize(aligned));
        blocks.push_back(aligned);
      }
    }
    for (void* p : blocks) this->heap.Free(p);
  }
}

// A heap writes its words at both ends of what is free, at most.
TYPED_TEST(PoisonedSeen, FreedMemoryIsFilledButForTheHeapsOwnWords) {
  constexpr std::size_t kWords = 64;
  for (const std::size_t n : std::initializer_list<std::size_t>{400, 4096, 50'000}) {
    void* below = this->heap.Allocate(n);
    void* p = this->heap.Allocate(n);
    void* above = this->heap.Allocate(n);
    ASSERT_TRUE(below != nullptr && p != nullptr && above != nullptr);
    std::memset(p, kOwn, n);
    this->heap.Free(p);
    EXPECT_TRUE(IsAll(kFreed, static_cast<std::byte*>(p) + kWords, n - 2 * kWords)) << n;
    this->heap.Free(below);
    this->heap.Free(above);
  }
  this->heap.Free(nullptr);
}

TYPED_TEST(PoisonedOn, WhatAResizeAddsIsFresh) {
  for (const std::size_t n : std::initializer_list<std::size_t>{24, 700, 20'000}) {
    void* p = this->heap.Allocate(n);
    ASSERT_NE(p, nullptr);
    const std::size_t before = this->heap.UsableSize(p);
    std::memset(p, kOwn, before);
    void* grown = Realloc(this->heap, p, 3 * before);
    ASSERT_NE(grown, nullptr);
    EXPECT_TRUE(IsAll(kOwn, grown, before));
    EXPECT_TRUE(IsAll(kFresh, static_cast<std::byte*>(grown) + before, 2 * before));
    this->heap.Free(grown);
  }
}

TYPED_TEST(PoisonedOn, ZeroedMemoryIsZero) {
  for (const std::size_t n : std::initializer_list<std::size_t>{1, 100, 5000, 100'000}) {
    for (int round = 0; round < 2; ++round) {
      void* p = Calloc(this->heap, 1, n);
      ASSERT_NE(p, nullptr);
      EXPECT_TRUE(IsAll(0, p, n));
      std::memset(p, kOwn, n);
      this->heap.Free(p);
    }
  }
}

struct Off {
  static constexpr bool On() noexcept { return false; }
};

TYPED_TEST(PoisonedSeen, TouchesNothingWhileItIsOff) {
  Poisoned<TypeParam, Off> plain(this->pages);
  void* below = plain.Allocate(4096);
  void* p = plain.Allocate(4096);
  void* above = plain.Allocate(4096);
  ASSERT_TRUE(below != nullptr && p != nullptr && above != nullptr);
  EXPECT_FALSE(IsAll(kFresh, p, 4096));
  std::memset(p, kOwn, 4096);
  plain.Free(p);
  EXPECT_TRUE(IsAll(kOwn, static_cast<std::byte*>(p) + 64, 4096 - 128));
  void* again = plain.Allocate(4096);
  EXPECT_FALSE(IsAll(kFresh, again, 4096));
  for (void* block : {below, again, above}) plain.Free(block);
}

TYPED_TEST(PoisonedOn, HoldsEveryRuleOfTheContract) {
  ArenaPages arena(kArenaBytes);
  Shadowed<Poisoned<TypeParam>> checked(arena);
  std::mt19937_64 random(PrintedSeed(39));
  std::vector<void*> blocks;
  for (int step = 0; step < 4000; ++step) {
    const std::size_t n = random() % (random() % 8 == 0 ? 20'000 : 200);
    const std::size_t at = blocks.empty() ? 0 : random() % blocks.size();
    void* p = nullptr;
    switch (blocks.size() < 20 ? 0 : random() % 4) {
      case 0:
        p = random() % 2 == 0 ? checked.Allocate(n) : checked.AllocateZeroed(n);
        if (p != nullptr) blocks.push_back(p);
        break;
      case 1:
        p = checked.Reallocate(blocks[at], n + 1);
        if (p != nullptr) blocks[at] = p;
        break;
      default:
        checked.Free(blocks[at]);
        blocks[at] = blocks.back();
        blocks.pop_back();
    }
    if (step % 50 == 0) {
      ASSERT_EQ(Explain(checked.Check()), "") << "step " << step;
    }
  }
  checked.FreeAll();
  EXPECT_EQ(Explain(checked.Check()), "");
}

}  // namespace
}  // namespace alloclab
