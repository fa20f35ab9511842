// The properties against known answers, and that shrinking keeps them.

#include "fuzz/properties.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>

#include "fuzz/shrink.h"
#include "traces/event_kind.h"
#include "traces/live_set.h"

namespace alloclab {
namespace {

constexpr std::size_t kArena = std::size_t{16} << 20;
constexpr unsigned kSeconds = 60;

Event Malloc(std::uint64_t id, std::uint64_t bytes) {
  Event event;
  event.kind = EventKind::kMalloc;
  event.id = id;
  event.size = bytes;
  return event;
}
Event FreeOf(std::uint64_t ref) {
  Event event;
  event.kind = EventKind::kFree;
  event.ref = ref;
  return event;
}

std::uint64_t LivePeak(const Events& events) {
  LiveSet live;
  std::uint64_t peak = 0;
  for (Event event : events) {
    EXPECT_EQ(live.Apply(event), "");
    peak = std::max(peak, live.bytes());
  }
  return peak;
}

// A block that stays, and then ones of 1000 bytes, each freed before the next. `bump` uses none of
// them again: 100 x (1000 rounded up to 16, and a header of 16) over 1001 bytes.
Events OneAfterTheOther() {
  Events events = {Malloc(0, 1)};
  for (std::uint64_t i = 1; i <= 100; ++i) {
    events.push_back(Malloc(i, 1000));
    events.push_back(FreeOf(i));
  }
  return events;
}

TEST(Properties, HeldOverLiveIsThatOfPeaks) {
  const auto bump = HeldOverLive("bump", OneAfterTheOther(), kArena, kSeconds);
  ASSERT_TRUE(bump);
  EXPECT_EQ(bump->live_bytes_peak, 1001u);
  EXPECT_NEAR(bump->over_peaks, 100.0 * 1024 / 1001, 1);
  const auto tags = HeldOverLive("boundary_tags", OneAfterTheOther(), kArena, kSeconds);
  ASSERT_TRUE(tags);
  EXPECT_LT(tags->over_peaks, 1.5);
  EXPECT_GE(tags->over_peaks, 1);
}

TEST(Properties, WhatIsRefusedHasNoFigure) {
  EXPECT_TRUE(HeldOverLive("tlsf", {Malloc(0, 10000)}, kArena, kSeconds));
  EXPECT_FALSE(HeldOverLive("tlsf", {Malloc(0, 10000)}, 4096, kSeconds));
}

// Of the hundred blocks, so many are left as the figure takes.
TEST(Properties, ShrinkingKeepsWhatIsHeld) {
  const Events small = Shrink(OneAfterTheOther(), [](const Events& events) {
    const auto now = HeldOverLive("bump", events, kArena, kSeconds);
    return now && now->over_peaks > 4 && now->live_bytes_peak >= 1000;
  });
  EXPECT_GE(LivePeak(small), 1000u);
  const auto now = HeldOverLive("bump", small, kArena, kSeconds);
  ASSERT_TRUE(now);
  EXPECT_GT(now->over_peaks, 4);
  EXPECT_LT(small.size(), 15u);
}

TEST(Properties, AVerdictIsEmptyWhereNoRuleIsBroken) {
  EXPECT_EQ(VerdictOf("tlsf", OneAfterTheOther(), kArena, kSeconds), "");
}

// A thousand holes that a list looks at one by one, for each block that fits in none: so much
// longer that no disturbance of the machine hides it.
TEST(Properties, ASearchOfAListTakesManyTimesAsLong) {
  constexpr std::uint64_t kHoles = 1000;
  Events events;
  for (std::uint64_t i = 0; i < 2 * kHoles; ++i) events.push_back(Malloc(i, 100));
  for (std::uint64_t i = 0; i < 2 * kHoles; i += 2) events.push_back(FreeOf(i));
  for (std::uint64_t i = 0; i < kHoles; ++i) events.push_back(Malloc(2 * kHoles + i, 200));
  const auto longer = TimesAsLong("first_fit_list", "tlsf", events, kSeconds);
  ASSERT_TRUE(longer);
  EXPECT_GT(*longer, 3);
  const auto shorter = TimesAsLong("tlsf", "first_fit_list", events, kSeconds);
  ASSERT_TRUE(shorter);
  EXPECT_LT(*shorter, 1);
}

}  // namespace
}  // namespace alloclab
