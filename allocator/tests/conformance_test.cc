// The contract of README.md over every variant: what is not resizing (resize_test), absurd sizes
// (absurd_sizes_test), refusals (out_of_memory_test), or splitting and merging (free_blocks_test).

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <vector>

#include "allocator/malloc_api.h"
#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

template <class A>
class Conformance : public EveryVariant<A> {};
TYPED_TEST_SUITE(Conformance, AllVariants, VariantName);

// Row 1.
TYPED_TEST(Conformance, C1EverySizeIsAlignedAndWritable) {
  for (std::size_t n = 0; n <= 2048; ++n) {
    void* p = this->heap.Allocate(n);  // fills every usable byte
    ASSERT_NE(p, nullptr) << n;
    if (n % 3 == 0) this->heap.Free(p);
    using D = typename TestFixture::Depth;
    ASSERT_EQ(this->Check(n % 64 == 0 ? D::kEverything : D::kStructure), "") << n;
  }
  EXPECT_EQ(this->Check(), "");
}

// Row 2.
TYPED_TEST(Conformance, C5ZeroBytesIsABlockOfItsOwn) {
  std::vector<void*> blocks;
  for (int i = 0; i < 100; ++i) blocks.push_back(this->heap.Allocate(0));
  EXPECT_EQ(std::count(blocks.begin(), blocks.end(), nullptr), 0);
  std::sort(blocks.begin(), blocks.end());
  EXPECT_EQ(std::adjacent_find(blocks.begin(), blocks.end()), blocks.end());
  for (void* p : blocks) this->heap.Free(p);
  EXPECT_EQ(this->Check(), "");
}

// Row 3.
TYPED_TEST(Conformance, C8FreeOfNullIsNothing) {
  this->heap.Free(nullptr);
  EXPECT_EQ(this->pages.requests(), 0u);
  void* p = this->heap.Allocate(10);
  this->heap.Free(nullptr);
  EXPECT_EQ(this->Check(), "");
  this->heap.Free(p);
}

TYPED_TEST(Conformance, C8FreedMemoryServesAgain) {
  for (int i = 0; i < 40; ++i) {  // ten times what the arena holds
    void* p = this->heap.Allocate(kArenaBytes / 4);
    ASSERT_NE(p, nullptr) << i;
    this->heap.Free(p);
  }
}

// Rows 42 and 43: a seeded script of everything; structure is checked after each step, contents at
// times and before each free and resize.
TYPED_TEST(Conformance, RandomScriptHoldsEveryRule) {
  const std::uint64_t seed = PrintedSeed(20260101);
  std::mt19937_64 random(seed);
  std::vector<void*> live;
  const auto size = [&]() -> std::size_t {
    const std::size_t small = random() % 200;
    return random() % 8 == 0 ? random() % 20000 : small;
  };
  for (int i = 0; i < 6000; ++i) {
    const std::size_t at = live.empty() ? 0 : random() % live.size();
    switch (random() % (live.size() > 150 ? 10 : 7)) {
      case 0:
        live.push_back(this->heap.AllocateAligned(size(), std::size_t{1} << (random() % 13)));
        break;
      case 1:
        live.push_back(this->heap.AllocateZeroed(size()));
        break;
      case 2:
        if (live.empty()) break;
        if (void* p = Realloc(this->heap, live[at], size() + 1)) live[at] = p;
        break;
      case 3:
      case 4:
      case 5:
        live.push_back(this->heap.Allocate(size()));
        break;
      default:
        if (live.empty()) break;
        this->heap.Free(live[at]);
        live[at] = live.back();
        live.pop_back();
    }
    std::erase(live, nullptr);
    using D = typename TestFixture::Depth;
    ASSERT_EQ(this->Check(i % 16 == 0 ? D::kEverything : D::kStructure), "")
        << "step " << i << ", seed " << seed;
  }
  for (void* p : live) this->heap.Free(p);
  EXPECT_EQ(this->Check(), "");
}

TYPED_TEST(Conformance, C13AlignmentsUpToAPageAndBeyond) {
  std::vector<void*> blocks;
  for (std::size_t alignment = 1; alignment <= 65536; alignment *= 2) {
    for (const std::size_t n : std::initializer_list<std::size_t>{0, 1, 100, 5000}) {
      void* p = this->heap.AllocateAligned(n, alignment);
      ASSERT_NE(p, nullptr) << alignment << " " << n;
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % alignment, 0u);
      blocks.push_back(p);
      ASSERT_EQ(this->Check(), "") << alignment << " " << n;
    }
    if (blocks.size() > 8) {
      for (void* p : blocks) this->heap.Free(p);
      blocks.clear();
    }
  }
}

// Rows 4 and 5, R11.
TYPED_TEST(Conformance, C16CallocZeroesDirtyMemory) {
  for (int round = 0; round < 3; ++round) {
    std::vector<void*> blocks;
    for (std::size_t n = 1; n < 3000; n += 97) blocks.push_back(this->heap.AllocateZeroed(n));
    for (void* p : blocks) this->heap.Free(p);  // full of the checker's pattern
    EXPECT_EQ(this->Check(), "");
  }
  errno = 0;
  EXPECT_EQ(Calloc(this->heap, SIZE_MAX / 8, 16), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  EXPECT_EQ(Calloc(this->heap, std::size_t{1} << 32, std::size_t{1} << 32), nullptr);
  void* none = Calloc(this->heap, 0, 8);
  EXPECT_NE(none, nullptr);
  this->heap.Free(none);
}

// Row 7.
TYPED_TEST(Conformance, C17Errno) {
  TypeParam& inner = this->heap.inner();
  errno = 0;
  EXPECT_EQ(Malloc(inner, SIZE_MAX), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  for (const std::size_t bad : {std::size_t{0}, std::size_t{3}, std::size_t{24}, SIZE_MAX}) {
    errno = 0;
    EXPECT_EQ(AlignedAlloc(inner, bad, 10), nullptr);
    EXPECT_EQ(errno, EINVAL) << bad;
  }
  for (const std::size_t bad : {SIZE_MAX / 2 + 2, SIZE_MAX}) {
    errno = 0;
    EXPECT_EQ(Memalign(inner, bad, 10), nullptr);
    EXPECT_EQ(errno, EINVAL) << bad;
  }
  errno = 7;
  void* result = &inner;
  EXPECT_EQ(PosixMemalign(inner, &result, 4, 10), EINVAL);
  EXPECT_EQ(PosixMemalign(inner, &result, 24, 10), EINVAL);
  EXPECT_EQ(PosixMemalign(inner, &result, 64, SIZE_MAX - 100), ENOMEM);
  EXPECT_EQ(result, &inner);
  EXPECT_EQ(errno, 7);
  ASSERT_EQ(PosixMemalign(inner, &result, 64, 10), 0);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(result) % 64, 0u);
  Free(inner, result);
  EXPECT_EQ(errno, 7);
  errno = 0;
  EXPECT_EQ(Pvalloc(inner, SIZE_MAX - 10), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  // What glibc's memalign makes of each: the power of two that serves.
  constexpr std::size_t kRounded[][2] = {{0, 16},  {1, 16},      {3, 16},      {17, 32}, {24, 32},
                                         {33, 64}, {1000, 1024}, {2049, 4096}, {64, 64}};
  for (const auto& [asked, given] : kRounded) {
    void* p = Memalign(inner, asked, 10);
    ASSERT_NE(p, nullptr) << asked;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % given, 0u) << asked;
    EXPECT_GE(inner.UsableSize(p), 10u);
    Free(inner, p);
  }
  void* page = Pvalloc(inner, 1);
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(page) % 4096, 0u);
  EXPECT_GE(inner.UsableSize(page), 4096u);
  Free(inner, page);
  void* valloced = Valloc(inner, 5);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(valloced) % 4096, 0u);
  Free(inner, valloced);
}

// Row 28: nothing is asked for before the first request, and something then.
TYPED_TEST(Conformance, C18TheHeapIsMadeLazily) {
  EXPECT_EQ(this->pages.requests(), 0u);
  EXPECT_EQ(this->Check(), "");
  this->heap.Free(this->heap.Allocate(1));
  EXPECT_EQ(this->pages.requests() != 0, TestFixture::kSeen);
}

}  // namespace
}  // namespace alloclab
