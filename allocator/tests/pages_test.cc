// Page sources: what is handed out, what comes back, and what the system says of it.

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "allocator/pages/buffer_pages.h"
#include "allocator/pages/failing_pages.h"
#include "allocator/pages/mmap_pages.h"
#include "allocator/pages/sbrk_pages.h"
#include "allocator/tests/conformance.h"

namespace alloclab {
namespace {

bool IsMapped(const void* page) {
  const int saved_errno = errno;
  unsigned char resident = 0;
  const bool mapped = mincore(const_cast<void*>(page), 4096, &resident) == 0;
  errno = saved_errno;
  return mapped;
}

TEST(RoundUpOrZero, RoundsAndRefuses) {
  EXPECT_EQ(RoundUpOrZero(0, 16), 0u);
  EXPECT_EQ(RoundUpOrZero(1, 16), 16u);
  EXPECT_EQ(RoundUpOrZero(16, 16), 16u);
  EXPECT_EQ(RoundUpOrZero(SIZE_MAX - 15, 16), SIZE_MAX - 15);
  EXPECT_EQ(RoundUpOrZero(SIZE_MAX - 14, 16), 0u);
  EXPECT_EQ(RoundUpOrZero(SIZE_MAX, 4096), 0u);
}

TEST(BufferPages, HandsOutEveryAlignedByteAndNotOneMore) {
  for (std::size_t skew = 0; skew < 16; ++skew) {
    alignas(16) std::byte buffer[1040];
    const std::span<std::byte> odd(buffer + skew, 1000);
    BufferPages pages(odd);
    std::size_t total = 0;
    for (Span span = pages.Acquire(16); !span.empty(); span = pages.Acquire(16)) {
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(span.begin) % 16, 0u);
      EXPECT_GE(span.begin, odd.data());
      EXPECT_LE(span.end(), odd.data() + odd.size());
      total += span.bytes;
    }
    EXPECT_EQ(pages.BytesHeld(), total);
    EXPECT_GE(total + 30, odd.size());
  }
}

TEST(BufferPages, OnlyTheTailComesBack) {
  alignas(16) std::byte buffer[4096];
  BufferPages pages(buffer);
  const Span low = pages.Acquire(100);
  const Span high = pages.Acquire(100);
  EXPECT_EQ(low.bytes, 256u);
  EXPECT_EQ(high.begin, low.end());
  EXPECT_EQ(pages.Extend(low.end(), 10), 0u);
  EXPECT_FALSE(pages.Release(low));
  EXPECT_EQ(pages.BytesHeld(), 512u);
  EXPECT_EQ(pages.Extend(high.end(), 10), 256u);
  EXPECT_TRUE(pages.Release({high.end(), 256}));
  EXPECT_TRUE(pages.Release(high));
  EXPECT_TRUE(pages.Release(low));
  EXPECT_EQ(pages.BytesHeld(), 0u);
  EXPECT_EQ(pages.BytesPeak(), 768u);
}

TEST(BufferPages, ABufferTooSmallIsEmpty) {
  alignas(16) std::byte buffer[32];
  BufferPages pages(std::span<std::byte>(buffer + 1, 14));
  EXPECT_TRUE(pages.Acquire(1).empty());
  BufferPages none{std::span<std::byte>()};
  EXPECT_TRUE(none.Acquire(1).empty());
}

// Rows 30 and 33.
TEST(MmapPages, WhatIsReleasedIsReallyUnmapped) {
  MmapPages pages;
  errno = 5;
  const std::size_t half = MmapPages::kGranuleBytes;
  const Span span = pages.Acquire(2 * half);
  ASSERT_EQ(span.bytes, 2 * half);
  std::memset(span.begin, 1, span.bytes);
  const Span tail{span.begin + half, half};
  EXPECT_TRUE(pages.Release(tail));
  EXPECT_TRUE(IsMapped(span.begin));
  EXPECT_FALSE(IsMapped(tail.begin));
  EXPECT_EQ(pages.BytesHeld(), half);
  // The place is free again: the span can be extended into it, and not twice.
  EXPECT_EQ(pages.Extend(tail.begin, 100), half);
  EXPECT_EQ(pages.Extend(tail.begin, 100), 0u);
  EXPECT_TRUE(pages.Release(span));
  EXPECT_FALSE(IsMapped(span.begin));
  EXPECT_EQ(pages.BytesHeld(), 0u);
  EXPECT_FALSE(pages.Release({span.begin + 8, 4096}));
  EXPECT_TRUE(pages.Acquire(SIZE_MAX).empty());
  EXPECT_TRUE(pages.Acquire(std::size_t{1} << 60).empty());
  EXPECT_EQ(errno, 5);
}

bool IsResident(const void* page) {
  unsigned char resident = 0;
  return mincore(const_cast<void*>(page), 4096, &resident) == 0 && (resident & 1) != 0;
}

TEST(MmapPages, WhatIsMadeZeroHoldsNoMemory) {
  MmapPages pages;
  const Span span = pages.Acquire(MmapPages::kGranuleBytes);
  ASSERT_FALSE(span.empty());
  constexpr std::size_t kPage = 4096;
  const auto dirty = [&] { std::memset(span.begin, 0xEE, 4 * kPage); };
  const auto is_all = [&](std::size_t page, int byte) {
    for (std::size_t i = 0; i < kPage; ++i) {
      if (span.begin[page * kPage + i] != static_cast<std::byte>(byte)) return false;
    }
    return true;
  };
  dirty();
  errno = 5;
  EXPECT_FALSE(pages.Zero({span.begin + 16, kPage}));
  EXPECT_FALSE(pages.Zero({span.begin, kPage + 16}));
  EXPECT_TRUE(is_all(0, 0xEE));
  EXPECT_TRUE(pages.Zero({span.begin + kPage, 2 * kPage}));
  EXPECT_FALSE(IsResident(span.begin + kPage));
  EXPECT_FALSE(IsResident(span.begin + 2 * kPage));
  EXPECT_TRUE(is_all(0, 0xEE) && is_all(1, 0) && is_all(2, 0) && is_all(3, 0xEE));
  EXPECT_EQ(pages.BytesHeld(), span.bytes);

  dirty();
  // Of the kernel itself: sanitizers make mlock do nothing.
  ASSERT_EQ(syscall(SYS_mlock, span.begin + kPage, kPage), 0);
  EXPECT_FALSE(pages.Zero({span.begin + kPage, kPage}));
  EXPECT_TRUE(is_all(1, 0xEE));
  EXPECT_EQ(errno, 5);
  EXPECT_TRUE(pages.Release(span));
}

// Each such span is followed by room to grow, of which nothing is mapped, until somebody else is
// there: a span then begins elsewhere, and theirs is left alone.
TEST(MmapPages, SpansGrowInPlaceUntilSomebodyIsThere) {
  MmapPages pages;
  const Span first = pages.AcquireWithRoom(1);
  ASSERT_FALSE(first.empty());
  EXPECT_FALSE(IsMapped(first.end()));
  Span grown = first;
  for (int i = 0; i < 100; ++i) {
    const std::size_t added = pages.Extend(grown.end(), i % 10 == 0 ? 3000000 : 1);
    ASSERT_GE(added, i % 10 == 0 ? std::size_t{3000000} : MmapPages::kGranuleBytes) << i;
    grown.bytes += added;
    grown.end()[-1] = std::byte{1};
  }
  EXPECT_EQ(pages.BytesHeld(), grown.bytes);
  EXPECT_FALSE(IsMapped(grown.end()));
  // Spans lie one behind the other, and what came back at the end is where the next begins.
  const Span next = pages.AcquireWithRoom(1);
  EXPECT_EQ(next.begin, grown.end());
  EXPECT_TRUE(pages.Release(next));
  const Span again = pages.AcquireWithRoom(1);
  EXPECT_EQ(again.begin, grown.end());
  EXPECT_TRUE(pages.Release(again));
  const std::size_t huge = pages.Extend(grown.end(), 1);
  EXPECT_GE(huge, MmapPages::kGranuleBytes);
  grown.bytes += huge;

  void* foreign = mmap(grown.end(), 4096, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  ASSERT_EQ(foreign, grown.end());
  std::memset(foreign, 0x5A, 4096);
  EXPECT_EQ(pages.Extend(grown.end(), 1), 0u);
  const Span other = pages.AcquireWithRoom(1);
  ASSERT_FALSE(other.empty());
  std::memset(other.begin, 0, other.bytes);
  const std::size_t added = pages.Extend(other.end(), 1);
  EXPECT_GE(added, MmapPages::kGranuleBytes);
  EXPECT_EQ(static_cast<unsigned char*>(foreign)[4095], 0x5A);
  EXPECT_TRUE(pages.Release({other.begin, other.bytes + added}));
  EXPECT_TRUE(pages.Release(grown));
  EXPECT_FALSE(IsMapped(grown.begin));
  EXPECT_EQ(pages.BytesHeld(), 0u);
  munmap(foreign, 4096);
}

// How much of the span `at` lies in is on huge pages, as the system counts it, in bytes.
std::size_t HugeBytes(const std::byte* at) {
  std::ifstream maps("/proc/self/smaps");
  std::string line;
  bool inside = false;
  while (std::getline(maps, line)) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (const std::size_t dash = first.find('-'); dash != std::string::npos) {
      const auto begin = std::stoull(first.substr(0, dash), nullptr, 16);
      const auto end = std::stoull(first.substr(dash + 1), nullptr, 16);
      const auto address = reinterpret_cast<std::uintptr_t>(at);
      inside = begin <= address && address < end;
    } else if (inside && first == "AnonHugePages:") {
      std::size_t kib = 0;
      words >> kib;
      return kib << 10;
    }
  }
  return 0;
}

// Whether the system has a huge page for who asks, by its settings and at this moment.
bool SystemGivesHugePages() {
  constexpr std::size_t kHuge = MmapPages::kHugePageBytes;
  void* mapped =
      mmap(nullptr, 2 * kHuge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return false;
  madvise(mapped, 2 * kHuge, MADV_HUGEPAGE);
  auto* middle = static_cast<std::byte*>(mapped) + kHuge;
  *middle = std::byte{1};
  const bool given = HugeBytes(middle) == kHuge;
  munmap(mapped, 2 * kHuge);
  return given;
}

TEST(MmapPages, GrowthOfALargeHeapIsOnHugePages) {
  MmapPages pages;
  Span grown = pages.AcquireWithRoom(1);
  while (grown.bytes < MmapPages::kHugePagesFrom) {
    // Up to here the price of one would be too high.
    const std::size_t added = pages.Extend(grown.end(), 1);
    ASSERT_EQ(added, MmapPages::kGranuleBytes);
    grown.bytes += added;
  }
  // To the end of the first huge page, and a whole one.
  for (int i = 0; i < 2; ++i) {
    const std::size_t added = pages.Extend(grown.end(), 1);
    ASSERT_GE(added, MmapPages::kGranuleBytes);
    ASSERT_LE(added, MmapPages::kGranuleBytes + MmapPages::kHugePageBytes);
    grown.bytes += added;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(grown.end()) % MmapPages::kHugePageBytes, 0u);
  }
  EXPECT_EQ(pages.BytesHeld(), grown.bytes);
  grown.end()[-1] = std::byte{1};
  EXPECT_EQ(HugeBytes(grown.end() - 1), SystemGivesHugePages() ? MmapPages::kHugePageBytes : 0);
  // What is asked for exactly is had exactly.
  EXPECT_EQ(pages.Extend(grown.end(), 3000000), 3002368u);
  grown.bytes += 3002368;
  EXPECT_TRUE(pages.Release(grown));
}

// With a limit on addresses that leaves none for room, there are spans all the same.
TEST(MmapPages, WithoutAddressesToSpareThereAreSpans) {
  std::size_t mapped_pages = 0;
  std::ifstream("/proc/self/statm") >> mapped_pages;
  ASSERT_GT(mapped_pages, 0u);
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  rlimit tight = before;
  tight.rlim_cur = mapped_pages * 4096 + (std::size_t{64} << 20);
  ASSERT_LT(tight.rlim_cur, before.rlim_max);
  ASSERT_EQ(setrlimit(RLIMIT_AS, &tight), 0);
  MmapPages pages;
  const Span span = pages.AcquireWithRoom(1000000);
  const bool refused = pages.AcquireWithRoom(std::size_t{1} << 30).empty();
  ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
  EXPECT_TRUE(refused);
  ASSERT_FALSE(span.empty());
  std::memset(span.begin, 1, span.bytes);
  EXPECT_TRUE(pages.Release(span));
}

// Row 29.
TEST(SbrkPages, GrowsAndShrinksTheBreak) {
  SbrkPages pages;
  const Span span = pages.Acquire(1);
  ASSERT_FALSE(span.empty());
  EXPECT_EQ(sbrk(0), span.end());
  EXPECT_EQ(pages.Extend(span.end(), 1), SbrkPages::kGranuleBytes);
  EXPECT_TRUE(pages.Release({span.begin, span.bytes + SbrkPages::kGranuleBytes}));
  EXPECT_EQ(sbrk(0), span.begin);
  EXPECT_TRUE(pages.Acquire(std::size_t{1} << 60).empty());
  EXPECT_EQ(pages.BytesHeld(), 0u);
}

// Row 37 and R12: somebody else's sbrk between two of ours, at an odd address.
TEST(SbrkPages, AForeignBreakIsLeftAlone) {
  SbrkPages pages;
  const Span low = pages.Acquire(1);
  void* foreign = sbrk(24);
  std::memset(foreign, 0x5A, 24);
  EXPECT_EQ(pages.Extend(low.end(), 1), 0u);
  EXPECT_FALSE(pages.Release(low));
  const Span high = pages.Acquire(1);
  EXPECT_GE(high.begin, static_cast<std::byte*>(foreign) + 24);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(high.begin) % 16, 0u);
  std::memset(high.begin, 0, high.bytes);
  EXPECT_EQ(static_cast<unsigned char*>(foreign)[23], 0x5A);
  EXPECT_TRUE(pages.Release(high));
  EXPECT_EQ(pages.BytesHeld(), low.bytes);
}

TEST(FailingPages, RefusesByPlan) {
  alignas(16) std::byte buffer[4096];
  FailingPages<BufferPages> pages{std::span<std::byte>(buffer)};
  pages.Refuse(1, 2);
  const Span span = pages.Acquire(1);
  EXPECT_FALSE(span.empty());
  EXPECT_EQ(pages.Extend(span.end(), 1), 0u);
  EXPECT_TRUE(pages.Acquire(1).empty());
  EXPECT_EQ(pages.Extend(span.end(), 1), 256u);
  EXPECT_EQ(pages.requests(), 4u);
  EXPECT_EQ(pages.refused(), 2u);
}

// Row 33 over the real system: a heap on mmap gives its empty regions back.
TEST(MmapPages, AHeapUnmapsItsEmptyRegions) {
  Variants::Visit<MmapPages>("segregated_bins", []<Allocator A>() {
    MmapPages pages;
    A heap(pages);
    std::vector<std::byte*> blocks;
    for (int i = 0; i < 64; ++i) {
      blocks.push_back(static_cast<std::byte*>(heap.Allocate(std::size_t{100} << 10)));
    }
    std::byte* large = static_cast<std::byte*>(heap.Allocate(3 * MmapPages::kRetainBytes));
    std::byte* page =
        large - reinterpret_cast<std::uintptr_t>(large) % 4096 + 2 * MmapPages::kRetainBytes;
    EXPECT_TRUE(IsMapped(page));
    heap.Free(large);
    EXPECT_FALSE(IsMapped(page));
    for (std::byte* p : blocks) heap.Free(p);
    EXPECT_LE(pages.BytesHeld(), MmapPages::kRetainBytes);
  });
}

}  // namespace
}  // namespace alloclab
