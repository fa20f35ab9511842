#include "fuzz/shrink.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>

#include "fuzz/program.h"
#include "fuzz/random_input.h"
#include "traces/event_kind.h"
#include "traces/live_set.h"
#include "traces/text_writer.h"

namespace alloclab {
namespace {

std::string Text(const Events& events) {
  std::string text;
  for (const Event& event : events) text += FormatEvent(event) + "\n";
  return text;
}

// Whether every event can happen, and is numbered as a trace numbers it.
bool IsWellFormed(const Events& events) {
  LiveSet live;
  return std::ranges::all_of(events, [&](const Event& event) {
    Event copy = event;
    return live.Apply(copy).empty() && copy == event;
  });
}

Events RandomProgram(std::uint64_t seed) {
  for (std::uint64_t n = 0;; ++n) {
    Events events = DecodeFuzzProgram(RandomInput(seed, n, 400)).events;
    if (events.size() > 60) return events;
  }
}

std::uint64_t PeakOf(const Events& events) {
  LiveSet live;
  std::uint64_t peak = 0;
  for (Event event : events) {
    EXPECT_EQ(live.Apply(event), "");
    peak = std::max(peak, live.bytes());
  }
  return peak;
}

TEST(Shrink, OneCallIsLeftOfOneThatCounts) {
  Events events = RandomProgram(1);
  const auto has_calloc = [](const Events& some) {
    return std::ranges::any_of(some, [](const Event& event) {
      return event.kind == EventKind::kCalloc && !event.failed && event.size >= 100 &&
             event.count != 0;
    });
  };
  for (std::uint64_t seed = 2; !has_calloc(events); ++seed) events = RandomProgram(seed);
  EXPECT_EQ(Text(Shrink(events, has_calloc)), "0 = calloc 1 100\n");
}

TEST(Shrink, WhatBelongsTogetherStays) {
  // Two frees with a resize in between, whatever else there is.
  const auto holds = [](const Events& some) {
    int step = 0;
    for (const Event& event : some) {
      const bool frees = event.kind == EventKind::kFree;
      const bool resizes = event.kind == EventKind::kRealloc && event.ref != kNoAllocation &&
                           !event.failed && event.size > 0;
      if ((step == 0 || step == 2) && frees) ++step;
      if (step == 1 && resizes) ++step;
    }
    return step == 3;
  };
  Events events = RandomProgram(2);
  while (!holds(events)) events = RandomProgram(std::random_device()());
  const Events small = Shrink(events, holds);
  EXPECT_TRUE(IsWellFormed(small)) << Text(small);
  EXPECT_TRUE(holds(small));
  // Three blocks are made, one of them resized, two freed.
  EXPECT_LE(small.size(), 6u) << Text(small);
}

TEST(Shrink, SizesAreTheSmallest) {
  const auto holds = [](const Events& some) { return IsWellFormed(some) && PeakOf(some) >= 777; };
  Events events = RandomProgram(3);
  while (!holds(events)) events = RandomProgram(std::random_device()());
  const Events small = Shrink(events, holds);
  EXPECT_EQ(PeakOf(small), 777u) << Text(small);
}

// Whatever the property: it holds of the result, which no single call can be left out of, and all
// that is asked about is well-formed.
TEST(Shrink, NothingCanBeLeftOutOfTheResult) {
  const std::uint64_t seed = std::random_device()();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20; ++round) {
    const Events events = RandomProgram(random());
    // Some mixture of kinds, in any order.
    const std::size_t frees = 1 + random() % 4;
    const std::size_t resizes = random() % 3;
    const auto holds = [&](const Events& some) {
      EXPECT_TRUE(IsWellFormed(some)) << Text(some);
      std::size_t free_count = 0;
      std::size_t resize_count = 0;
      for (const Event& event : some) {
        free_count += TraitsOf(event.kind).role == EventRole::kFrees ? 1u : 0u;
        resize_count += TraitsOf(event.kind).role == EventRole::kResizes ? 1u : 0u;
      }
      return free_count >= frees && resize_count >= resizes;
    };
    if (!holds(events)) continue;
    const Events small = Shrink(events, holds);
    EXPECT_TRUE(holds(small));
    for (std::size_t i = 0; i < small.size(); ++i) {
      std::vector<bool> keep(small.size(), true);
      keep[i] = false;
      EXPECT_FALSE(holds(Select(small, keep))) << i << " of\n" << Text(small);
    }
  }
}

// What had to stay may go once something behind it is gone: here each but the last stays as long as
// the next is there.
TEST(Shrink, LooksAgainAtWhatStayed) {
  constexpr EventKind kChain[] = {EventKind::kValloc, EventKind::kMarker, EventKind::kThreadStart,
                                  EventKind::kThreadEnd, EventKind::kFreeNull};
  Events events = {{.kind = EventKind::kValloc, .id = 0, .size = 1},
                   {.kind = EventKind::kMarker, .size = 1},
                   {.kind = EventKind::kThreadStart},
                   {.kind = EventKind::kThreadEnd},
                   {.kind = EventKind::kFreeNull},
                   {.id = 1, .size = 1}};
  const auto has = [](const Events& some, EventKind kind) {
    return std::ranges::any_of(some, [&](const Event& event) { return event.kind == kind; });
  };
  const auto holds = [&](const Events& some) {
    for (std::size_t i = 0; i + 1 < std::size(kChain); ++i) {
      if (!has(some, kChain[i]) && has(some, kChain[i + 1])) return false;
    }
    return has(some, EventKind::kMalloc);
  };
  EXPECT_EQ(Text(Shrink(events, holds)), "0 = malloc 0\n");
}

TEST(Shrink, PlainCallsTakeThePlaceOfSpecialOnes) {
  const Events events = {
      {.kind = EventKind::kMemalign, .id = 0, .size = 600, .alignment = 64},
      {.kind = EventKind::kCalloc, .id = 1, .size = 200, .count = 3},
  };
  const auto holds = [](const Events& some) {
    return std::ranges::count_if(
               some, [](const Event& event) { return RequestedBytes(event) >= 500; }) == 2;
  };
  EXPECT_EQ(Text(Shrink(events, holds)), "0 = malloc 500\n1 = malloc 500\n");
}

TEST(Select, ABlockWhoseResizeFailedIsStillThere) {
  const Events events = {
      {.id = 0, .size = 10},
      {.kind = EventKind::kRealloc, .failed = true, .ref = 0, .size = 30},
      {.kind = EventKind::kFree, .ref = 0},
  };
  EXPECT_EQ(Text(Select(events, {true, true, true})), Text(events));
}

TEST(Select, WhatIsNotMadeIsNotFreed) {
  const Events events = {
      {.id = 0, .size = 10},
      {.id = 1, .size = 20},
      {.kind = EventKind::kRealloc, .id = 2, .ref = 0, .size = 30},
      {.kind = EventKind::kFree, .ref = 1},
      {.kind = EventKind::kFree, .ref = 2},
  };
  EXPECT_EQ(Text(Select(events, {true, false, true, true, true})),
            "0 = malloc 10\n1 = realloc 0 30\nfree 1\n");
  EXPECT_EQ(Text(Select(events, {false, true, true, true, true})),
            "0 = malloc 20\n1 = realloc null 30\nfree 0\nfree 1\n");
  EXPECT_EQ(Text(Select(events, {true, true, false, true, true})),
            "0 = malloc 10\n1 = malloc 20\nfree 1\n");
}

}  // namespace
}  // namespace alloclab
