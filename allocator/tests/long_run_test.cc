// Row 42: a million operations on every variant, drawn from a seed, with everything checked after
// each one: every byte of every live block, the walk, the index, and what the page source holds.
//
//   ALLOCLAB_SEED=N runs another one, ALLOCLAB_OPERATIONS=N a shorter or longer one.

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <vector>

#include "allocator/malloc_api.h"
#include "allocator/tests/conformance.h"

namespace alloclab {
namespace {

std::uint64_t Variable(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

template <class A>
class LongRun : public ::testing::Test {};
TYPED_TEST_SUITE(LongRun, WalkableVariants, WalkableName);

// The live set swells and shrinks (0 to about 40 blocks, every 2000 operations down to none), so
// that growing, splitting, merging and giving back all happen again and again; sizes are small most
// of the time, sometimes exactly what was just freed, and sometimes larger than the arena.
TYPED_TEST(LongRun, EverythingHoldsAfterEachOfAMillionOperations) {
  const std::uint64_t seed = Variable("ALLOCLAB_SEED", 20261124);
  const std::uint64_t operations = Variable("ALLOCLAB_OPERATIONS", 1000000);
  std::cout << "seed " << seed << ", " << operations << " operations\n";
  ArenaPages pages(std::size_t{1} << 17);
  Shadowed<TypeParam> heap(pages);
  std::mt19937_64 random(seed);
  std::vector<void*> live;
  std::size_t just_freed = 0;
  const auto size = [&]() -> std::size_t {
    switch (random() % 16) {
      case 0:
        return random() % 20000;
      case 1:
        return just_freed;
      case 2:
        return (std::size_t{8} << (random() % 12)) - 8 + random() % 17;
      case 3:
        return random() % 64 == 0 ? pages.BytesHeld() + (std::size_t{1} << 17) : 0;
      default:
        return random() % 300;
    }
  };
  const auto take = [&] {
    std::swap(live[random() % live.size()], live.back());
    void* p = live.back();
    live.pop_back();
    just_freed = heap.UsableSize(p);
    return p;
  };
  const auto keep = [&](void* p) {
    if (p != nullptr) live.push_back(p);
  };
  for (std::uint64_t i = 0; i < operations; ++i) {
    const bool draining = i % 2000 >= 1800;
    const std::uint64_t draw = random() % 16;
    if (!live.empty() && (draining || live.size() >= 40 || draw < 6)) {
      heap.Free(take());
    } else if (!live.empty() && draw < 9) {
      void*& block = live[random() % live.size()];
      if (void* p = heap.Reallocate(block, size() + 1)) block = p;
    } else if (draw == 9) {
      keep(heap.AllocateAligned(size(), std::size_t{16} << (random() % 9)));
    } else if (draw == 10) {
      keep(heap.AllocateZeroed(size()));
    } else if (draw == 11) {
      pages.Refuse(0, random() % 3);
    } else {
      keep(heap.Allocate(size()));
    }
    const Violation* violation =
        heap.Check(Shadowed<TypeParam>::Depth::kEverything, pages.BytesHeld());
    ASSERT_EQ(Explain(violation), "") << "operation " << i << ", seed " << seed;
    if (live.empty()) {
      ASSERT_LE(pages.BytesHeld(), ArenaPages::kRetainBytes) << "operation " << i;
    }
  }
  EXPECT_GT(pages.requests(), operations / 2000) << "the heap never had to grow again";
  heap.FreeAll();
}

}  // namespace
}  // namespace alloclab
