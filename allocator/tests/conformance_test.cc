// The contract of README.md, rule by rule, over every variant.

#include "allocator/tests/conformance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <random>
#include <vector>

#include "allocator/malloc_api.h"

namespace alloclab {
namespace {

constexpr std::size_t kArenaBytes = std::size_t{4} << 20;

template <class A>
class Conformance : public ::testing::Test {
 protected:
  static constexpr bool kSeen = kWalkable<A>;  // takes its memory from our arena, and can be walked

  // Whatever a test leaves behind is freed, and the heap looked at a last time.
  void TearDown() override {
    heap.FreeAll();
    EXPECT_EQ(Check(), "");
  }

  using Depth = typename Shadowed<A>::Depth;
  std::string Check(Depth depth = Depth::kEverything) { return Explain(heap.Check(depth, Held())); }
  std::optional<std::size_t> Held() const {
    return kSeen ? std::optional(pages.BytesHeld()) : std::nullopt;
  }
  // What may be held when nothing is live (C19).
  static constexpr std::size_t kHeldWhenEmpty = ArenaPages::kRetainBytes;

  ArenaPages pages{kArenaBytes};
  Shadowed<A> heap{pages};
};

struct VariantName {
  template <class A>
  static std::string GetName(int i) {
    return std::string(Variants::kNames[static_cast<std::size_t>(i)]);
  }
};
using AllVariants = Variants::All<ArenaPages, ::testing::Types>;
TYPED_TEST_SUITE(Conformance, AllVariants, VariantName);

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

TYPED_TEST(Conformance, C5ZeroBytesIsABlockOfItsOwn) {
  std::vector<void*> blocks;
  for (int i = 0; i < 100; ++i) blocks.push_back(this->heap.Allocate(0));
  EXPECT_EQ(std::count(blocks.begin(), blocks.end(), nullptr), 0);
  std::sort(blocks.begin(), blocks.end());
  EXPECT_EQ(std::adjacent_find(blocks.begin(), blocks.end()), blocks.end());
  for (void* p : blocks) this->heap.Free(p);
  EXPECT_EQ(this->Check(), "");
}

TYPED_TEST(Conformance, C6AbsurdSizesAreRefusedAndChangeNothing) {
  void* keep = this->heap.Allocate(100);
  const std::size_t held = this->pages.BytesHeld();
  const auto refused = [&](std::size_t n) {
    EXPECT_EQ(this->heap.Allocate(n), nullptr) << n;
    EXPECT_EQ(this->heap.AllocateZeroed(n), nullptr) << n;
    EXPECT_EQ(this->heap.Reallocate(keep, n), nullptr) << n;
    EXPECT_EQ(this->heap.AllocateAligned(n, 64), nullptr) << n;
    EXPECT_EQ(this->heap.AllocateAligned(n, 4096), nullptr) << n;
    EXPECT_EQ(Calloc(this->heap, n, 16), nullptr) << n;
  };
  for (std::size_t k = 0; k <= 8192; ++k) refused(SIZE_MAX - k);
  for (std::size_t k = 1; k <= 64; ++k) refused(kMaxRequestBytes + k);
  // A huge alignment is refused too, whatever the size (AddressSanitizer's own malloc dies of it).
  if constexpr (TestFixture::kSeen) {
    EXPECT_EQ(this->heap.AllocateAligned(1, std::size_t{1} << 63), nullptr);
    EXPECT_EQ(this->heap.AllocateAligned(kMaxRequestBytes, std::size_t{1} << 62), nullptr);
  }
  EXPECT_EQ(this->pages.BytesHeld(), held);
  EXPECT_EQ(this->Check(), "");
  this->heap.Free(keep);
}

TYPED_TEST(Conformance, C6LargestLegalRequestsAreRefusedByASmallArena) {
  if constexpr (!TestFixture::kSeen) return;  // the system may well grant them
  void* keep = this->heap.Allocate(100);
  for (std::size_t k = 0; k <= 8192; ++k) {
    ASSERT_EQ(this->heap.Allocate(kMaxRequestBytes - k), nullptr) << k;
    ASSERT_EQ(this->heap.Reallocate(keep, kMaxRequestBytes - k), nullptr) << k;
    ASSERT_EQ(this->heap.AllocateAligned(kMaxRequestBytes - k, 256), nullptr) << k;
  }
  EXPECT_EQ(this->Check(), "");
}

// One script under a page source that refuses its k-th request, for every k that is reached.
TYPED_TEST(Conformance, C7EveryRefusalLeavesAValidHeap) {
  if constexpr (!TestFixture::kSeen) return;  // the system has no page source of ours
  std::uint64_t refusals = 0;
  for (std::uint64_t k = 0;; ++k) {
    ArenaPages source(kArenaBytes);
    Shadowed<TypeParam> tested(source);
    source.Refuse(k, 2);
    std::vector<void*> live;
    for (std::size_t i = 0; i < 60; ++i) {
      const std::size_t n = (i * 797) % 3000;
      void* p = i % 5 == 4   ? tested.AllocateAligned(n, 128)
                : i % 7 == 6 ? Realloc(tested, live.empty() ? nullptr : live.back(), n * 3 + 1)
                             : tested.Allocate(n);
      if (p != nullptr && i % 7 == 6 && !live.empty())
        live.back() = p;
      else if (p != nullptr)
        live.push_back(p);
      if (i % 11 == 10 && !live.empty()) {
        tested.Free(live.front());
        live.erase(live.begin());
      }
      ASSERT_EQ(Explain(tested.Check({}, source.BytesHeld())), "") << "refused request " << k;
    }
    refusals += source.refused();
    for (void* p : live) tested.Free(p);
    ASSERT_EQ(Explain(tested.Check({}, source.BytesHeld())), "") << "refused request " << k;
    if (source.refused() == 0) break;
  }
  EXPECT_GT(refusals, 3u);
}

TYPED_TEST(Conformance, C7ExhaustionAnswersNullAndEndsWithTheFirstFree) {
  if constexpr (!TestFixture::kSeen) return;  // the system is not to be exhausted
  std::vector<void*> blocks;
  while (void* p = this->heap.Allocate(1000)) {
    blocks.push_back(p);
    ASSERT_LE(blocks.size(), kArenaBytes / 1000) << "more was handed out than there is";
  }
  EXPECT_GT(blocks.size(), kArenaBytes / 1000 * 9 / 10);
  EXPECT_EQ(this->Check(), "");
  for (void* p : blocks) this->heap.Free(p);
  EXPECT_NE(this->heap.Allocate(1000), nullptr);
}

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

// A seeded script of everything; structure is checked after each step, contents at times and before
// each free and resize. ALLOCLAB_SEED runs another one.
TYPED_TEST(Conformance, RandomScriptHoldsEveryRule) {
  const char* wanted = std::getenv("ALLOCLAB_SEED");
  const std::uint64_t seed = wanted == nullptr ? 20260101 : std::strtoull(wanted, nullptr, 10);
  std::cout << "seed " << seed << " (ALLOCLAB_SEED=" << seed << " runs it again)\n";
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

// R15: half small, half up to 64 KiB; random frees and reallocs; every byte checked each time.
TYPED_TEST(Conformance, R15FreesAndReallocsOfManyBlocks) {
  std::mt19937_64 random(15);
  std::vector<void*> live;
  for (int i = 0; i < 1000; ++i) {
    live.push_back(this->heap.Allocate(random() % (i % 2 == 0 ? 64 : 4096)));
  }
  std::erase(live, nullptr);
  std::shuffle(live.begin(), live.end(), random);
  for (std::size_t i = 0; i < live.size() / 2; ++i) this->heap.Free(live[i]);
  live.erase(live.begin(), live.begin() + static_cast<std::ptrdiff_t>(live.size() / 2));
  for (int i = 0; i < 1000; ++i) {
    void*& block = live[random() % live.size()];
    if (void* p = this->heap.Reallocate(block, random() % 8192 + 1)) block = p;
  }
  EXPECT_EQ(this->Check(), "");
}

TYPED_TEST(Conformance, C12ShrinksAndGrowsInPlace) {
  if constexpr (kResizesToAnySize<TypeParam>) {
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

TYPED_TEST(Conformance, C14ReallocEdges) {
  errno = 0;
  void* p = Realloc(this->heap, nullptr, 100);
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(Realloc(this->heap, p, SIZE_MAX), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  EXPECT_EQ(this->Check(), "");  // p still holds its bytes
  TypeParam& inner = this->heap.inner();
  EXPECT_EQ(ReallocArray(inner, p, SIZE_MAX / 2, 3), nullptr);
  EXPECT_EQ(this->Check(), "");
  this->heap.Free(p);
}

TYPED_TEST(Conformance, C14ReallocToZeroFreesAndLeaksNothing) {
  TypeParam& inner = this->heap.inner();
  std::size_t held = 0;
  for (int i = 0; i < 1000; ++i) {
    void* p = Malloc(inner, 1000);
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(Realloc(inner, p, 0), nullptr);
    if (i == 0) held = this->pages.BytesHeld();
  }
  EXPECT_EQ(this->pages.BytesHeld(), held);
  EXPECT_EQ(this->Check(), "");
}

TYPED_TEST(Conformance, C15ReallocKeepsTheBytes) {
  void* p = this->heap.Allocate(24);
  for (const std::size_t n : std::initializer_list<std::size_t>{48, 500, 12, 40000, 39000, 1, 64}) {
    void* guard = this->heap.Allocate(32);  // in the way of growing in place, sometimes
    p = this->heap.Reallocate(p, n);        // the checker compares the bytes kept
    ASSERT_NE(p, nullptr) << n;
    ASSERT_EQ(this->Check(), "") << n;
    if (n % 3 != 0) this->heap.Free(guard);
  }
}

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

TYPED_TEST(Conformance, C17Errno) {
  TypeParam& inner = this->heap.inner();
  errno = 0;
  EXPECT_EQ(Malloc(inner, SIZE_MAX), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  for (const std::size_t bad : {std::size_t{0}, std::size_t{3}, std::size_t{24}, SIZE_MAX}) {
    errno = 0;
    EXPECT_EQ(Memalign(inner, bad, 10), nullptr);
    EXPECT_EQ(errno, EINVAL) << bad;
    errno = 0;
    EXPECT_EQ(AlignedAlloc(inner, bad, 10), nullptr);
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
  void* page = Pvalloc(inner, 1);
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(page) % 4096, 0u);
  EXPECT_GE(inner.UsableSize(page), 4096u);
  Free(inner, page);
  void* valloced = Valloc(inner, 5);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(valloced) % 4096, 0u);
  Free(inner, valloced);
}

TYPED_TEST(Conformance, C18TheHeapIsMadeLazily) {
  EXPECT_EQ(this->pages.requests(), 0u);
  EXPECT_EQ(this->Check(), "");
}

// Every order in which five blocks can be freed, and both long orders.
TYPED_TEST(Conformance, C11C19AnyOrderOfFreesGivesEverythingBack) {
  if constexpr (!TestFixture::kSeen) return;
  std::vector<std::size_t> order(5);
  std::iota(order.begin(), order.end(), 0u);
  do {
    std::vector<void*> blocks;
    for (std::size_t i = 0; i < order.size(); ++i)
      blocks.push_back(this->heap.Allocate(100 + i * 40));
    for (const std::size_t i : order) {
      this->heap.Free(blocks[i]);
      ASSERT_EQ(this->Check(), "");
    }
    ASSERT_LE(this->pages.BytesHeld(), TestFixture::kHeldWhenEmpty);
  } while (std::next_permutation(order.begin(), order.end()));

  for (const bool lifo : {true, false}) {
    std::vector<void*> blocks;
    for (int i = 0; i < 500; ++i) blocks.push_back(this->heap.Allocate(500));
    if (lifo) std::reverse(blocks.begin(), blocks.end());
    for (void* p : blocks) this->heap.Free(p);
    EXPECT_LE(this->pages.BytesHeld(), TestFixture::kHeldWhenEmpty) << "lifo " << lifo;
  }
}

TYPED_TEST(Conformance, C19TheFreeEndOfTheHeapGoesBack) {
  if constexpr (kMergesNeighbours<TypeParam>) {
    void* low = this->heap.Allocate(1000);
    std::vector<void*> high;
    for (int i = 0; i < 100; ++i) high.push_back(this->heap.Allocate(1000));
    const std::size_t before = this->pages.BytesHeld();
    std::mt19937_64 random(19);
    std::shuffle(high.begin(), high.end(), random);
    for (void* p : high) this->heap.Free(p);
    EXPECT_LT(this->pages.BytesHeld(), before / 10);
    EXPECT_EQ(this->Check(), "");
    this->heap.Free(low);
  }
}

// R1: a remainder is what is left less its own header; the guard behind it is untouched.
TYPED_TEST(Conformance, R1SplitKeepsTheGuard) {
  void* wide = this->heap.Allocate(64);
  void* guard = this->heap.Allocate(8);
  this->heap.Free(wide);
  void* front = this->heap.Allocate(16);
  void* rest = this->heap.Allocate(24);
  EXPECT_EQ(this->Check(), "");
  for (void* p : {front, rest, guard}) this->heap.Free(p);
}

// R5: three neighbours freed in any order are one free block.
TYPED_TEST(Conformance, R5ThreeNeighboursBecomeOne) {
  if constexpr (kMergesNeighbours<TypeParam>) {
    void* bottom = this->heap.Allocate(40);
    for (const auto& order : {std::vector{0, 1, 2}, {2, 1, 0}, {0, 2, 1}, {1, 0, 2}}) {
      std::vector<void*> three;
      for (int i = 0; i < 3; ++i) three.push_back(this->heap.Allocate(200));
      void* top = this->heap.Allocate(40);
      const std::size_t holes = BlocksIn(this->heap, BlockState::kFree);
      for (const int i : order) this->heap.Free(three[static_cast<std::size_t>(i)]);
      EXPECT_EQ(BlocksIn(this->heap, BlockState::kFree), holes + 1);
      this->heap.Free(top);
    }
    this->heap.Free(bottom);
  }
}

// R10: sizes 1..64, address % 16 == 0.
TYPED_TEST(Conformance, R10SmallSizesAreAligned) {
  for (std::size_t n = 1; n <= 64; ++n) {
    void* p = this->heap.Allocate(n);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % 16, 0u) << n;
  }
}

}  // namespace
}  // namespace alloclab
