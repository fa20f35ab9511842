// LiveBlocks against std::map, on random insertions and removals.

#include "traces/recorder/live_blocks.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>

#include "traces/test_seed.h"

namespace alloclab::recorder {
namespace {

void ExpectSame(const LiveBlocks& blocks, const std::map<std::uint64_t, std::uint64_t>& oracle) {
  ASSERT_EQ(blocks.size(), oracle.size());
  for (const auto& [address, id] : oracle) {
    const LiveBlock* block = blocks.Find(address);
    ASSERT_NE(block, nullptr) << "address " << address;
    ASSERT_EQ(block->id, id);
  }
}

TEST(LiveBlocks, BehavesAsAMap) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  LiveBlocks blocks;
  std::map<std::uint64_t, std::uint64_t> oracle;
  for (std::uint64_t id = 0; id < 200'000; ++id) {
    // Few, close addresses: runs of taken places form and are broken up again.
    const std::uint64_t address = 16 * (1 + random() % 3000) + (random() % 4 << 32);
    if (oracle.contains(address)) {
      blocks.Erase(address);
      oracle.erase(address);
    } else {
      ASSERT_EQ(blocks.Find(address), nullptr);
      blocks.Insert({.address = address, .id = id, .size = 1, .alignment = 0});
      oracle.emplace(address, id);
    }
    if (id % 10'000 == 0) ExpectSame(blocks, oracle);
  }
  ExpectSame(blocks, oracle);
}

TEST(LiveBlocks, ListsTheOldestFirst) {
  LiveBlocks blocks;
  for (std::uint64_t id = 0; id < 5000; ++id) {
    blocks.Insert({.address = 16 * (5000 - id), .id = id, .size = id, .alignment = 0});
  }
  std::uint64_t next = 0;
  for (const LiveBlock& block : blocks.ByAge()) EXPECT_EQ(block.id, next++);
  EXPECT_EQ(next, 5000u);
}

}  // namespace
}  // namespace alloclab::recorder
