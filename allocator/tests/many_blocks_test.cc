// R15: ten thousand blocks, half of them small and half of up to a mebibyte (as many of each power
// of two, or a test would need gibibytes); 5,000 of them are freed and 5,000 times one is resized,
// at random. Every byte is checked before each free and each resize, and after the last.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

template <class A>
class ManyBlocks : public ::testing::Test {};
// Too much for an arena. The system's allocator takes part.
using OnMmap = Variants::All<MmapPages, ::testing::Types>;
TYPED_TEST_SUITE(ManyBlocks, OnMmap, VariantName);

TYPED_TEST(ManyBlocks, R15FreesAndReallocsOfManyBlocks) {
  const std::uint64_t seed = PrintedSeed(15);
  std::mt19937_64 random(seed);
  const auto size = [&]() -> std::size_t {
    return random() % (std::size_t{64} << (random() % 2 == 0 ? 0 : random() % 15));
  };
  MmapPages pages;
  Shadowed<TypeParam> heap(pages);
  const auto check = [&] {
    return Explain(
        heap.Check({}, kWalkable<TypeParam> ? std::optional(pages.BytesHeld()) : std::nullopt));
  };
  std::vector<void*> live;
  for (int i = 0; i < 10000; ++i) {
    live.push_back(heap.Allocate(size()));
    ASSERT_NE(live.back(), nullptr) << i << ", seed " << seed;
  }
  for (int i = 0; i < 5000; ++i) {
    std::swap(live[random() % live.size()], live.back());
    heap.Free(live.back());
    live.pop_back();
  }
  for (int i = 0; i < 5000; ++i) {
    void*& block = live[random() % live.size()];
    block = heap.Reallocate(block, size() + 1);
    ASSERT_NE(block, nullptr) << i << ", seed " << seed;
  }
  EXPECT_EQ(check(), "") << "seed " << seed;
  heap.FreeAll();
  EXPECT_EQ(check(), "") << "seed " << seed;
}

}  // namespace
}  // namespace alloclab
