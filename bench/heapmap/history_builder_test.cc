// Histories put together by hand, with known answers: what rarely happens in a replay.

#include "bench/heapmap/history_builder.h"

#include <gtest/gtest.h>

#include "traces/trace_io.h"

namespace alloclab {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

using Extents = std::vector<Extent>;

TEST(HistoryBuilder, WhatIsCutGoesOnInPieces) {
  HistoryBuilder builder({0, 10}, 1, 8, 0);
  builder.SetEvent(1);
  builder.Held(0, 1000);
  builder.Walked({{100, 500}, {700, 50}});
  builder.SetEvent(3);
  builder.Make(0, 208, 50, 92);  // with its 8 bytes before: [200, 300)
  builder.SetEvent(5);
  builder.GivenBack(500, 250);
  const History history = std::move(builder).Finish();
  EXPECT_EQ(history.overhead, (Extents{{100, 500, 1, 3},
                                       {700, 50, 1, 5},
                                       {100, 100, 3, 10},
                                       {300, 300, 3, 5},
                                       {300, 200, 5, 10}}));
  EXPECT_EQ(history.held, (Extents{{0, 1000, 1, 5}, {0, 500, 5, 10}, {750, 250, 5, 10}}));
  EXPECT_EQ(history.blocks, (std::vector<BlockLife>{{208, 50, 92, 3, 10}}));
}

TEST(HistoryBuilder, AWalkKeepsWhatStaysAsItIs) {
  HistoryBuilder builder({0, 10}, 0, 0, 0);
  builder.Held(0, 1000);
  builder.Walked({{0, 10}, {50, 10}, {90, 10}, {200, 5}});
  builder.SetEvent(4);
  builder.Walked({{0, 10}, {40, 5}, {50, 20}, {200, 5}, {300, 1}});
  const History history = std::move(builder).Finish();
  EXPECT_EQ(history.overhead, (Extents{{0, 10, 0, 10},
                                       {50, 10, 0, 4},
                                       {90, 10, 0, 4},
                                       {200, 5, 0, 10},
                                       {40, 5, 4, 10},
                                       {50, 20, 4, 10},
                                       {300, 1, 4, 10}}));
  EXPECT_EQ(history.walks, 2u);
}

TEST(HistoryBuilder, WhatCameAndWentWithOneEventWasNeverThere) {
  HistoryBuilder builder({0, 10}, 1, 0, 0);
  builder.Held(0, 4096);
  builder.SetEvent(2);
  builder.Held(4096, 4096);
  builder.GivenBack(4096, 4096);
  const History history = std::move(builder).Finish();
  EXPECT_EQ(history.held, (Extents{{0, 4096, 0, 10}}));
  EXPECT_EQ(history.axis_bytes(), 4096u);
}

TEST(HistoryBuilder, FarRegionsComeOneAfterTheOther) {
  HistoryBuilder builder({0, 10}, 3, 0, 0);
  builder.Held(64 * kMiB, 4096);
  builder.Held(8 * kMiB, 8192);
  builder.Held(8 * kMiB + 8192 + kMiB, 4096);  // near enough to be shown with the gap
  builder.Make(0, 64 * kMiB + 16, 10, 16);
  builder.SetEvent(1);
  builder.Make(1, 8 * kMiB + 32, 10, 16);
  builder.SetEvent(2);
  builder.Make(2, 8 * kMiB + 8192 + kMiB, 1, 16);
  const History history = std::move(builder).Finish();
  const std::uint64_t second = 8192 + kMiB + 4096;
  EXPECT_EQ(history.regions, (std::vector<HeapRegion>{{8 * kMiB, second}, {64 * kMiB, 4096}}));
  EXPECT_EQ(history.blocks,
            (std::vector<BlockLife>{
                {second + 16, 10, 16, 0, 10}, {32, 10, 16, 1, 10}, {8192 + kMiB, 1, 16, 2, 10}}));
}

TEST(HistoryBuilder, WithoutAWalkTheAxisIsThePagesOfBlocks) {
  HistoryBuilder builder({0, 10}, 2, 0, 0);
  builder.Make(0, 5000, 10, 16);
  builder.SetEvent(1);
  builder.Make(1, 16 * kMiB + 4090, 20, 24);
  const History history = std::move(builder).FinishUnwalkable();
  EXPECT_FALSE(history.is_walkable);
  EXPECT_EQ(history.regions, (std::vector<HeapRegion>{{4096, 4096}, {16 * kMiB, 8192}}));
  EXPECT_EQ(history.blocks, (std::vector<BlockLife>{{904, 10, 16, 0, 10}, {8186, 20, 24, 1, 10}}));
}

TEST(HistoryBuilder, ARangeLeavesOutWhatEndedBefore) {
  HistoryBuilder builder({5, 10}, 2, 0, 0);
  builder.Held(0, 4096);
  builder.Make(0, 0, 100, 100);
  builder.SetEvent(1);
  builder.Make(1, 200, 50, 50);
  builder.SetEvent(5);
  builder.End(0);
  builder.SetEvent(6);
  builder.End(1);
  builder.End(1);  // once more is nothing
  const History history = std::move(builder).Finish();
  EXPECT_EQ(history.blocks, (std::vector<BlockLife>{{200, 50, 50, 1, 6}}));
  EXPECT_EQ(history.live_peak_before, 150u);
}

TEST(HistoryBuilder, SaysWhenThereIsTooMuch) {
  HistoryBuilder builder({0, UINT32_MAX}, 1, 0, 0);
  builder.Held(0, 4096);
  try {
    for (std::uint32_t event = 0;; event += 2) {
      builder.SetEvent(event);
      builder.Make(0, 0, 1, 1);
      builder.SetEvent(event + 1);
      builder.End(0);
      ASSERT_LE(event, 2 * kMostLives + 2);
    }
  } catch (const TraceError& error) {
    EXPECT_EQ(std::string(error.what()),
              "there are more than 8388608 blocks between the events 0 and 4294967295, too many "
              "for one picture; give a smaller range: --from, --to");
  }
}

}  // namespace
}  // namespace alloclab
