// Guarded over every variant: the contract, and that what a program does wrong in its own blocks is
// seen. What only AddressSanitizer sees is tested where it watches; valgrind_test does the same
// for memcheck.

#include "allocator/guarded.h"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <vector>

#include "allocator/malloc_api.h"
#include "allocator/tests/conformance.h"
#include "allocator/tests/random_calls.h"

namespace alloclab {
namespace {

template <class A>
class GuardedVariant : public ::testing::Test {
 protected:
  ArenaPages pages_{std::size_t{4} << 20};
  Guarded<A> heap_{pages_};
};
TYPED_TEST_SUITE(GuardedVariant, WalkableVariants, WalkableName);

TYPED_TEST(GuardedVariant, KeepsTheContractUnderTheChecker) {
  using Heap = Guarded<TypeParam>;
  static_assert(Allocator<Heap> && BoundsUsable<Heap>);
  static_assert(ResizesInPlace<Heap> == ResizesInPlace<TypeParam>);
  static_assert(AllocatesAligned<Heap> == AllocatesAligned<TypeParam>);
  ArenaPages pages(std::size_t{4} << 20);
  Shadowed<Heap> heap(pages);
  MakeRandomCalls(heap, pages, 20261127);
}

// Every size and alignment: the payload is just as long as was asked for, and all of it usable.
TYPED_TEST(GuardedVariant, APayloadIsAsLongAsWasAskedFor) {
  for (std::size_t n = 0; n < 200; ++n) {
    auto* p = static_cast<unsigned char*>(this->heap_.Allocate(n));
    ASSERT_NE(p, nullptr);
    ASSERT_EQ(this->heap_.UsableSize(p), n);
    std::memset(p, 0xc3, n);
    if constexpr (AllocatesAligned<TypeParam>) {
      const std::size_t alignment = std::size_t{1} << (n % 13);
      auto* q = static_cast<unsigned char*>(this->heap_.AllocateAligned(n, alignment));
      ASSERT_NE(q, nullptr);
      ASSERT_EQ(reinterpret_cast<std::uintptr_t>(q) % alignment, 0u);
      ASSERT_EQ(this->heap_.UsableSize(q), n);
      std::memset(q, 0x3c, n);
      if (n % 2 == 0) this->heap_.Free(q);
    }
    if (n % 3 == 0) this->heap_.Free(p);
    ASSERT_TRUE(this->heap_.CheckIndex().ok()) << this->heap_.CheckIndex().broken;
  }
  // What is still live is left to the destructor: its marks must not outlive the heap.
}

TYPED_TEST(GuardedVariant, AFreedBlockIsNotUsedAgainAtOnce) {
  void* first = this->heap_.Allocate(100);
  this->heap_.Free(first);
  std::vector<void*> blocks;
  for (int i = 0; i < 100; ++i) {
    blocks.push_back(this->heap_.Allocate(100));
    EXPECT_NE(blocks.back(), first);
  }
  for (void* block : blocks) this->heap_.Free(block);
  EXPECT_TRUE(this->heap_.CheckIndex().ok()) << this->heap_.CheckIndex().broken;
}

TYPED_TEST(GuardedVariant, TheQuarantineEndsWhereItIsFull) {
  constexpr std::size_t kBytes = 1000;
  constexpr std::size_t kMost = Guarded<TypeParam>::kQuarantineBytes;
  for (std::size_t i = 0; i < 10 * kMost / kBytes; ++i) {
    void* p = this->heap_.Allocate(kBytes);
    ASSERT_NE(p, nullptr);
    this->heap_.Free(p);
  }
  // `bump` uses a block again when it has all of them back, and not before.
  constexpr bool kBumps = std::is_same_v<TypeParam, Bump<ArenaPages>>;
  EXPECT_LT(this->pages_.BytesPeak(), (kBumps ? 11 : 3) * kMost);
  EXPECT_TRUE(this->heap_.CheckIndex().ok()) << this->heap_.CheckIndex().broken;
}

TYPED_TEST(GuardedVariant, WhatWaitsIsNoReasonToRefuse) {
  ArenaPages pages(std::size_t{128} << 10);
  Guarded<TypeParam> heap(pages);
  for (int i = 0; i < 100; ++i) {
    void* p = heap.Allocate(20000);
    ASSERT_NE(p, nullptr) << i;
    heap.Free(p);
  }
}

TYPED_TEST(GuardedVariant, AbsurdSizesAreRefused) {
  for (std::size_t less = 0; less < 64; ++less) {
    EXPECT_EQ(this->heap_.Allocate(SIZE_MAX - less), nullptr);
    EXPECT_EQ(this->heap_.Allocate(kMaxRequestBytes - less), nullptr);
  }
  if constexpr (AllocatesAligned<TypeParam>) {
    EXPECT_EQ(this->heap_.AllocateAligned(1, std::size_t{1} << 62), nullptr);
    EXPECT_EQ(this->heap_.AllocateAligned(1, std::size_t{1} << 32), nullptr);
  }
}

TYPED_TEST(GuardedVariant, FreeingTwiceStops) {
  void* p = this->heap_.Allocate(40);
  void* other = this->heap_.Allocate(40);
  this->heap_.Free(p);
  EXPECT_DEATH(this->heap_.Free(p), "was free already");
  EXPECT_DEATH(EXPECT_EQ(this->heap_.UsableSize(p), 40u), "was free already");
  if constexpr (ResizesInPlace<TypeParam>) {
    EXPECT_DEATH(EXPECT_TRUE(this->heap_.TryResize(p, 20)), "was free already");
  }
  auto* bytes = static_cast<std::byte*>(other);
  EXPECT_DEATH(this->heap_.Free(bytes + 16), "no block begins there");
  this->heap_.Free(other);
}

#if ALLOCLAB_TELLS_ASAN
// Seen where it happens; what is right is not.
TYPED_TEST(GuardedVariant, AddressSanitizerSeesMistakes) {
  for (const std::size_t n : {std::size_t{1}, std::size_t{47}}) {
    auto* p = static_cast<volatile unsigned char*>(this->heap_.Allocate(n));
    ASSERT_NE(p, nullptr);
    p[0] = 1;
    p[n - 1] = 1;
    // Who looks at a mark leaves it forbidden.
    ASSERT_EQ(this->heap_.UsableSize(const_cast<unsigned char*>(p)), n);
    EXPECT_DEATH(p[n] = 1, "use-after-poison") << "past the end of " << n;
    EXPECT_DEATH(p[-1] = 1, "use-after-poison") << "before the beginning of " << n;
    auto* freed = static_cast<volatile unsigned char*>(this->heap_.Allocate(n));
    freed[n - 1] = 1;
    this->heap_.Free(const_cast<unsigned char*>(freed));
    EXPECT_DEATH(EXPECT_NE(freed[n - 1], 77), "use-after-poison") << "read when freed, " << n;
  }
  if constexpr (ResizesInPlace<TypeParam>) {
    auto* p = static_cast<volatile unsigned char*>(this->heap_.Allocate(2000));
    const bool shrunk = this->heap_.TryResize(const_cast<unsigned char*>(p), 1500);
    if (shrunk) {
      p[1499] = 1;
      EXPECT_DEATH(p[1500] = 1, "use-after-poison") << "what a resize cut off";
    }
    const bool grown = this->heap_.TryResize(const_cast<unsigned char*>(p), 1801);
    if (grown) {
      p[1800] = 1;
      EXPECT_DEATH(p[1801] = 1, "use-after-poison") << "past what a resize added";
    }
    // Others keep the place only where their sizes allow it.
    if (kResizesToAnySize<TypeParam>) EXPECT_TRUE(shrunk && grown);
  }
}

TYPED_TEST(GuardedVariant, MarksEndWithTheHeap) {
  std::optional<Guarded<TypeParam>> heap(std::in_place, this->pages_);
  auto* live = static_cast<volatile unsigned char*>(heap->Allocate(40));
  auto* freed = static_cast<volatile unsigned char*>(heap->Allocate(40));
  heap->Free(const_cast<unsigned char*>(freed));
  heap.reset();
  live[-1] = 1;
  live[40] = 1;
  freed[0] = 1;
}
#endif

}  // namespace
}  // namespace alloclab
