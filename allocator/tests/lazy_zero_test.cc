// LazyZero over every variant: zero bytes on memory of every kind, and pages that nobody touched
// where they were new, as the system tells it.

#include "allocator/lazy_zero.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "allocator/locked.h"
#include "allocator/malloc_api.h"
#include "allocator/pages/mmap_pages.h"
#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

// A source that can make nothing zero.
class Unable : public MmapPages {
 public:
  bool Zero(Span) noexcept { return false; }
};

template <class A>
class LazyZeroOn : public ::testing::Test {};

using Names = Variants::All<MmapPages, VariantsWith<IsWalkable>::Of>;
TYPED_TEST_SUITE(LazyZeroOn, Names::Types, Names);

constexpr std::size_t kPage = 4096;

std::size_t ResidentPages(const std::byte* begin, std::size_t n) {
  const auto at = reinterpret_cast<std::uintptr_t>(begin) % kPage;
  std::vector<unsigned char> pages((at + n + kPage - 1) / kPage);
  EXPECT_EQ(mincore(const_cast<std::byte*>(begin) - at, at + n, pages.data()), 0);
  return static_cast<std::size_t>(std::count_if(
      pages.begin(), pages.end(), [](unsigned char page) { return (page & 1) != 0; }));
}

bool IsZero(const std::byte* p, std::size_t n) {
  return n == 0 || (p[0] == std::byte{0} && std::memcmp(p, p + 1, n - 1) == 0);
}

TYPED_TEST(LazyZeroOn, HasThePowersOfTheVariant) {
  using L = LazyZero<TypeParam, MmapPages>;
  static_assert(Allocator<L> && TellsZeroed<L> && TellsZeroed<Locked<L>>);
  static_assert(!TellsZeroed<TypeParam> && !TellsZeroed<Locked<TypeParam>>);
  static_assert(L::kAlignment == TypeParam::kAlignment && !L::kThreadSafe);
  static_assert(ResizesInPlace<L> == ResizesInPlace<TypeParam>);
  static_assert(AllocatesAligned<L> == AllocatesAligned<TypeParam>);
  static_assert(CountsSearch<L> == CountsSearch<TypeParam>);
  static_assert(kMergesNeighbours<L> == kMergesNeighbours<TypeParam>);
  static_assert(kResizesToAnySize<L> == kResizesToAnySize<TypeParam>);
}

// The limit leaves room for systems that give two mebibytes at the first touch of either end.
TYPED_TEST(LazyZeroOn, C16NewPagesAreNotTouched) {
  MmapPages pages;
  Locked<LazyZero<TypeParam, MmapPages>> heap(pages);
  // The heap is in use, and its last region has been: some of the new block lies in old memory.
  std::vector<void*> live;
  for (std::size_t n = 1; n < 200'000; n = n * 3 + 1) live.push_back(heap.Allocate(n));
  void* dirty = heap.Allocate(150'000);
  ASSERT_NE(dirty, nullptr);
  std::memset(dirty, 0xEE, 150'000);
  heap.Free(dirty);
  constexpr std::size_t kBytes = (std::size_t{64} << 20) + 100;
  auto* p = static_cast<std::byte*>(Calloc(heap, 1, kBytes));
  ASSERT_NE(p, nullptr);
  EXPECT_LE(ResidentPages(p, kBytes), kBytes / kPage / 8);
  EXPECT_TRUE(IsZero(p, kBytes));
  std::memset(p, 1, kBytes);
  EXPECT_GE(ResidentPages(p, kBytes), kBytes / kPage) << "this test cannot see pages";
  heap.WithLock([&](const auto& calls) { EXPECT_EQ(calls.allocated, live.size() + 2); });
  heap.Free(p);
  for (void* block : live) heap.Free(block);
  EXPECT_EQ(heap.CheckIndex().broken, nullptr);
}

// Blocks of all sizes come and go, each written to before it is freed.
TYPED_TEST(LazyZeroOn, C16EveryKindOfMemoryIsZero) {
  const std::uint64_t seed = PrintedSeed(20260105);
  std::mt19937_64 random(seed);
  MmapPages pages;
  LazyZero<TypeParam, MmapPages> heap(pages);
  constexpr std::size_t kLeast = LazyZero<TypeParam, MmapPages>::kLeastBytes;
  std::vector<std::byte*> live;
  int told = 0;
  int not_told = 0;
  for (int i = 0; i < 1500; ++i) {
    if (live.size() > 12 || (!live.empty() && random() % 3 == 0)) {
      const std::size_t at = random() % live.size();
      heap.Free(live[at]);
      live[at] = live.back();
      live.pop_back();
      continue;
    }
    const std::size_t n = random() % (random() % 4 == 0 ? 2'000'000 : 200'000);
    bool zeroed = true;
    auto* p = static_cast<std::byte*>(heap.Allocate(n, zeroed));
    ASSERT_NE(p, nullptr);
    if (zeroed) {
      EXPECT_GE(n, kLeast);
      ASSERT_TRUE(IsZero(p, n)) << "step " << i << ", " << n << " bytes, seed " << seed;
    }
    ++(zeroed ? told : not_told);
    std::memset(p, 0xEE, heap.UsableSize(p));
    live.push_back(p);
    ASSERT_EQ(heap.CheckIndex().broken, nullptr) << "step " << i << ", seed " << seed;
  }
  EXPECT_GT(told, 0) << "seed " << seed;
  EXPECT_GT(not_told, 0) << "seed " << seed;
  for (std::byte* p : live) heap.Free(p);
}

// A heap that leaves its marks in every byte of new memory: each block is a span of its own.
class Scribbler {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = false;
  static constexpr std::size_t kLead = 32;

  explicit Scribbler(MmapPages& pages) : pages_(&pages) {}
  void* Allocate(std::size_t n) noexcept {
    last_ = pages_->Acquire(kLead + n + kLead);
    std::memset(last_.begin, 0xEE, last_.bytes);
    return last_.begin + kLead;
  }
  void Free(void*) noexcept { pages_->Release(last_); }
  std::size_t UsableSize(const void*) const noexcept { return last_.bytes - kLead; }
  template <class Visitor>
  void Walk(Visitor&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }

 private:
  MmapPages* pages_;
  Span last_;
};

// All n bytes, and neither the one before nor the one behind.
TEST(LazyZero, C16AllBytesOfABlockAndNoOthersAreZero) {
  MmapPages pages;
  LazyZero<Scribbler, MmapPages> heap(pages);
  constexpr std::size_t kLeast = LazyZero<Scribbler, MmapPages>::kLeastBytes;
  for (std::size_t n = kLeast - 20; n < kLeast + 2 * kPage; n += n % 5 + 1) {
    bool zeroed = true;
    auto* p = static_cast<std::byte*>(heap.Allocate(n, zeroed));
    EXPECT_EQ(zeroed, n >= kLeast);
    EXPECT_EQ(IsZero(p, n), zeroed) << n;
    EXPECT_EQ(p[-1], std::byte{0xEE}) << n;
    EXPECT_EQ(p[n], std::byte{0xEE}) << n;
    heap.Free(p);
  }
}

TYPED_TEST(LazyZeroOn, C16ASourceThatIsUnableLeavesItToTheCaller) {
  Unable pages;
  LazyZero<TypeParam, Unable> heap(pages);
  constexpr std::size_t kBytes = std::size_t{3} << 20;
  bool zeroed = true;
  void* told = heap.Allocate(kBytes, zeroed);
  EXPECT_FALSE(zeroed);
  zeroed = true;
  EXPECT_EQ(heap.Allocate(SIZE_MAX, zeroed), nullptr);
  EXPECT_FALSE(zeroed);
  auto* p = static_cast<std::byte*>(Calloc(heap, kBytes, 1));
  ASSERT_NE(p, nullptr);
  EXPECT_TRUE(IsZero(p, kBytes));
  heap.Free(p);
  heap.Free(told);
}

}  // namespace
}  // namespace alloclab
