// Row 38, rule C20: what is freed, resized or measured and is no live block ends the process with a
// sentence, where that is promised. The walk tells which addresses are live blocks.

#include "allocator/misuse.h"

#include <gtest/gtest.h>

#include <csignal>
#include <random>
#include <set>
#include <vector>

#include "allocator/tests/conformance.h"

namespace alloclab {
namespace {

template <class A>
using DetectsMisuse = std::bool_constant<kDetectsMisuse<A>>;
using DetectingName = Variants::All<ArenaPages, VariantsWith<DetectsMisuse>::Of>;

template <class A>
class Misuse : public ::testing::Test {
 protected:
  ArenaPages pages{4096};
  A heap{pages};
};
TYPED_TEST_SUITE(Misuse, DetectingName::Types, DetectingName);

using Killed = testing::KilledBySignal;
constexpr char kNoBlock[] = "^alloclab: 0x[0-9a-f]+: is .*, and no block that is in use begins";

// A heap with live, freed and merged blocks, and every address in it and a little around it.
TYPED_TEST(Misuse, C20EveryAddressThatIsNoLiveBlockIsNoticed) {
  std::vector<void*> blocks;
  std::mt19937_64 random(38);
  while (void* p = this->heap.Allocate(random() % 200)) blocks.push_back(p);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (i % 3 != 0) this->heap.Free(blocks[i]);
  }
  std::set<const std::byte*> live;
  std::vector<BlockView> all = BlocksOf(this->heap);
  ASSERT_EQ(this->heap.CheckIndex().broken, nullptr);
  for (const BlockView& block : all) {
    if (block.state == BlockState::kUsed) live.insert(block.payload);
  }
  ASSERT_GT(live.size(), 5u);
  std::vector<std::byte*> addresses;
  auto* begin = const_cast<std::byte*>(all.front().begin);
  auto* end = const_cast<std::byte*>(all.back().end());
  for (std::byte* p = begin - 16; p <= end + 16; p += 16) addresses.push_back(p);
  for (const std::byte* p : live) addresses.push_back(const_cast<std::byte*>(p) + 1);
  for (std::byte* p : addresses) {
    if (live.contains(p)) {
      EXPECT_GT(this->heap.UsableSize(p), 0u);
    } else {
      EXPECT_EXIT(this->heap.Free(p), Killed(SIGABRT), kNoBlock) << p - begin;
    }
  }
}

TYPED_TEST(Misuse, C20WhateverIsDoneWithItAndWhereverItLies) {
  void* p = this->heap.Allocate(100);
  this->heap.Free(p);  // the heap is empty now, and has given back its memory
  int outside = 0;
  for (void* wrong : {p, static_cast<void*>(&outside), reinterpret_cast<void*>(1),
                      reinterpret_cast<void*>(UINTPTR_MAX)}) {
    EXPECT_EXIT(this->heap.Free(wrong), Killed(SIGABRT), kNoBlock) << wrong;
    EXPECT_EXIT((void)this->heap.UsableSize(wrong), Killed(SIGABRT), kNoBlock) << wrong;
    // Also where the answer would be no whatever lies there.
    for (const std::size_t n : {std::size_t{50}, kMaxRequestBytes, SIZE_MAX}) {
      EXPECT_EXIT((void)this->heap.TryResize(wrong, n), Killed(SIGABRT), kNoBlock) << wrong;
    }
  }
}

// Of slab, which promises less: an object or a large block freed twice, alone in its pages or not.
TEST(SlabMisuse, WhatIsFreedTwiceIsNoticed) {
  constexpr char kTwice[] = "^alloclab: 0x[0-9a-f]+: is freed, and was free already";
  ArenaPages pages(kArenaBytes);
  Slab<ArenaPages> heap(pages);
  for (const std::size_t n : std::initializer_list<std::size_t>{1, 16, 100, 1000, 100'000}) {
    void* p = heap.Allocate(n);
    void* other = heap.Allocate(n);
    void* last = heap.Allocate(200'000);  // holds the pages below it
    heap.Free(p);
    EXPECT_EXIT(heap.Free(p), Killed(SIGABRT), kTwice) << n;
    heap.Free(other);
    EXPECT_EXIT(heap.Free(other), Killed(SIGABRT), kTwice) << n;
    EXPECT_EXIT(heap.Free(p), Killed(SIGABRT), kTwice) << n;
    EXPECT_EQ(heap.CheckIndex().broken, nullptr);
    heap.Free(last);
  }
}

}  // namespace
}  // namespace alloclab
