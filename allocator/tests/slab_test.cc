// What is slab's own: the table of classes and its bounds, bitmaps against a model, what becomes of
// empty slabs, and the pool of spans against a model of its own.

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/pages/sbrk_pages.h"
#include "allocator/span_pool.h"
#include "allocator/tests/conformance.h"

namespace alloclab {
namespace {

using Heap = Slab<ArenaPages>;
constexpr std::size_t kPage = 4096;

std::uintptr_t Address(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }
std::uintptr_t SlabOf(const void* p) { return Address(p) / Heap::kSlabBytes; }

std::uint64_t Seed(std::uint64_t usual) {
  const char* wanted = std::getenv("ALLOCLAB_SEED");
  const std::uint64_t seed = wanted == nullptr ? usual : std::strtoull(wanted, nullptr, 10);
  std::cout << "seed " << seed << " (ALLOCLAB_SEED=" << seed << " runs it again)\n";
  return seed;
}

bool IsMapped(std::uintptr_t page) {
  const int saved_errno = errno;
  unsigned char resident = 0;
  const bool mapped = mincore(reinterpret_cast<void*>(page), kPage, &resident) == 0;
  errno = saved_errno;
  return mapped;
}

// The bounds of slab_classes.h, computed.
template <class Classes>
void CheckClasses(std::size_t slab_bytes, std::size_t header_bytes) {
  std::cout << slab_bytes << ":";
  std::size_t below = 0;  // the class before
  for (std::size_t number = 0; number < Classes::kCount; ++number) {
    const auto& size_class = Classes::At(number);
    std::cout << ' ' << size_class.bytes;
    ASSERT_GT(size_class.bytes, below);
    ASSERT_EQ(size_class.bytes % 16, 0u);
    // Every request between two classes maps to the upper one, which holds it.
    for (std::size_t n = number == 0 ? 0 : below + 1; n <= size_class.bytes; ++n) {
      ASSERT_EQ(Classes::ClassOf(n), number) << n;
    }
    const double worst = static_cast<double>(size_class.bytes - (below + 1)) / size_class.bytes;
    if (size_class.bytes <= 128) {
      EXPECT_EQ(size_class.bytes - below, 16u);
    } else {
      const std::size_t from_end = Classes::kCount - number;
      EXPECT_LE(worst, from_end == 1 ? 0.34 : from_end == 2 ? 0.25 : 0.21) << size_class.bytes;
    }
    // Header, bitmap and objects fit; little is left; places and numbers of objects agree.
    const std::size_t used = std::size_t{size_class.objects} * size_class.bytes;
    ASSERT_GE(size_class.objects, 2u);
    ASSERT_LE(size_class.words(), 64u);
    ASSERT_GE(size_class.words() * 64, size_class.objects);
    ASSERT_EQ(size_class.first + used, slab_bytes);
    ASSERT_GE(size_class.first, header_bytes + 8 * size_class.words());
    EXPECT_LE(size_class.first * 8, slab_bytes) << size_class.bytes;
    for (std::uint32_t i = 0; i < size_class.objects; ++i) {
      ASSERT_EQ(size_class.IndexAt(size_class.first + i * size_class.bytes), i);
    }
    below = size_class.bytes;
  }
  std::cout << '\n';
  ASSERT_EQ(below, Classes::kMaxBytes);
  for (std::size_t alignment = 16; alignment <= slab_bytes; alignment *= 2) {
    for (std::size_t n = 0; n <= Classes::kMaxBytes; n += 7) {
      std::size_t expected = 0;
      while (expected < Classes::kCount &&
             (Classes::At(expected).bytes < n || Classes::At(expected).bytes % alignment != 0)) {
        ++expected;
      }
      ASSERT_EQ(Classes::AlignedClassOf(n, alignment), expected) << n << " " << alignment;
    }
  }
}

// Row 22.
TEST(SlabClasses, HoldTheirBounds) {
  CheckClasses<SlabClasses<4096, 56>>(4096, 56);
  CheckClasses<SlabClasses<32768, 56>>(32768, 56);
  CheckClasses<SlabClasses<65536, 56>>(65536, 56);
  static_assert(std::is_same_v<Slab<BufferPages>::Classes, SlabClasses<4096, 56>>);
  static_assert(std::is_same_v<Slab<SbrkPages>::Classes, SlabClasses<32768, 56>>);
  static_assert(std::is_same_v<Slab<MmapPages>::Classes, SlabClasses<65536, 56>>);
}

// Every class: a full slab, any of its objects freed; the walk shows just these as free, and they
// are handed out again, lowest first, before there is a new slab.
TEST(Slab, BitmapsAgreeWithAModel) {
  std::mt19937_64 random(Seed(1994));
  for (std::size_t number = 0; number < Heap::Classes::kCount; ++number) {
    const auto& size_class = Heap::Classes::At(number);
    ArenaPages pages(std::size_t{64} << 10);
    Heap heap(pages);
    std::vector<void*> objects;
    for (std::uint32_t i = 0; i < size_class.objects; ++i) {
      objects.push_back(heap.Allocate(size_class.bytes));
      ASSERT_EQ(SlabOf(objects[i]), SlabOf(objects[0]));
      ASSERT_EQ(Address(objects[i]), Address(objects[0]) + i * size_class.bytes);
      ASSERT_EQ(heap.UsableSize(objects[i]), size_class.bytes);
    }
    void* other = heap.Allocate(size_class.bytes);  // keeps what follows from being the first slab
    ASSERT_NE(SlabOf(other), SlabOf(objects[0]));
    std::shuffle(objects.begin(), objects.end(), random);
    std::set<const void*> freed;
    const std::size_t frees = 1 + random() % (objects.size() - 1);  // one stays
    for (std::size_t i = 0; i < frees; ++i) {
      heap.Free(objects[i]);
      freed.insert(objects[i]);
    }
    std::set<const void*> shown;
    heap.Walk([&](const BlockView& block) {
      const bool here =
          block.state == BlockState::kFree && SlabOf(block.begin) == SlabOf(*objects.data());
      if (here) shown.insert(block.begin);
    });
    ASSERT_EQ(shown, freed) << size_class.bytes;
    ASSERT_TRUE(heap.CheckIndex().ok());
    for (const void* lowest : freed) {
      ASSERT_EQ(heap.Allocate(size_class.bytes), lowest) << size_class.bytes;
    }
    ASSERT_NE(SlabOf(heap.Allocate(size_class.bytes)), SlabOf(objects[0]));
  }
}

// Row 33: over mmap, in any order of frees, the pages of an empty slab are gone at once, beyond
// what the source wants retained.
TEST(Slab, EmptySlabsAreUnmappedInAnyOrder) {
  using Mapped = Slab<MmapPages>;
  std::mt19937_64 random(Seed(33));
  for (const std::size_t n : {std::size_t{40}, std::size_t{1000}, std::size_t{30000}}) {
    MmapPages pages;
    Mapped heap(pages);
    std::map<std::uintptr_t, std::size_t> live_in;  // slab to live objects
    std::vector<void*> objects;
    while (live_in.size() <= 60) {
      objects.push_back(heap.Allocate(n));
      ++live_in[Address(objects.back()) / Mapped::kSlabBytes * Mapped::kSlabBytes];
    }
    std::shuffle(objects.begin(), objects.end(), random);
    for (void* p : objects) {
      heap.Free(p);
      if (--live_in.at(Address(p) / Mapped::kSlabBytes * Mapped::kSlabBytes) != 0) continue;
      std::size_t mapped_bytes = 0;
      std::size_t empty_mapped = 0;
      for (const auto& [slab, live] : live_in) {
        const bool mapped = IsMapped(slab);
        mapped_bytes += mapped ? Mapped::kSlabBytes : 0;
        empty_mapped += mapped && live == 0 ? Mapped::kSlabBytes : 0;
        ASSERT_TRUE(mapped || live == 0);
      }
      ASSERT_LE(empty_mapped, MmapPages::kRetainBytes);
      ASSERT_LE(pages.BytesHeld() - (mapped_bytes - empty_mapped), MmapPages::kRetainBytes);
    }
    EXPECT_LE(pages.BytesHeld(), MmapPages::kRetainBytes);
    EXPECT_TRUE(heap.CheckIndex().ok());
  }
}

// A source that takes back only its top: an empty slab in the middle serves another class, or a
// large request together with its neighbours, and all goes back when the top does.
TEST(Slab, EmptySlabsAreUsedAgain) {
  ArenaPages pages(std::size_t{1} << 20);
  Heap heap(pages);
  constexpr std::size_t kHalf = Heap::Classes::kMaxBytes;  // two in a slab
  std::vector<void*> halves;
  for (int i = 0; i < 20; ++i) halves.push_back(heap.Allocate(kHalf));
  const std::size_t held = pages.BytesHeld();
  heap.Free(halves[4]);
  EXPECT_EQ(heap.Allocate(kHalf), halves[4]);
  heap.Free(halves[4]);
  heap.Free(halves[5]);
  void* small = heap.Allocate(16);
  EXPECT_EQ(SlabOf(small), SlabOf(halves[4]));
  for (const int i : {12, 13, 8, 9, 10, 11}) heap.Free(halves[static_cast<std::size_t>(i)]);
  void* large = heap.Allocate(3 * Heap::kSlabBytes - 64);
  EXPECT_EQ(SlabOf(large), SlabOf(halves[8]));
  EXPECT_EQ(heap.UsableSize(large), 3 * Heap::kSlabBytes - 64);
  EXPECT_EQ(pages.BytesHeld(), held);
  for (const int i : {0, 1, 2, 3, 6, 7, 14, 15, 16, 17}) {
    heap.Free(halves[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(pages.BytesHeld(), held);
  heap.Free(halves[18]);
  heap.Free(halves[19]);  // the top, and all that is free below it
  EXPECT_EQ(pages.BytesHeld(), held - 3 * Heap::kSlabBytes);
  heap.Free(small);
  heap.Free(large);
  EXPECT_EQ(pages.BytesHeld(), 0u);
}

// Alignments from classes where they hold, from spans of their own otherwise.
TEST(Slab, AlignmentsUpToAMebibyteAndBeyondMemory) {
  ArenaPages pages(std::size_t{16} << 20);
  Heap heap(pages);
  std::vector<void*> blocks;
  for (std::size_t alignment = 16; alignment <= (std::size_t{1} << 20); alignment *= 2) {
    for (const std::size_t n : std::initializer_list<std::size_t>{0, 1, 100, 512, 5000, 70000}) {
      void* p = heap.AllocateAligned(n, alignment);
      ASSERT_NE(p, nullptr) << n << " " << alignment;
      ASSERT_EQ(Address(p) % alignment, 0u) << n;
      ASSERT_GE(heap.UsableSize(p), n);
      blocks.push_back(p);
      const Verdict verdict = heap.CheckIndex();
      ASSERT_TRUE(verdict.ok()) << verdict.broken << ": " << n << " " << alignment;
    }
  }
  EXPECT_EQ(heap.UsableSize(heap.AllocateAligned(400, 512)), 512u);  // an object, not a span
  const std::size_t held = pages.BytesHeld();
  for (unsigned log = 25; log < 64; ++log) {
    // The system may have put the arena around an address that is aligned that much; no program's
    // memory is at 2^47 or above.
    const std::size_t alignment = std::size_t{1} << log;
    void* const p = heap.AllocateAligned(1, alignment);
    if (p != nullptr) {
      EXPECT_EQ(Address(p) % alignment, 0u) << log;
      EXPECT_LT(log, 47u);
      heap.Free(p);
    }
    EXPECT_EQ(heap.AllocateAligned(kMaxRequestBytes, alignment), nullptr) << log;
  }
  EXPECT_EQ(pages.BytesHeld(), held);
  EXPECT_TRUE(heap.CheckIndex().ok());
}

// Rows 11 and 12, as far as classes and pages allow.
TEST(Slab, ResizesWithinAClassAndLargeSpansByPages) {
  ArenaPages pages(std::size_t{1} << 20);
  Heap heap(pages);
  void* object = heap.Allocate(500);
  EXPECT_TRUE(heap.TryResize(object, 512));
  EXPECT_FALSE(heap.TryResize(object, 513));
  EXPECT_TRUE(heap.TryResize(object, 257));
  EXPECT_FALSE(heap.TryResize(object, 256));  // half of it would be unused: moving is better
  void* large = heap.Allocate(20 * kPage);
  const std::size_t usable = heap.UsableSize(large);
  EXPECT_TRUE(heap.TryResize(large, 3 * kPage));
  EXPECT_EQ(heap.UsableSize(large), 4 * kPage - 64);
  void* behind = heap.Allocate(5 * kPage);
  EXPECT_FALSE(heap.TryResize(large, 10 * kPage));
  heap.Free(behind);
  EXPECT_TRUE(heap.TryResize(large, 20 * kPage));  // at the top: the source can append
  EXPECT_EQ(heap.UsableSize(large), usable);
  EXPECT_FALSE(heap.TryResize(large, std::size_t{1} << 20));
  EXPECT_FALSE(heap.TryResize(large, SIZE_MAX));
  EXPECT_FALSE(heap.TryResize(large, 100));  // a class has room for that
  EXPECT_TRUE(heap.CheckIndex().ok());
  heap.Free(object);
  heap.Free(large);
  EXPECT_EQ(pages.BytesHeld(), 0u);
}

// Somebody else moves the break: two chunks, and only the upper one can go back, at first.
TEST(Slab, LivesWithForeignBreaks) {
  SbrkPages pages;
  Slab<SbrkPages> heap(pages);
  std::vector<void*> blocks;
  for (int i = 0; i < 60; ++i) {
    blocks.push_back(heap.Allocate(static_cast<std::size_t>(i) * 700));
    if (i == 30) sbrk(40);
  }
  for (void* p : blocks) {
    heap.Free(p);
    const Verdict verdict = heap.CheckIndex();
    ASSERT_TRUE(verdict.ok()) << verdict.broken;
  }
  std::size_t walked = 0;
  heap.Walk([&](const BlockView& block) { walked += block.bytes; });
  EXPECT_EQ(walked, pages.BytesHeld());
}

TEST(Slab, CheckSeesDamagedBitmaps) {
  for (const std::size_t word : {6u, 7u, 8u}) {  // summary, and two words of the bitmap
    ArenaPages pages(std::size_t{64} << 10);
    Heap heap(pages);
    void* p = heap.Allocate(16);
    auto* header = reinterpret_cast<std::uint64_t*>(SlabOf(p) * Heap::kSlabBytes);
    ASSERT_TRUE(heap.CheckIndex().ok());
    header[word] ^= 2;
    EXPECT_FALSE(heap.CheckIndex().ok()) << word;
    header[word] ^= 2;
    EXPECT_TRUE(heap.CheckIndex().ok()) << word;
    heap.Free(p);
  }
}

// Random spans, against a model of which pages are in use. A span is the lowest free place that
// serves, found by trying every page.
template <class Pages>
void RunPool(Pages& pages, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  SpanPool<Pages> pool(pages);
  std::map<std::uintptr_t, std::size_t> used;
  std::vector<PageSpan*> live;
  for (int step = 0; step < 3000; ++step) {
    ASSERT_TRUE(pool.Check().ok()) << pool.Check().broken << ", step " << step << ", seed " << seed;
    const std::uint64_t what = random() % (live.size() > 60 ? 8 : 6);
    if (live.empty() || what < 3) {
      const std::size_t bytes = (1 + random() % 12) * kPage;
      const std::size_t alignment = kPage << (random() % 6);
      const std::size_t offset = random() % 2 * kPage;
      std::uintptr_t expected = 0;
      pool.ForEach([&](const PageSpan& span) {
        if (!span.is_free() || expected != 0) return;
        for (std::uintptr_t at = Address(&span); at + bytes <= Address(span.end()); at += kPage) {
          if ((at + offset) % alignment == 0) {
            expected = at;
            return;
          }
        }
      });
      PageSpan* span = pool.Take(bytes, alignment, offset);
      if (span == nullptr) {
        ASSERT_EQ(expected, 0u);
        continue;
      }
      span->state = PageSpan::State::kLarge;
      if (expected != 0) {
        ASSERT_EQ(Address(span), expected) << "step " << step;
      }
      ASSERT_EQ(span->bytes, bytes);
      ASSERT_EQ((Address(span) + offset) % alignment, 0u);
      const auto after = used.lower_bound(Address(span));
      ASSERT_TRUE(after == used.end() || after->first >= Address(span) + bytes);
      ASSERT_TRUE(after == used.begin() ||
                  std::prev(after)->first + std::prev(after)->second <= Address(span));
      used[Address(span)] = bytes;
      live.push_back(span);
      continue;
    }
    PageSpan*& span = live[random() % live.size()];
    if (what == 3) {
      pool.CutTail(span, (1 + random() % (span->bytes / kPage)) * kPage);
      used[Address(span)] = span->bytes;
    } else if (what == 4) {
      const std::size_t bytes = span->bytes + (1 + random() % 6) * kPage;
      const auto next = used.upper_bound(Address(span));
      const bool in_the_way = next != used.end() && next->first < Address(span) + bytes;
      const bool longer = pool.Lengthen(span, bytes);
      ASSERT_FALSE(longer && in_the_way) << "step " << step;
      if (longer) used[Address(span)] = bytes;
      ASSERT_EQ(span->bytes, used[Address(span)]);
    } else {
      used.erase(Address(span));
      pool.Give(span);
      span = live.back();
      live.pop_back();
    }
  }
  std::shuffle(live.begin(), live.end(), random);
  for (PageSpan* span : live) {
    pool.Give(span);
    ASSERT_TRUE(pool.Check().ok()) << pool.Check().broken << ", seed " << seed;
  }
  EXPECT_LE(pages.BytesHeld(), SpanPool<Pages>::kRetainBytes);
}

TEST(SpanPool, AgreesWithAModelOverEverySource) {
  const std::uint64_t seed = Seed(4096);
  ArenaPages arena(std::size_t{4} << 20);
  RunPool(arena, seed);
  ArenaPages tight(std::size_t{600} << 10);
  RunPool(tight, seed + 1);
  MmapPages mapped;
  RunPool(mapped, seed + 2);
  SbrkPages broken;
  RunPool(broken, seed + 3);
}

}  // namespace
}  // namespace alloclab
