// C19 over a source that wants memory retained and takes back only its top: an allocator may keep
// some, but what it keeps must not lie where it holds up the rest. BlockHeap has a test of its own:
// a small spare region of its can lie above others that are empty.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <vector>

#include "allocator/tests/conformance.h"

namespace alloclab {
namespace {

class RetainingPages : public ArenaPages {
 public:
  static constexpr std::size_t kRetainBytes = std::size_t{16} << 10;
  using ArenaPages::ArenaPages;
};
static_assert(PageSource<RetainingPages>);

template <class A>
class Retain : public ::testing::Test {};
using Kept = ::testing::Types<Bump<RetainingPages>, MemallocList<RetainingPages>,
                              Buddy<RetainingPages>, Slab<RetainingPages>>;
TYPED_TEST_SUITE(Retain, Kept);

TYPED_TEST(Retain, NoMoreThanThatIsHeldWhenAllIsFree) {
  const char* wanted = std::getenv("ALLOCLAB_SEED");
  const std::uint64_t seed = wanted == nullptr ? 19 : std::strtoull(wanted, nullptr, 10);
  std::cout << "seed " << seed << " (ALLOCLAB_SEED=" << seed << " runs it again)\n";
  std::mt19937_64 random(seed);
  std::size_t retained = 0;
  for (std::size_t round = 0; round < 200; ++round) {
    RetainingPages pages(std::size_t{4} << 20);
    TypeParam heap(pages);
    for (int cycle = 0; cycle < 3; ++cycle) {  // from the second on, what was retained is used
      std::vector<void*> blocks;
      for (std::size_t i = 0; i < 2 + round; ++i) {
        // Refused to extend, a heap takes another span.
        if (random() % 8 == 0) pages.Refuse(0, 1);
        if (void* p = heap.Allocate(random() % (round % 2 == 0 ? 300 : 9000))) blocks.push_back(p);
        ASSERT_TRUE(heap.CheckIndex().ok()) << heap.CheckIndex().broken << ", seed " << seed;
      }
      std::shuffle(blocks.begin(), blocks.end(), random);
      for (void* p : blocks) heap.Free(p);
      ASSERT_LE(pages.BytesHeld(), RetainingPages::kRetainBytes)
          << "round " << round << ", seed " << seed;
      ASSERT_TRUE(heap.CheckIndex().ok()) << heap.CheckIndex().broken << ", seed " << seed;
    }
    if (pages.BytesHeld() != 0) ++retained;
  }
  EXPECT_GT(retained, 0u);  // or there would be nothing to see here
}

template <class A>
class RetainTagged : public ::testing::Test {};
using Tagged = ::testing::Types<BoundaryTags<RetainingPages>, BestFit<RetainingPages>,
                                SegregatedBins<RetainingPages>, Tlsf<RetainingPages>>;
TYPED_TEST_SUITE(RetainTagged, Tagged);

// The last region there is, once empty, is kept as far as memory is to be retained, and serves
// again; one above another is given back whole, for what was kept of it would hold that one up.
TYPED_TEST(RetainTagged, TheLastRegionIsCutToThat) {
  RetainingPages pages(std::size_t{4} << 20);
  TypeParam heap(pages);
  for (int cycle = 0; cycle < 3; ++cycle) {
    void* low = heap.Allocate(100000);
    pages.Refuse(0, 1);  // to extend: what comes lies in a region of its own
    void* high = heap.Allocate(100000);
    ASSERT_TRUE(low != nullptr && high != nullptr);
    const std::size_t held = pages.BytesHeld();
    heap.Free(high);
    ASSERT_LE(pages.BytesHeld(), held - 100000);
    heap.Free(low);
    ASSERT_EQ(pages.BytesHeld(), RetainingPages::kRetainBytes);
    ASSERT_TRUE(heap.CheckIndex().ok()) << heap.CheckIndex().broken;
    const std::uint64_t requests = pages.requests();
    void* p = heap.Allocate(RetainingPages::kRetainBytes - 100);
    ASSERT_NE(p, nullptr);
    ASSERT_EQ(pages.requests(), requests);
    heap.Free(p);
  }
}

}  // namespace
}  // namespace alloclab
