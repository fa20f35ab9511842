// The worker's own operator new, linked into this test in place of the library's: blocks are
// distinct, keep their bytes and are aligned, are used again, and none of them comes from malloc.

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdint>
#include <cstring>
#include <new>
#include <random>
#include <vector>

#include "traces/replay/random_program.h"

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

}  // namespace
}  // namespace alloclab
