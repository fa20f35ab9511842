// The heap that memlib.h gives, against what it says of itself; and what is written behind its end.

#include "bench/grade/lab_arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <random>

#include "bench/grade/fresh_byte.h"
#include "bench/grade/lab/memlib.h"
#include "traces/test_seed.h"

namespace alloclab::grade {
namespace {

constexpr std::size_t kBytes = 64 << 10;

std::byte* Sbrk(std::intptr_t bytes) {
  void* p = mem_sbrk(bytes);
  return reinterpret_cast<std::intptr_t>(p) == -1 ? nullptr : static_cast<std::byte*>(p);
}

bool IsFresh(const std::byte* p, std::size_t bytes) {
  return std::all_of(p, p + bytes, [](std::byte b) { return b == std::byte{kFreshByte}; });
}

TEST(LabArena, GrowsToItsLimit) {
  ASSERT_TRUE(LabArena::Make(kBytes, true));
  EXPECT_EQ(mem_heapsize(), 0u);
  std::byte* const first = Sbrk(100);
  EXPECT_EQ(first, mem_heap_lo());
  EXPECT_EQ(first + 99, mem_heap_hi());
  EXPECT_EQ(Sbrk(0), first + 100);
  EXPECT_TRUE(LabArena::Holds(first, 100));
  EXPECT_FALSE(LabArena::Holds(first, 101));
  EXPECT_EQ(Sbrk(-1), nullptr);
  EXPECT_EQ(Sbrk(kBytes - 99), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  EXPECT_EQ(Sbrk(kBytes - 100), first + 100);
  EXPECT_TRUE(IsFresh(first, kBytes));
  EXPECT_EQ(Sbrk(1), nullptr);
  EXPECT_EQ(LabArena::bytes_peak(), kBytes);
}

// Fresh again, and no stray write where the heap was before.
TEST(LabArena, GrowsAnewWhenItWasMadeEmpty) {
  ASSERT_TRUE(LabArena::Make(kBytes, true));
  std::byte* const first = Sbrk(9000);
  std::fill_n(first, 9000, std::byte{1});
  mem_reset_brk();
  EXPECT_EQ(mem_heapsize(), 0u);
  EXPECT_EQ(LabArena::StrayWrite(), std::nullopt);
  EXPECT_EQ(Sbrk(5000), first);
  EXPECT_TRUE(IsFresh(first, 5000));
  EXPECT_EQ(LabArena::StrayWrite(), std::nullopt);
  EXPECT_EQ(LabArena::bytes_peak(), 9000u);
}

TEST(LabArena, AStrayWriteIsToldFromTheEndOfThen) {
  ASSERT_TRUE(LabArena::Make(kBytes, true));
  std::byte* const first = Sbrk(16);
  first[16 + 19] = std::byte{1};
  Sbrk(128);
  Sbrk(128);
  EXPECT_EQ(LabArena::StrayWrite(), 19u);
  first[16 + 256] = std::byte{1};
  EXPECT_EQ(LabArena::StrayWrite(), 19u) << "the first is the one";
  ASSERT_TRUE(LabArena::Make(kBytes, true));
  Sbrk(16)[16 + 5] = std::byte{1};
  mem_reset_brk();
  EXPECT_EQ(LabArena::StrayWrite(), 5u);
}

// Wherever it is, to the end of the page, and only there.
TEST(LabArena, EveryByteToTheEndOfThePageIsWatched) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(LabArena::Make(kBytes, true));
    const auto heap = static_cast<std::intptr_t>(1 + random() % 8000);
    std::byte* const first = Sbrk(heap);
    const std::size_t watched = mem_pagesize() - static_cast<std::size_t>(heap) % mem_pagesize();
    EXPECT_EQ(LabArena::StrayWrite(), std::nullopt);
    if (watched == mem_pagesize()) continue;
    const std::size_t behind = random() % watched;
    first[heap + static_cast<std::ptrdiff_t>(behind)] = std::byte{1};
    EXPECT_EQ(LabArena::StrayWrite(), behind);
  }
}

// mem_sbrk makes no system call there, and what is counted is not cleared.
TEST(LabArena, WithoutWatchingAllOfItIsOpen) {
  ASSERT_TRUE(LabArena::Make(kBytes, false));
  std::byte* const first = Sbrk(16);
  first[kBytes - 1] = std::byte{1};
  EXPECT_EQ(LabArena::StrayWrite(), std::nullopt);
  EXPECT_EQ(first[0], std::byte{0});
}

}  // namespace
}  // namespace alloclab::grade
