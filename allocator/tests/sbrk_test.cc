// Rows 28, 29 and 37, R12: every variant on the real program break, alone and with somebody else
// who moves it too.
//
// The C library's malloc is such a somebody: in these tests it is given all that it will need
// beforehand, so that the only foreign breaks are those that a test makes.

#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <climits>
#include <cstring>
#include <random>
#include <vector>

#include "allocator/pages/sbrk_pages.h"
#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

const std::byte* Break() { return static_cast<const std::byte*>(sbrk(0)); }

// What somebody else took from the break and wrote there.
class ForeignBreaks {
 public:
  void Take(std::size_t bytes) {
    void* p = sbrk(static_cast<std::intptr_t>(bytes));
    ASSERT_NE(p, reinterpret_cast<void*>(-1));
    std::memset(p, 0x5A, bytes);
    parts_.push_back({static_cast<unsigned char*>(p), bytes});
  }
  bool Intact() const {
    for (const auto& [p, bytes] : parts_) {
      for (std::size_t i = 0; i < bytes; ++i) {
        if (p[i] != 0x5A) return false;
      }
    }
    return true;
  }

 private:
  struct Part {
    unsigned char* p;
    std::size_t bytes;
  };
  std::vector<Part> parts_;
};

template <class A>
class OnSbrk : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    mallopt(M_TOP_PAD, 64 << 20);
    void* volatile p = std::malloc(1 << 20);
    std::free(p);
  }
};
using OnSbrkVariants = Variants::All<SbrkPages, VariantsWith<IsWalkable>::Of>;
TYPED_TEST_SUITE(OnSbrk, OnSbrkVariants::Types, OnSbrkVariants);

// Row 28: the break does not move before the first request; row 29: it does with it.
TYPED_TEST(OnSbrk, C18TheBreakMovesWithTheFirstRequest) {
  const std::byte* before = Break();
  {
    SbrkPages pages;
    TypeParam heap(pages);
    heap.Free(nullptr);
    EXPECT_EQ(Break(), before);
    void* p = heap.Allocate(100);
    ASSERT_NE(p, nullptr);
    EXPECT_GE(static_cast<std::byte*>(p), before);
    EXPECT_LE(static_cast<std::byte*>(p) + 100, Break());
    EXPECT_GE(static_cast<std::size_t>(Break() - before), pages.BytesHeld());
  }
  EXPECT_LE(Break() - before, 16) << "a heap that ends gives back what it has";
}

// Row 29: a seeded script with nobody else about; what the source holds is what the break says, and
// at the end no more than what it wants retained.
TYPED_TEST(OnSbrk, C19ABreakOfOurOwnComesBack) {
  const std::uint64_t seed = PrintedSeed(29);
  std::mt19937_64 random(seed);
  SbrkPages pages;
  Shadowed<TypeParam> heap(pages);
  std::vector<void*> live;
  const std::byte* start = nullptr;
  for (int i = 0; i < 600; ++i) {
    if (!live.empty() && random() % 3 == 0) {
      std::swap(live[random() % live.size()], live.back());
      heap.Free(live.back());
      live.pop_back();
    } else {
      const std::byte* before = Break();
      live.push_back(heap.Allocate(random() % (i % 16 == 0 ? 400000 : 3000)));
      ASSERT_NE(live.back(), nullptr);
      if (start == nullptr) start = before;
    }
    ASSERT_LE(static_cast<std::size_t>(Break() - start) - pages.BytesHeld(), 16u) << i;
    ASSERT_EQ(Explain(heap.Check(Shadowed<TypeParam>::Depth::kStructure, pages.BytesHeld())), "")
        << "step " << i << ", seed " << seed;
  }
  std::shuffle(live.begin(), live.end(), random);
  for (void* p : live) heap.Free(p);
  EXPECT_EQ(Explain(heap.Check({}, pages.BytesHeld())), "");
  EXPECT_LE(pages.BytesHeld(), SbrkPages::kRetainBytes);
}

// Row 37 and R12: the same forty calls, with a foreign break before the first, the second, and so
// on.
TYPED_TEST(OnSbrk, AForeignBreakBeforeAnyCallIsTolerated) {
  for (int at = 0; at < 40; ++at) {
    SbrkPages pages;
    Shadowed<TypeParam> heap(pages);
    ForeignBreaks foreign;
    std::vector<void*> live;
    for (int i = 0; i < 40; ++i) {
      if (i == at) foreign.Take(static_cast<std::size_t>(at) * 37 + 1);
      if (i % 4 == 3) {
        heap.Free(live[live.size() / 2]);
        live.erase(live.begin() + static_cast<std::ptrdiff_t>(live.size() / 2));
      } else if (i % 8 == 6) {
        void* p = heap.Reallocate(live.back(), 90000);
        ASSERT_NE(p, nullptr) << i;
        live.back() = p;
      } else {
        live.push_back(heap.Allocate(static_cast<std::size_t>(i) * 2000));
        ASSERT_NE(live.back(), nullptr) << i;
      }
      ASSERT_EQ(Explain(heap.Check(Shadowed<TypeParam>::Depth::kStructure, pages.BytesHeld())), "")
          << "foreign break before call " << at << ", call " << i;
    }
    ASSERT_EQ(Explain(heap.Check({}, pages.BytesHeld())), "");
    heap.FreeAll();
    ASSERT_EQ(Explain(heap.Check({}, pages.BytesHeld())), "");
    ASSERT_TRUE(foreign.Intact()) << "foreign break before call " << at;
  }
}

// Row 37: many foreign breaks, also between the frees; then the heap serves on with what it has.
TYPED_TEST(OnSbrk, ForeignBreaksAtRandomAreTolerated) {
  const std::uint64_t seed = PrintedSeed(37);
  std::mt19937_64 random(seed);
  SbrkPages pages;
  Shadowed<TypeParam> heap(pages);
  ForeignBreaks foreign;
  std::vector<void*> live;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 200; ++i) {
      if (random() % 16 == 0) foreign.Take(random() % 5000 + 1);
      if (!live.empty() && random() % 4 == 0) {
        void*& p = live[random() % live.size()];
        p = heap.Reallocate(p, random() % 30000 + 1);
        ASSERT_NE(p, nullptr);
      } else {
        live.push_back(heap.Allocate(random() % 20000));
        ASSERT_NE(live.back(), nullptr);
      }
      ASSERT_EQ(Explain(heap.Check(Shadowed<TypeParam>::Depth::kStructure, pages.BytesHeld())), "")
          << "round " << round << ", seed " << seed;
    }
    std::shuffle(live.begin(), live.end(), random);
    for (void* p : live) {
      if (random() % 16 == 0) foreign.Take(random() % 100 + 1);
      heap.Free(p);
      ASSERT_EQ(Explain(heap.Check(Shadowed<TypeParam>::Depth::kStructure, pages.BytesHeld())), "")
          << "round " << round << ", seed " << seed;
    }
    live.clear();
    ASSERT_TRUE(foreign.Intact()) << "round " << round << ", seed " << seed;
  }
  EXPECT_EQ(Explain(heap.Check({}, pages.BytesHeld())), "");
}

}  // namespace
}  // namespace alloclab
