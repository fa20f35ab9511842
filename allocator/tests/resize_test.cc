// Rows 8 to 12, R8 and R9: realloc over every variant, and resizing in place over those that do it.
// How far a block can grow is worked out from a walk before each call.

#include <gtest/gtest.h>

#include <cerrno>
#include <optional>
#include <random>
#include <vector>

#include "allocator/malloc_api.h"
#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

template <class A>
class Resize : public EveryVariant<A> {};
TYPED_TEST_SUITE(Resize, AllVariants, VariantName);

// Rows 8 and 10, R8: a refused realloc leaves p valid, with its bytes.
TYPED_TEST(Resize, C14ReallocEdges) {
  errno = 0;
  void* p = Realloc(this->heap, nullptr, 100);
  ASSERT_NE(p, nullptr);
  const volatile std::size_t absurd = SIZE_MAX;  // GCC refuses a malloc that it sees to be of this
  EXPECT_EQ(Realloc(this->heap, p, absurd), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  EXPECT_EQ(this->Check(), "");  // p still holds its bytes
  TypeParam& inner = this->heap.inner();
  EXPECT_EQ(ReallocArray(inner, p, SIZE_MAX / 2, 3), nullptr);
  EXPECT_EQ(this->Check(), "");
  this->heap.Free(p);
}

// Row 9, R9.
TYPED_TEST(Resize, C14ReallocToZeroFreesAndLeaksNothing) {
  TypeParam& inner = this->heap.inner();
  std::size_t held = 0;
  for (int i = 0; i < 1000; ++i) {
    void* p = Malloc(inner, 1000);
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(Realloc(inner, p, 0), nullptr);
    if (i == 0) held = this->pages.BytesHeld();
  }
  EXPECT_EQ(this->pages.BytesHeld(), held);
  EXPECT_EQ(this->Check(), "");  // no block is shown as used: none is live
}

// Row 10.
TYPED_TEST(Resize, C15ReallocKeepsTheBytes) {
  void* p = this->heap.Allocate(24);
  for (const std::size_t n : std::initializer_list<std::size_t>{48, 500, 12, 40000, 39000, 1, 64}) {
    void* guard = this->heap.Allocate(32);  // in the way of growing in place, sometimes
    p = this->heap.Reallocate(p, n);        // the checker compares the bytes kept
    ASSERT_NE(p, nullptr) << n;
    ASSERT_EQ(this->Check(), "") << n;
    if (n % 3 != 0) this->heap.Free(guard);
  }
}

template <class A>
class ResizeWhenRefused : public EveryVariant<A> {};
TYPED_TEST_SUITE(ResizeWhenRefused, WalkableVariants, WalkableName);

// Row 10: the source has no more, so a block that cannot grow where it is stays what it is.
TYPED_TEST(ResizeWhenRefused, C14AFailedReallocLeavesTheBlock) {
  std::vector<void*> blocks;
  for (const std::size_t n : std::initializer_list<std::size_t>{0, 10, 100, 1000, 10000}) {
    blocks.push_back(this->heap.Allocate(n));
  }
  this->pages.Refuse(0, std::uint64_t{1} << 62);
  for (void* p : blocks) {
    const std::size_t usable = this->heap.UsableSize(p);
    const std::size_t held = this->pages.BytesHeld();
    errno = 0;
    EXPECT_EQ(Realloc(this->heap, p, 200000), nullptr);
    EXPECT_EQ(errno, ENOMEM);
    EXPECT_EQ(this->heap.UsableSize(p), usable);
    EXPECT_EQ(this->pages.BytesHeld(), held);
    EXPECT_EQ(this->Check(), "");
  }
  EXPECT_EQ(this->heap.live_blocks(), blocks.size());
}

template <class A>
using ResizesFreely = std::bool_constant<kWalkable<A> && kResizesToAnySize<A>>;
using FreelyName = Variants::All<ArenaPages, VariantsWith<ResizesFreely>::Of>;

// The variants whose blocks take any size that there is room for (C12).
template <class A>
class ResizeInPlace : public EveryVariant<A> {
 protected:
  // The block that holds p, and the one behind it. Free ones behind it are shown as one, as they
  // serve a block that grows, whether or not they are merged already (C11).
  std::pair<BlockView, BlockView> Around(const void* p) const {
    const std::vector<BlockView> blocks = BlocksOf(this->heap);
    for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
      if (blocks[i].payload != p) continue;
      BlockView behind = blocks[i + 1];
      for (std::size_t k = i + 2; k < blocks.size() && behind.state == BlockState::kFree &&
                                  blocks[k].state == BlockState::kFree;
           ++k) {
        behind.bytes += blocks[k].bytes;
        behind.usable += blocks[k].bytes;
      }
      return {blocks[i], behind};
    }
    ADD_FAILURE() << "the walk does not show the block";
    return {};
  }
};
TYPED_TEST_SUITE(ResizeInPlace, FreelyName::Types, FreelyName);

// Row 11: what a block gives up lies free behind it, to the last byte, and serves.
TYPED_TEST(ResizeInPlace, C12AShrunkBlockFreesItsTail) {
  const BlockView least = this->Around(this->heap.Allocate(0)).first;
  for (std::size_t n = 0; n <= 600; n += 7) {
    void* p = this->heap.Allocate(600);
    void* guard = this->heap.Allocate(8);
    const BlockView before = this->Around(p).first;
    ASSERT_TRUE(this->heap.TryResize(p, n));
    const auto [block, tail] = this->Around(p);
    ASSERT_EQ(this->Check(), "") << n;
    // As large as a block of n bytes has to be: it would not get smaller if it were asked again.
    ASSERT_LT(block.usable, n + least.bytes + 16) << n;
    if (block.bytes == before.bytes) {
      ASSERT_LT(before.usable - n, least.bytes + 16) << n;
    } else {
      ASSERT_EQ(tail.state, BlockState::kFree) << n;
      ASSERT_EQ(tail.begin, block.end()) << n;
      ASSERT_EQ(tail.bytes, before.bytes - block.bytes) << n;
      ASSERT_GE(tail.bytes, least.bytes) << n;
      ASSERT_TRUE(this->heap.TryResize(p, 600)) << n;  // back over the tail
    }
    this->heap.Free(p);
    this->heap.Free(guard);
  }
}

// Row 12: a block grows over the free one behind exactly as far as that reaches, and otherwise
// changes nothing.
TYPED_TEST(ResizeInPlace, C12ABlockGrowsOverTheFreeOneBehind) {
  for (std::size_t n = 0; n <= 1000; ++n) {
    void* p = this->heap.Allocate(200);
    void* next = this->heap.Allocate(500);
    void* guard = this->heap.Allocate(8);
    EXPECT_FALSE(this->heap.TryResize(p, 300));  // in use
    this->heap.Free(next);
    const auto [block, behind] = this->Around(p);
    ASSERT_EQ(behind.state, BlockState::kFree);
    ASSERT_EQ(this->heap.TryResize(p, n), n <= block.usable + behind.bytes) << n;
    ASSERT_GE(this->heap.UsableSize(p), n <= block.usable + behind.bytes ? n : block.usable);
    ASSERT_LE(this->heap.UsableSize(p), block.usable + behind.bytes);
    ASSERT_EQ(this->Check(), "") << n;
    this->heap.Free(p);
    this->heap.Free(guard);
  }
}

// Row 12: at the top of the heap new memory is appended, whether or not a free block lies between;
// when the source refuses, or has too little, nothing changes.
TYPED_TEST(ResizeInPlace, C12TheLastBlockGrowsAtTheTopOfTheHeap) {
  for (const bool gap : {false, true}) {
    for (std::size_t n = 300; n <= 20000; n += 371) {
      void* below = this->heap.Allocate(100);
      void* p = this->heap.Allocate(gap ? 100 : 200);
      if (gap) this->heap.Free(this->heap.Allocate(60));
      const std::size_t held = this->pages.BytesHeld();
      const std::uint64_t requests = this->pages.requests();
      const auto [block, behind] = this->Around(p);
      const std::size_t room =
          block.usable + (behind.state == BlockState::kFree ? behind.bytes : 0);
      this->pages.Refuse(0, 1);
      EXPECT_EQ(this->heap.TryResize(p, n), n <= room) << n;
      EXPECT_EQ(this->pages.BytesHeld(), held);
      EXPECT_EQ(this->pages.requests() - requests, n <= room ? 0u : 1u);
      this->pages.Refuse(0, 0);
      EXPECT_FALSE(this->heap.TryResize(p, kArenaBytes));
      EXPECT_EQ(this->pages.BytesHeld(), held);
      ASSERT_EQ(this->Check(), "") << n;
      ASSERT_TRUE(this->heap.TryResize(p, n)) << n;
      ASSERT_EQ(this->Check(), "") << n;
      this->heap.Free(p);
      this->heap.Free(below);
    }
  }
}

TYPED_TEST(ResizeInPlace, C12ShrinksAndGrows) {
  void* p = this->heap.Allocate(1000);
  void* q = this->heap.Allocate(1000);
  void* guard = this->heap.Allocate(10);
  ASSERT_TRUE(this->heap.TryResize(p, 100));
  EXPECT_LT(this->heap.UsableSize(p), 1000u);
  EXPECT_TRUE(this->heap.TryResize(p, 1000));   // back into the tail it gave up
  EXPECT_FALSE(this->heap.TryResize(p, 1100));  // q is in the way
  this->heap.Free(q);
  EXPECT_TRUE(this->heap.TryResize(p, 1900));
  EXPECT_FALSE(this->heap.TryResize(p, 3000));      // the guard is in the way
  EXPECT_TRUE(this->heap.TryResize(guard, 50000));  // the top: the source can append
  EXPECT_FALSE(this->heap.TryResize(guard, kArenaBytes));
  EXPECT_FALSE(this->heap.TryResize(guard, SIZE_MAX));
  EXPECT_EQ(this->Check(), "");
}

}  // namespace
}  // namespace alloclab
