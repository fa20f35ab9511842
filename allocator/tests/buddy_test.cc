// What is buddy's own: places, splits and merges. Which blocks are free follows from which are in
// use and where the regions lie, so every state is held against one worked out from nothing else.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <span>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/tests/conformance.h"

namespace alloclab {
namespace {

using Heap = Buddy<ArenaPages>;

std::uintptr_t Address(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }

std::size_t BlockBytesFor(std::size_t n) { return std::bit_ceil(std::max<std::size_t>(n, 32)); }

struct Range {
  std::uintptr_t begin;
  std::uintptr_t end;
};

// Where the units of each region lie: what a walk shows that is not overhead, taken together.
template <class A>
std::vector<Range> UnitsOf(const A& heap) {
  std::vector<Range> ranges;
  bool inside = false;
  heap.Walk([&](const BlockView& block) {
    if (block.state == BlockState::kOverhead) {
      inside = false;
      return;
    }
    if (!inside) ranges.push_back({Address(block.begin), Address(block.begin)});
    ranges.back().end = Address(block.end());
    inside = true;
  });
  return ranges;
}

// The oracle: live blocks by address. The units of a region are halved, from the largest aligned
// pieces down, until a piece is a live block or holds none.
class Model {
 public:
  void Add(const void* p, std::size_t bytes) { live_[Address(p)] = bytes; }
  void Remove(const void* p) { live_.erase(Address(p)); }
  std::size_t BytesAt(const void* p) const { return live_.at(Address(p)); }
  std::size_t size() const { return live_.size(); }
  void* At(std::size_t i) const {
    return reinterpret_cast<void*>(std::next(live_.begin(), static_cast<std::ptrdiff_t>(i))->first);
  }

  bool AnyIn(std::uintptr_t begin, std::uintptr_t end) const {
    const auto after = live_.lower_bound(begin);
    return after != live_.end() && after->first < end;
  }

  // Free blocks, address to bytes.
  std::map<std::uintptr_t, std::size_t> FreeBlocks(const std::vector<Range>& ranges) const {
    std::map<std::uintptr_t, std::size_t> free;
    for (const Range& range : ranges) {
      for (std::uintptr_t at = range.begin; at < range.end;) {
        std::size_t bytes = 32;
        while (at % (2 * bytes) == 0 && range.end - at >= 2 * bytes) bytes *= 2;
        Halve(at, bytes, free);
        at += bytes;
      }
    }
    return free;
  }

  // Whether the block at p could be `bytes` long: aligned to that, inside, and nothing else in it.
  bool CouldBe(const void* p, std::size_t bytes, const std::vector<Range>& ranges) const {
    const std::uintptr_t at = Address(p);
    const bool inside = std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
      return range.begin <= at && at < range.end && range.end - at >= bytes;
    });
    return at % bytes == 0 && inside && !AnyIn(at + 1, at + bytes);
  }

 private:
  void Halve(std::uintptr_t at, std::size_t bytes,
             std::map<std::uintptr_t, std::size_t>& free) const {
    if (!AnyIn(at, at + bytes)) {
      free[at] = bytes;
      return;
    }
    const auto live = live_.find(at);
    if (live != live_.end() && live->second >= bytes) return;
    Halve(at, bytes / 2, free);
    Halve(at + bytes / 2, bytes / 2, free);
  }

  std::map<std::uintptr_t, std::size_t> live_;
};

std::map<std::uintptr_t, std::size_t> FreeBlocksShown(const Heap& heap) {
  std::map<std::uintptr_t, std::size_t> free;
  heap.Walk([&](const BlockView& block) {
    if (block.state == BlockState::kFree) free[Address(block.begin)] = block.bytes;
  });
  return free;
}

// Rows 11, 12, 25 and 26, as far as orders allow.
TEST(Buddy, FreeBlocksFollowFromTheLiveOnes) {
  const char* wanted = std::getenv("ALLOCLAB_SEED");
  const std::uint64_t seed = wanted == nullptr ? 1965 : std::strtoull(wanted, nullptr, 10);
  std::cout << "seed " << seed << " (ALLOCLAB_SEED=" << seed << " runs it again)\n";
  std::mt19937_64 random(seed);
  ArenaPages pages(std::size_t{1} << 20);
  Heap heap(pages);
  Model model;
  std::size_t grown = 0;
  for (int step = 0; step < 4000; ++step) {
    std::size_t n = random() % (std::size_t{1} << (random() % 13));
    const bool fill = step % 1000 < 600;
    if (model.size() == 0 || random() % 10 < (fill ? 6 : 3)) {
      const std::size_t alignment = random() % 4 == 0 ? std::size_t{1} << (random() % 13) : 16;
      void* p = heap.AllocateAligned(n, alignment);
      ASSERT_NE(p, nullptr);
      ASSERT_EQ(Address(p) % alignment, 0u);
      ASSERT_EQ(Address(p) % BlockBytesFor(n), 0u);  // a block lies at a multiple of its size
      ASSERT_EQ(heap.UsableSize(p), BlockBytesFor(n));
      model.Add(p, BlockBytesFor(n));
    } else if (void* p = model.At(random() % model.size()); random() % 4 == 0) {
      const std::size_t bytes = model.BytesAt(p);
      if (random() % 2 == 0) n = bytes + 1;  // one order up, where the buddy lets it
      const bool could =
          BlockBytesFor(n) <= bytes || model.CouldBe(p, BlockBytesFor(n), UnitsOf(heap));
      ASSERT_EQ(heap.TryResize(p, n), could) << "step " << step << ", seed " << seed;
      if (could && BlockBytesFor(n) > bytes) ++grown;
      if (could) model.Add(p, BlockBytesFor(n));
    } else {
      heap.Free(p);
      model.Remove(p);
    }
    ASSERT_EQ(FreeBlocksShown(heap), model.FreeBlocks(UnitsOf(heap)))
        << "step " << step << ", seed " << seed;
    const Verdict verdict = heap.CheckIndex();
    ASSERT_TRUE(verdict.ok()) << verdict.broken << ", step " << step << ", seed " << seed;
  }
  EXPECT_GT(grown, 10u);
  while (model.size() != 0) {
    void* p = model.At(random() % model.size());
    heap.Free(p);
    model.Remove(p);
  }
  EXPECT_EQ(pages.BytesHeld(), 0u);
}

TEST(Buddy, BuddiesMergeAndOtherNeighboursDoNot) {
  ArenaPages pages(1 << 16);
  Heap heap(pages);
  std::vector<std::uintptr_t> blocks;
  for (int i = 0; i < 200; ++i) blocks.push_back(Address(heap.Allocate(32)));
  std::sort(blocks.begin(), blocks.end());
  const auto side_by_side = [&](std::uintptr_t remainder) {
    for (std::size_t i = 40;; ++i) {
      // Neighbours of the two are in use, so that nothing else can merge.
      if (blocks[i] % 64 == remainder && blocks[i + 1] == blocks[i] + 32) return blocks[i];
    }
  };
  const std::uintptr_t pair = side_by_side(0);
  heap.Free(reinterpret_cast<void*>(pair));
  heap.Free(reinterpret_cast<void*>(pair + 32));
  EXPECT_EQ(FreeBlocksShown(heap).at(pair), 64u);
  blocks.erase(std::find(blocks.begin(), blocks.end(), pair));
  blocks.erase(std::find(blocks.begin(), blocks.end(), pair + 32));
  std::uintptr_t strangers = side_by_side(32);
  heap.Free(reinterpret_cast<void*>(strangers));
  heap.Free(reinterpret_cast<void*>(strangers + 32));
  EXPECT_EQ(FreeBlocksShown(heap).at(strangers), 32u);
  EXPECT_EQ(FreeBlocksShown(heap).at(strangers + 32), 32u);
}

TEST(Buddy, LooksAtOneBlockHoweverManyAreFree) {
  ArenaPages pages(std::size_t{4} << 20);
  Heap heap(pages);
  std::vector<void*> holes;
  for (std::size_t i = 0; i < 8000; ++i) {
    void* p = heap.Allocate(std::size_t{32} << (i % 4));
    if (i % 2 == 0) holes.push_back(p);
  }
  for (void* p : holes) heap.Free(p);
  ASSERT_GT(BlocksIn(heap, BlockState::kFree), 1000u);
  std::size_t granted = 0;
  for (std::size_t i = 0; i < 3000; ++i) {
    const std::uint64_t before = heap.BlocksVisited();
    if (heap.Allocate(i % 3000) != nullptr) ++granted;
    ASSERT_LE(heap.BlocksVisited() - before, 1u);
  }
  EXPECT_GT(granted, 1000u);
  EXPECT_GE(heap.BlocksVisited(), granted);
}

// What an alignment needs beyond the request is free again, and the block no larger than without.
TEST(Buddy, AlignmentCostsNoMemory) {
  ArenaPages pages(std::size_t{4} << 20);
  Heap heap(pages);
  for (std::size_t alignment = 32; alignment <= (std::size_t{1} << 18); alignment *= 2) {
    for (const std::size_t n : std::initializer_list<std::size_t>{0, 40, 5000}) {
      void* p = heap.AllocateAligned(n, alignment);
      ASSERT_NE(p, nullptr) << n << " " << alignment;
      EXPECT_EQ(Address(p) % alignment, 0u);
      EXPECT_EQ(heap.UsableSize(p), BlockBytesFor(n));
    }
  }
  EXPECT_EQ(heap.AllocateAligned(1, std::size_t{1} << 62), nullptr);
}

// Regions grow, so their number does not, and what is not blocks is a 33rd and a little more.
TEST(Buddy, FewRegionsAndLittleOverhead) {
  ArenaPages pages(std::size_t{32} << 20);
  Heap heap(pages);
  std::vector<void*> blocks;
  for (std::size_t bytes = 0; bytes < (std::size_t{16} << 20); bytes += 256) {
    blocks.push_back(heap.Allocate(256));
  }
  const std::size_t regions = UnitsOf(heap).size();
  EXPECT_LE(regions, 60u);  // log of 32 MiB / 1 KiB to the base 1.25 is 47
  std::size_t overhead = 0;
  heap.Walk([&](const BlockView& block) {
    overhead += block.state == BlockState::kOverhead ? block.bytes : 0;
  });
  EXPECT_LE(overhead, pages.BytesHeld() / 33 + regions * (sizeof(BuddyRegion) + 3 * 32));
  std::mt19937_64 random(7);
  std::shuffle(blocks.begin(), blocks.end(), random);
  for (void* p : blocks) heap.Free(p);
  EXPECT_EQ(pages.BytesHeld(), 0u);
}

// A tight buffer: the block fits only where it happens to be well placed, and a refusal holds
// nothing.
TEST(Buddy, TheLastPlaceInABufferIsFound) {
  alignas(4096) static std::byte buffer[3 * 4096];
  std::size_t granted = 0;
  for (std::size_t skew = 0; skew < 4096; skew += 16) {
    const std::span<std::byte> tight(buffer + skew, BuddyRegion::SpanBytes(12, false) + 32);
    BufferPages pages(tight);
    Buddy<BufferPages> heap(pages);
    void* p = heap.Allocate(4096);
    granted += p != nullptr ? 1 : 0;
    if (p == nullptr) {
      ASSERT_EQ(pages.BytesHeld(), 0u);
    }
    heap.Free(p);
    ASSERT_EQ(pages.BytesHeld(), 0u);
  }
  EXPECT_GE(granted, 1u);
  EXPECT_LT(granted, 100u);
}

// Row 33: over mmap, empty regions go back while newer ones are in use, and in the end all but what
// the source wants retained.
TEST(Buddy, EmptyRegionsAreUnmappedInAnyOrder) {
  MmapPages pages;
  Buddy<MmapPages> heap(pages);
  std::vector<void*> blocks;
  for (int i = 0; i < 20000; ++i) blocks.push_back(heap.Allocate(400));
  std::mt19937_64 random(3);
  void* last = blocks.back();  // in the newest region
  blocks.pop_back();
  std::shuffle(blocks.begin(), blocks.end(), random);
  ASSERT_GT(UnitsOf(heap).size(), 5u);
  for (void* p : blocks) heap.Free(p);
  std::size_t empty_bytes = 0;
  for (const Range& range : UnitsOf(heap)) {
    const bool holds_last = range.begin <= Address(last) && Address(last) < range.end;
    empty_bytes += holds_last ? 0 : range.end - range.begin;
  }
  EXPECT_LE(empty_bytes, MmapPages::kRetainBytes);
  heap.Free(last);
  EXPECT_LE(pages.BytesHeld(), MmapPages::kRetainBytes);
  EXPECT_TRUE(heap.CheckIndex().ok());
}

TEST(Buddy, CheckSeesADamagedMap) {
  using Region = BuddyRegion;
  for (const int damage : {0, 1, 2, 3}) {
    ArenaPages pages(1 << 16);
    Heap heap(pages);
    void* p = heap.Allocate(1000);
    void* q = heap.AllocateAligned(64, 2048);
    std::byte* begin = nullptr;
    heap.Walk([&](const BlockView& block) {  // the last header below q, not the pad at an end
      if (block.state == BlockState::kOverhead && block.begin < q &&
          block.bytes >= sizeof(Region)) {
        begin = const_cast<std::byte*>(block.begin);
      }
    });
    auto& region = *reinterpret_cast<Region*>(begin);
    ASSERT_TRUE(region.Holds(q));
    std::uint8_t& byte = region.ByteOf(q);
    const std::uint8_t kept = byte;
    ASSERT_EQ(kept, Region::kUsed | 6);
    const std::uint8_t damaged[] = {Region::kInside, Region::kFree | 6, Region::kUsed | 5,
                                    Region::kUsed | 12};
    byte = damaged[damage];
    EXPECT_FALSE(heap.CheckIndex().ok()) << damage;
    byte = kept;
    EXPECT_TRUE(heap.CheckIndex().ok()) << damage;
    heap.Free(p);
    heap.Free(q);
  }
}

// A free block cut in two in the map alone: the halves are buddies that somebody forgot to merge.
TEST(Buddy, CheckSeesBuddiesThatWereNotMerged) {
  ArenaPages pages(1 << 16);
  Heap heap(pages);
  void* p = heap.Allocate(64);
  BuddyRegion* region = nullptr;
  BlockView free{};
  heap.Walk([&](const BlockView& block) {
    if (block.state == BlockState::kOverhead && region == nullptr) {
      region = reinterpret_cast<BuddyRegion*>(const_cast<std::byte*>(block.begin));
    }
    if (block.state == BlockState::kFree && block.bytes > free.bytes) free = block;
  });
  const unsigned order = BuddyRegion::OrderOf(free.bytes);
  ASSERT_GT(order, BuddyRegion::kMinOrder);
  const auto half = static_cast<std::uint8_t>(BuddyRegion::kFree | (order - 1));
  region->ByteOf(free.begin) = half;
  region->ByteOf(free.begin + free.bytes / 2) = half;
  EXPECT_STREQ(heap.CheckIndex().broken, "two free blocks are buddies and were not merged");
  region->ByteOf(free.begin) = static_cast<std::uint8_t>(BuddyRegion::kFree | order);
  region->ByteOf(free.begin + free.bytes / 2) = BuddyRegion::kInside;
  EXPECT_TRUE(heap.CheckIndex().ok());
  heap.Free(p);
}

// A block cannot run past its region: the place with most alignment says it does.
TEST(Buddy, CheckAndWalkStayInsideARegion) {
  ArenaPages pages(1 << 16);
  Heap heap(pages);
  void* p = heap.Allocate(3000);
  const std::byte* highest = nullptr;
  BuddyRegion* region = nullptr;
  heap.Walk([&](const BlockView& block) {
    if (block.state == BlockState::kOverhead) {
      if (region == nullptr) {
        region = reinterpret_cast<BuddyRegion*>(const_cast<std::byte*>(block.begin));
      }
    } else if (highest == nullptr ||
               std::countr_zero(Address(block.begin)) > std::countr_zero(Address(highest))) {
      highest = block.begin;
    }
  });
  std::uint8_t& byte = region->ByteOf(highest);
  const std::uint8_t kept = byte;
  const int order = std::countr_zero(Address(highest));
  ASSERT_GT(std::uintptr_t{1} << order, region->units_end() - Address(highest));
  byte = static_cast<std::uint8_t>(BuddyRegion::kUsed | order);
  EXPECT_FALSE(heap.CheckIndex().ok());
  std::size_t walked = 0;
  heap.Walk([&](const BlockView& block) {
    walked += block.bytes;
    EXPECT_LE(block.end(), region->end());
    EXPECT_LE(block.bytes, region->bytes);
  });
  EXPECT_EQ(walked, pages.BytesHeld());
  byte = kept;
  EXPECT_TRUE(heap.CheckIndex().ok());
  heap.Free(p);
}

}  // namespace
}  // namespace alloclab
