// TLSF's own promises: the mapping of sizes to bins and its bound, computed over all sizes; a
// constant number of blocks looked at, whatever the heap.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <vector>

#include "allocator/tests/conformance.h"

namespace alloclab {
namespace {

using Bin = TwoLevelBins::Bin;

std::size_t NumberOf(Bin bin) { return bin.power * TwoLevelBins::kRanges + bin.range; }

// Sizes a block can have: all up to 64 KiB, then the edges of every bin.
std::vector<std::size_t> BlockSizes() {
  std::vector<std::size_t> sizes;
  for (std::size_t bytes = TaggedBlock::kMinBytes; bytes < (1 << 16); bytes += 16) {
    sizes.push_back(bytes);
  }
  for (std::size_t power = 8; power < 54; ++power) {
    for (std::size_t range = 0; range < TwoLevelBins::kRanges; ++range) {
      const std::size_t low = TwoLevelBins::LowerBound({power, range});
      for (const std::size_t bytes : {low - 16, low, low + 16}) sizes.push_back(bytes);
    }
  }
  return sizes;
}

TEST(TwoLevelBins, PrintsItsTable) {
  std::cout << "power     from      to  step\n";
  for (std::size_t power = 0; power < 16; ++power) {
    const std::size_t low = TwoLevelBins::LowerBound({power, 0});
    const std::size_t next = TwoLevelBins::LowerBound({power, 1});
    const std::size_t end = TwoLevelBins::LowerBound({power + 1, 0});
    std::cout << fmt::format("{:5} {:8} {:7} {:5}\n", power, low, end - 16, next - low);
    EXPECT_EQ(end - low, TwoLevelBins::kRanges * (next - low));
  }
}

// Row 22.
TEST(TwoLevelBins, EverySizeIsInTheBinWhoseRangeHoldsIt) {
  for (const std::size_t bytes : BlockSizes()) {
    const Bin bin = TwoLevelBins::BinOf(bytes);
    ASSERT_LT(bin.power, TwoLevelBins::kPowers) << bytes;
    ASSERT_LT(bin.range, TwoLevelBins::kRanges) << bytes;
    ASSERT_LE(TwoLevelBins::LowerBound(bin), bytes);
    const std::size_t next = NumberOf(bin) + 1;
    const Bin after{next / TwoLevelBins::kRanges, next % TwoLevelBins::kRanges};
    ASSERT_GT(TwoLevelBins::LowerBound(after), bytes);
  }
}

// Every block of the bin that serves a request holds it, and its smallest is less than a 32nd
// larger. A request that is the smallest of its own bin is not rounded up at all.
TEST(TwoLevelBins, TheServingBinIsLessThanA32ndLarger) {
  double worst = 0;
  for (const std::size_t bytes : BlockSizes()) {
    const std::size_t low = TwoLevelBins::LowerBound(TwoLevelBins::BinServing(bytes));
    ASSERT_GE(low, bytes);
    const double excess = static_cast<double>(low - bytes) / static_cast<double>(bytes);
    worst = std::max(worst, excess);
    ASSERT_LT(excess, 1.0 / 32) << bytes;
    if (TwoLevelBins::LowerBound(TwoLevelBins::BinOf(bytes)) == bytes) {
      ASSERT_EQ(low, bytes);
    }
  }
  std::cout << "largest excess: " << worst << " of the request; the bound is 1/32 = 0.03125\n";
  EXPECT_GT(worst, 0.02);
}

TEST(Tlsf, LooksAtTwoBlocksAtMostHoweverManyAreFree) {
  for (const std::size_t holes : {std::size_t{0}, std::size_t{10}, std::size_t{30000}}) {
    ArenaPages pages(std::size_t{64} << 20);
    Tlsf<ArenaPages> heap(pages);
    std::mt19937_64 random(holes);
    std::vector<void*> blocks;
    for (std::size_t i = 0; i < holes; ++i) {
      blocks.push_back(heap.Allocate(random() % 2000));
      heap.Allocate(8);
    }
    std::shuffle(blocks.begin(), blocks.end(), random);
    for (void* p : blocks) heap.Free(p);
    std::vector<void*> live;
    for (int i = 0; i < 5000; ++i) {
      const std::uint64_t before = heap.BlocksVisited();
      void* p = heap.Allocate(random() % 3000);
      ASSERT_LE(heap.BlocksVisited() - before, 2u) << holes;
      if (p != nullptr) live.push_back(p);
      if (i % 2 == 0) {
        std::swap(live[random() % live.size()], live.back());
        heap.Free(live.back());
        live.pop_back();
      }
    }
  }
}

// A request is rounded up for the search, and a block just freed lies one bin lower: it has to be
// found all the same, or a full heap refuses what it has just been given back.
TEST(Tlsf, ServesAgainWhatWasJustFreed) {
  for (const std::size_t n : {100u, 1000u, 1016u, 1040u, 5000u, 33333u}) {
    ArenaPages pages(1 << 17);
    Tlsf<ArenaPages> heap(pages);
    void* block = heap.Allocate(n);
    heap.Allocate(8);
    while (heap.Allocate(1000) != nullptr) {
    }
    while (heap.Allocate(8) != nullptr) {
    }
    for (int round = 0; round < 3; ++round) {
      heap.Free(block);
      ASSERT_EQ(heap.Allocate(n), block) << n;
    }
  }
}

}  // namespace
}  // namespace alloclab
