// The picture against brute force: every byte of every event looked up, cell by cell.

#include "bench/heapmap/raster.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "bench/heapmap/brute_force.h"
#include "bench/heapmap/random_trace.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

void ExpectBruteForce(const History& history, std::uint32_t columns, std::uint32_t rows) {
  const Raster raster = DrawRaster(history, columns, rows);
  ASSERT_EQ(raster.columns, std::min(columns, history.to - history.from));
  ASSERT_EQ(raster.rows, std::min<std::uint64_t>(rows, history.axis_bytes()));
  for (std::uint32_t row = 0; row < raster.rows; ++row) {
    for (std::uint32_t column = 0; column < raster.columns; ++column) {
      ASSERT_EQ(static_cast<int>(raster.at(column, row)),
                static_cast<int>(MostOf(history, WholeWindow(history), {column, raster.columns},
                                        {row, raster.rows})))
          << "column " << column << ", row " << row;
    }
  }
}

// A history of no allocator: lives in slots of 12 bytes, so that none overlap, in two held spans
// that come and go, with overhead in the slots between.
History SmallHistory(std::mt19937& random) {
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  History history;
  history.from = below(5);
  history.to = history.from + 1 + below(30);
  history.before = below(3);
  history.after = below(2);
  constexpr std::uint64_t kSlotBytes = 12;
  constexpr std::uint64_t kSlots = 8;
  history.regions = {{1000, kSlotBytes * kSlots}};
  for (std::uint64_t half = 0; half < 2; ++half) {
    const std::uint32_t made = below(history.to);
    history.held.push_back({half * 48, 48, made, history.to});
    for (std::uint64_t slot = 0; slot < kSlots / 2; ++slot) {
      const std::uint64_t begin = half * 48 + slot * kSlotBytes;
      for (std::uint32_t e = made; e < history.to;) {
        const std::uint32_t ended = std::min(history.to, e + 1 + below(9));
        const std::uint64_t usable = below(10);
        const auto requested =
            static_cast<std::uint64_t>(below(static_cast<std::uint32_t>(usable) + 1));
        if (ended <= history.from) {
          // gone before the picture begins
        } else if (below(3) != 0) {
          history.blocks.push_back({begin + history.before, requested, usable, e, ended});
        } else if (usable > 0) {
          history.overhead.push_back({begin, usable, e, ended});
        }
        e = ended + below(4);
      }
    }
  }
  return history;
}

TEST(DrawRaster, EveryCellIsWhatMostOfItIs) {
  std::mt19937 random(TestSeed());
  for (int i = 0; i < 60; ++i) {
    const History history = SmallHistory(random);
    for (const auto& [columns, rows] : {std::pair{1, 1}, {3, 7}, {7, 5}, {1000, 1000}, {13, 96}}) {
      ExpectBruteForce(history, static_cast<std::uint32_t>(columns),
                       static_cast<std::uint32_t>(rows));
    }
  }
}

TEST(DrawRaster, OfAHeapThatCannotBeSeenIntoEverythingElseIsUnknown) {
  std::mt19937 random(TestSeed());
  History history = SmallHistory(random);
  history.is_walkable = false;
  history.held.clear();
  ExpectBruteForce(history, 7, 9);
}

// Of a real heap, a column of an event each and rows of few bytes, some of them.
TEST(DrawRaster, AnAllocatorsHeap) {
  const std::vector<Event> events = RandomHeapEvents(TestSeed(), 60);
  for (const char* variant : {"first_fit_list", "slab", "bump"}) {
    const History history = HistoryOf(events, {.allocator = variant, .from = 10});
    const Raster raster = DrawRaster(history, 50, 5000);
    ASSERT_EQ(raster.columns, 50u);
    for (std::uint32_t row = 0; row < raster.rows; row += 331) {
      for (std::uint32_t column = 0; column < raster.columns; column += 7) {
        ASSERT_EQ(static_cast<int>(raster.at(column, row)),
                  static_cast<int>(MostOf(history, WholeWindow(history), {column, raster.columns},
                                          {row, raster.rows})))
            << variant << ": column " << column << ", row " << row;
      }
    }
  }
}

TEST(PartBegin, IsExactWhereProductsWouldOverflow) {
  constexpr std::uint64_t kWhole = std::uint64_t{1} << 60;
  // 1600 does not divide it, so what is left out is a part and a bit.
  EXPECT_EQ(PartBegin(kWhole, 1599, 1600), kWhole - kWhole / 1600 - 1);
  EXPECT_EQ(PartBegin(10, 3, 4), 7u);
}

}  // namespace
}  // namespace alloclab
