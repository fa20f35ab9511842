// Row 40: the dump lists every block. What is printed is read back and held against the walk, and
// against what the test itself has live, for every variant.

#include "allocator/dump.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "allocator/tests/every_variant.h"

namespace alloclab {
namespace {

template <class A>
std::string Printed(const A& heap) {
  std::FILE* file = std::tmpfile();
  EXPECT_TRUE(Dump(heap, file));
  std::string text(static_cast<std::size_t>(std::ftell(file)), '\0');
  std::rewind(file);
  EXPECT_EQ(std::fread(text.data(), 1, text.size(), file), text.size());
  std::fclose(file);
  return text;
}

template <class A>
class DumpOf : public ::testing::Test {};
TYPED_TEST_SUITE(DumpOf, WalkableVariants, WalkableName);

TYPED_TEST(DumpOf, AHeapThatHoldsNothingIsOneLine) {
  ArenaPages pages(kArenaBytes);
  const TypeParam heap(pages);
  EXPECT_EQ(Printed(heap), "0 blocks, 0 bytes: 0 used of 0, 0 free of 0, 0 overhead of 0\n");
}

TYPED_TEST(DumpOf, ListsEveryBlockAsTheWalkShowsIt) {
  std::mt19937_64 random(PrintedSeed(40));
  ArenaPages pages(kArenaBytes);
  TypeParam heap(pages);
  std::map<std::uintptr_t, std::size_t> live;  // payload to usable size
  for (int i = 0; i < 300; ++i) {
    if (i % 16 == 0) pages.Refuse(0, 1);
    void* p = heap.Allocate(random() % (i % 10 == 0 ? 9000 : 200));
    if (p == nullptr) continue;
    if (random() % 2 == 0) {
      heap.Free(p);
    } else {
      live[reinterpret_cast<std::uintptr_t>(p)] = heap.UsableSize(p);
    }
  }
  std::istringstream text(Printed(heap));
  std::map<std::string, std::pair<std::size_t, std::size_t>> sums;
  std::size_t used_seen = 0;
  std::string line;
  for (const BlockView& block : BlocksOf(heap)) {
    ASSERT_TRUE(std::getline(text, line));
    std::istringstream words(line);
    std::uintptr_t begin = 0;
    std::size_t bytes = 0;
    std::size_t usable = 0;
    std::string state;
    ASSERT_TRUE(words >> std::hex >> begin >> std::dec >> bytes >> state) << line;
    ASSERT_EQ(begin, reinterpret_cast<std::uintptr_t>(block.begin));
    ASSERT_EQ(bytes, block.bytes);
    const bool has_payload = static_cast<bool>(words >> usable);
    ASSERT_EQ(has_payload, block.state != BlockState::kOverhead) << line;
    ASSERT_TRUE(!has_payload || usable == block.usable) << line;
    ++sums[state].first;
    sums[state].second += bytes;
    if (state != "used") continue;
    const auto at = live.lower_bound(begin);  // the payload lies behind the block's header
    ASSERT_NE(at, live.end()) << line;
    ASSERT_LT(at->first, begin + bytes) << line;
    ASSERT_EQ(at->second, usable) << line;
    ++used_seen;
  }
  EXPECT_EQ(used_seen, live.size());
  ASSERT_TRUE(std::getline(text, line));
  std::ostringstream sum;
  const auto& used = sums["used"];
  const auto& free = sums["free"];
  const auto& overhead = sums["overhead"];
  sum << used.first + free.first + overhead.first << " blocks, " << pages.BytesHeld()
      << " bytes: " << used.first << " used of " << used.second << ", " << free.first << " free of "
      << free.second << ", " << overhead.first << " overhead of " << overhead.second;
  EXPECT_EQ(line, sum.str());
  EXPECT_FALSE(std::getline(text, line)) << line;
  for (const auto& [address, usable] : live) heap.Free(reinterpret_cast<void*>(address));
}

TEST(Dump, SaysWhenTheStreamRefuses) {
  ArenaPages pages(kArenaBytes);
  BoundaryTags<ArenaPages> heap(pages);
  heap.Allocate(10);
  std::FILE* full = std::fopen("/dev/full", "w");
  ASSERT_NE(full, nullptr);
  std::setvbuf(full, nullptr, _IONBF, 0);
  EXPECT_FALSE(Dump(heap, full));
  std::fclose(full);
}

}  // namespace
}  // namespace alloclab
