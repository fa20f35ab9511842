// Every variant on memory from the operating system: alignments up to a gibibyte, and freed memory
// that is really unmapped, as /proc/self/maps tells it and not as we do.

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "allocator/malloc_api.h"
#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"

namespace alloclab {
namespace {

class OnMmap : public ::testing::TestWithParam<std::string_view> {
 protected:
  // Calls test.operator()<A>(heap, pages) for the variant of this instance.
  template <class Test>
  void Run(Test&& test) {
    const bool known = Variants::Visit<MmapPages>(GetParam(), [&]<Allocator A>() {
      MmapPages pages;
      A heap(pages);
      test(heap, pages);
    });
    ASSERT_TRUE(known);
  }
};

std::string NameOf(const ::testing::TestParamInfo<std::string_view>& info) {
  return std::string(info.param);
}
INSTANTIATE_TEST_SUITE_P(All, OnMmap, ::testing::ValuesIn(Variants::kNames), NameOf);

// Honoured or refused with ENOMEM, never wrong. AddressSanitizer's own malloc ends the process
// instead, so the system's is asked for less.
TEST_P(OnMmap, C13AlignmentsUpToAGibibyteAreHonouredOrRefused) {
  Run([]<class A>(A& heap, MmapPages&) {
    int honoured = 0;
    const std::size_t largest = std::size_t{1} << (kWalkable<A> ? 30 : 24);
    for (std::size_t alignment = 1; alignment <= largest; alignment *= 2) {
      for (const std::size_t n : {std::size_t{1}, std::size_t{100000}}) {
        errno = 0;
        void* p = Memalign(heap, alignment, n);
        if (p == nullptr) {
          EXPECT_EQ(errno, ENOMEM) << alignment;
          continue;
        }
        ++honoured;
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % alignment, 0u) << alignment << " " << n;
        EXPECT_GE(heap.UsableSize(p), n);
        std::memset(p, 1, n);
        Free(heap, p);
        EXPECT_TRUE(heap.CheckIndex().ok()) << alignment;
      }
    }
    EXPECT_GE(honoured, 40);
  });
}

// Address ranges that are mapped now.
struct Mappings {
  std::vector<std::pair<std::uintptr_t, std::uintptr_t>> ranges;

  Mappings() {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      std::uintptr_t begin = 0;
      std::uintptr_t end = 0;
      char dash = 0;
      std::istringstream(line) >> std::hex >> begin >> dash >> end;
      ranges.emplace_back(begin, end);
    }
  }
  bool Has(const void* p) const {
    const auto address = reinterpret_cast<std::uintptr_t>(p);
    return std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
      return range.first <= address && address < range.second;
    });
  }
};

// Rows 31 to 33: whatever the order of the frees, what is empty is no longer mapped, but for what
// the source says is worth keeping.
TEST_P(OnMmap, C19EmptyMemoryIsReallyUnmapped) {
  Run([]<class A>(A& heap, MmapPages& pages) {
    if constexpr (!kWalkable<A>) {
      EXPECT_EQ(pages.BytesPeak(), 0u) << "the system's memory is not ours to look for";
    } else {
      for (const int order : {0, 1, 2}) {
        std::vector<void*> blocks;
        std::set<const void*> touched;  // the pages that hold every 4096th byte of what was given
        for (std::size_t i = 0; i < 3000; ++i) {
          const std::size_t n = i % 100 == 99 ? 1200000 : 200 + i % 40 * 100;
          auto* p = static_cast<std::byte*>(heap.Allocate(n));
          ASSERT_NE(p, nullptr);
          blocks.push_back(p);
          std::memset(p, 1, n);
          for (std::size_t at = 0; at < n; at += 4096) {
            touched.insert(p + at - (reinterpret_cast<std::uintptr_t>(p) + at) % 4096);
          }
        }
        const std::size_t retained = MmapPages::kRetainBytes / 4096;
        ASSERT_GT(touched.size(), 2 * retained);
        if (order == 1) std::reverse(blocks.begin(), blocks.end());
        if (order == 2) std::shuffle(blocks.begin(), blocks.end(), std::mt19937_64(33));
        {
          const Mappings mapped;
          ASSERT_EQ(std::count_if(touched.begin(), touched.end(),
                                  [&](const void* p) { return mapped.Has(p); }),
                    static_cast<std::ptrdiff_t>(touched.size()));
        }
        for (void* p : blocks) heap.Free(p);
        EXPECT_LE(pages.BytesHeld(), MmapPages::kRetainBytes) << "order " << order;
        const Mappings mapped;
        const auto left = static_cast<std::size_t>(std::count_if(
            touched.begin(), touched.end(), [&](const void* p) { return mapped.Has(p); }));
        // Some of the addresses may have been mapped anew for something else meanwhile, so a little
        // more than the retained part is granted.
        EXPECT_LT(left, retained + touched.size() / 10) << "order " << order;
      }
    }
  });
}

}  // namespace
}  // namespace alloclab
