// The worker's own operator new, linked into this test in place of the library's: blocks are
// distinct, keep their bytes and are aligned, are used again, and none of them comes from malloc.

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <memory_resource>
#include <new>
#include <random>
#include <utility>
#include <vector>

#include "traces/test_seed.h"

namespace alloclab {
namespace {

struct Block {
  unsigned char* at;
  std::size_t bytes;
  unsigned char fill;
};

bool Intact(const Block& block) {
  for (std::size_t i = 0; i < block.bytes; ++i) {
    if (block.at[i] != block.fill) return false;
  }
  return true;
}

TEST(PrivateNew, BlocksKeepTheirBytes) {
  std::mt19937_64 random(TestSeed());
  std::vector<Block> live;
  for (int i = 0; i < 5000; ++i) {
    if (!live.empty() && random() % 2 == 0) {
      std::swap(live[random() % live.size()], live.back());
      ASSERT_TRUE(Intact(live.back())) << "step " << i;
      ::operator delete(live.back().at);
      live.pop_back();
      continue;
    }
    const std::size_t bytes = random() % (random() % 50 == 0 ? 300'000 : 300);
    const auto fill = static_cast<unsigned char>(random());
    auto* at = static_cast<unsigned char*>(::operator new(bytes));
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(at) % 16, 0u);
    std::memset(at, fill, bytes);
    live.push_back({at, bytes, fill});
  }
  for (const Block& block : live) {
    EXPECT_TRUE(Intact(block));
    ::operator delete(block.at, block.bytes);
  }
}

TEST(PrivateNew, UsesFreedBlocksAgain) {
  void* first = ::operator new(100);
  ::operator delete(first);
  void* second = ::operator new(90);
  EXPECT_EQ(second, first);
  ::operator delete(second);
}

TEST(PrivateNew, TakesNothingFromMalloc) {
  const std::size_t before = mallinfo2().uordblks;
  std::vector<void*> blocks(1000);
  for (void*& block : blocks) block = ::operator new(1000);
  EXPECT_EQ(mallinfo2().uordblks, before);
  for (void* block : blocks) ::operator delete(block);
}

TEST(PrivateNew, BlocksWithAnAlignmentHaveItAndKeepTheirBytes) {
  std::mt19937_64 random(TestSeed());
  std::vector<std::pair<Block, std::align_val_t>> live;
  const auto end_one = [&live] {
    const auto& [block, alignment] = live.back();
    ASSERT_TRUE(Intact(block)) << block.bytes << " bytes";
    ::operator delete(block.at, block.bytes, alignment);
    live.pop_back();
  };
  for (int i = 0; i < 5000; ++i) {
    if (!live.empty() && random() % 2 == 0) {
      std::swap(live[random() % live.size()], live.back());
      ASSERT_NO_FATAL_FAILURE(end_one());
      continue;
    }
    const auto alignment = std::align_val_t{std::size_t{1} << (random() % 13)};
    const std::size_t bytes = random() % 3000;
    const auto fill = static_cast<unsigned char>(random());
    auto* at = static_cast<unsigned char*>(::operator new(bytes, alignment));
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(at) % static_cast<std::size_t>(alignment), 0u);
    std::memset(at, fill, bytes);
    live.push_back({{at, bytes, fill}, alignment});
  }
  while (!live.empty()) ASSERT_NO_FATAL_FAILURE(end_one());
}

// The checker's books: a pool takes chunks of growing size, each on an alignment of its own.
TEST(PrivateNew, APoolTakesNothingFromMalloc) {
  const std::size_t before = mallinfo2().uordblks;
  std::pmr::unsynchronized_pool_resource pool(std::pmr::new_delete_resource());
  std::pmr::map<int, int> books(&pool);
  for (int i = 0; i < 10000; ++i) books[i] = i;
  EXPECT_EQ(mallinfo2().uordblks, before);
}

}  // namespace
}  // namespace alloclab
