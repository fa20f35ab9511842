// What each generator says of itself, read from its events alone. The oracle is a plain list of the
// live blocks, in the order of their making.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <deque>
#include <functional>
#include <map>
#include <set>

#include "traces/event_kind.h"
#include "traces/generators/generated.h"
#include "traces/test_seed.h"

namespace alloclab::generators {
namespace {

// A seed of this run, printed: what is asserted holds for all of them.
std::size_t FindIn(const std::deque<Event>& live, std::uint64_t id) {
  const auto found =
      std::find_if(live.begin(), live.end(), [id](const Event& event) { return event.id == id; });
  EXPECT_NE(found, live.end()) << id;
  return static_cast<std::size_t>(found - live.begin());
}

// Calls `ended(position, live, end)` for every free, before the block leaves the live ones.
using Ended = std::function<void(std::size_t, const std::deque<Event>&, const Event&)>;
std::size_t FollowLive(const std::vector<Event>& events, const Ended& ended) {
  std::deque<Event> live;
  std::size_t peak = 0;
  for (const Event& event : events) {
    if (EndsAllocation(event)) {
      const std::size_t at = FindIn(live, event.ref);
      if (at >= live.size()) return 0;
      ended(at, live, event);
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
    }
    if (MakesAllocation(event)) live.push_back(event);
    peak = std::max(peak, live.size());
  }
  EXPECT_TRUE(live.empty());
  return peak;
}

// Every size of what is made; both ends of the range are met by some of so many.
void ExpectSizesFrom(const std::vector<Event>& events, std::uint64_t least, std::uint64_t most) {
  std::uint64_t smallest = UINT64_MAX;
  std::uint64_t largest = 0;
  for (const Event& event : events) {
    if (!MakesAllocation(event)) continue;
    smallest = std::min(smallest, event.size);
    largest = std::max(largest, event.size);
  }
  EXPECT_EQ(std::bit_width(smallest), std::bit_width(least));
  EXPECT_EQ(std::bit_width(largest), std::bit_width(most));
  EXPECT_GE(smallest, least);
  EXPECT_LE(largest, most);
}

TEST(Lifo, FreesTheNewestAlways) {
  const std::vector<Event> events = EventsOf(
      "lifo", {{"operations", 5000}, {"depth", 12}, {"least", 20}, {"most", 999}}, TestSeed());
  std::size_t frees = 0;
  const std::size_t peak = FollowLive(events, [&](std::size_t at, const auto& live, const Event&) {
    EXPECT_EQ(at + 1, live.size());
    ++frees;
  });
  EXPECT_EQ(2 * frees, events.size());
  EXPECT_EQ(peak, 12u);
  ExpectSizesFrom(events, 20, 999);
}

TEST(Fifo, FreesTheOldestAlways) {
  const std::vector<Event> events =
      EventsOf("fifo", {{"operations", 5000}, {"length", 50}}, TestSeed());
  const std::size_t peak =
      FollowLive(events, [](std::size_t at, const auto&, const Event&) { EXPECT_EQ(at, 0u); });
  EXPECT_EQ(peak, 50u);
}

TEST(Queues, FreeTheOldestOfTheirSizeAndNotOfAll) {
  const std::vector<Event> events = EventsOf(
      "queues", {{"operations", 5000}, {"queues", 5}, {"length", 20}, {"least", 32}}, TestSeed());
  std::set<std::uint64_t> sizes;
  std::size_t out_of_turn = 0;
  FollowLive(events, [&](std::size_t at, const auto& live, const Event&) {
    for (std::size_t i = 0; i < at; ++i) EXPECT_NE(live[i].size, live[at].size);
    sizes.insert(live[at].size);
    out_of_turn += at != 0;
  });
  EXPECT_EQ(sizes, (std::set<std::uint64_t>{32, 48, 64, 80, 96}));
  EXPECT_GT(out_of_turn, 0u);
}

// Numbers of live blocks where it turns: up to the peak, down to the floor, at last to nothing.
TEST(Sawtooth, TurnsAtThePeakAndAtTheFloor) {
  for (const std::uint64_t order : {0u, 1u, 2u}) {
    const std::vector<Event> events = EventsOf(
        "sawtooth", {{"teeth", 3}, {"peak", 200}, {"floor", 25}, {"order", order}}, TestSeed());
    std::vector<std::uint64_t> turns;
    std::uint64_t live = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const bool up = MakesAllocation(events[i]);
      live += up ? 1 : UINT64_MAX;
      if (i + 1 == events.size() || MakesAllocation(events[i + 1]) != up) turns.push_back(live);
    }
    EXPECT_EQ(turns, (std::vector<std::uint64_t>{200, 50, 200, 50, 200, 0}));
    std::size_t newest = 0;
    std::size_t oldest = 0;
    FollowLive(events, [&](std::size_t at, const auto& blocks, const Event&) {
      newest += at + 1 == blocks.size();
      oldest += at == 0;
    });
    EXPECT_EQ(newest == events.size() / 2, order == 1);
    EXPECT_EQ(oldest == events.size() / 2, order == 2);
  }
}

TEST(Phases, HaveSizesOfTheirOwnAndLeaveSurvivors) {
  const std::vector<Event> events = EventsOf(
      "phases", {{"phases", 6}, {"allocations", 1000}, {"live", 200}, {"kept", 10}}, TestSeed());
  std::map<std::uint64_t, std::uint64_t> live;  // blocks by phase
  std::map<std::uint64_t, std::uint64_t> phase_of;
  std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> range;
  std::uint64_t phase = 0;
  for (const Event& event : events) {
    if (event.kind == EventKind::kMarker) {
      EXPECT_EQ(event.size, phase++);
      for (const auto& [earlier, blocks] : live) EXPECT_EQ(blocks, 20u) << earlier;
    } else if (event.kind == EventKind::kMalloc) {
      auto& [least, most] = range.try_emplace(phase, UINT64_MAX, 0).first->second;
      least = std::min(least, event.size);
      most = std::max(most, event.size);
      EXPECT_LE(++live[phase], 200u);
      phase_of[event.id] = phase;
    } else {
      --live[phase_of[event.ref]];
    }
  }
  EXPECT_EQ(phase, 6u);
  for (const auto& [number, sizes] : range) EXPECT_LE(sizes.second, 2 * sizes.first) << number;
  for (const auto& [number, blocks] : live) EXPECT_EQ(blocks, 0u) << number;
}

// The sizes of each buffer from its malloc to its free, against the recurrence.
TEST(Growth, FollowsItsRecurrence) {
  struct Case {
    std::uint64_t percent, step;
    std::vector<std::uint64_t> sizes;
  };
  for (const Case& want : std::vector<Case>{{100, 0, {10, 20, 40, 80, 160}},
                                            {50, 0, {10, 15, 22, 33, 49, 73, 109, 163}},
                                            {0, 50, {10, 60, 110, 160}}}) {
    const std::vector<Event> events = EventsOf("growth",
                                               {{"operations", 2000},
                                                {"buffers", 7},
                                                {"percent", want.percent},
                                                {"step", want.step},
                                                {"start", 10},
                                                {"limit", 170}},
                                               TestSeed());
    std::map<std::uint64_t, std::vector<std::uint64_t>> grown;
    std::size_t whole = 0;
    for (const Event& event : events) {
      std::vector<std::uint64_t> sizes;
      if (event.ref != kNoAllocation) sizes = grown.extract(event.ref).mapped();
      if (event.kind == EventKind::kFree) {
        whole += sizes == want.sizes;
        ASSERT_LE(sizes.size(), want.sizes.size());
        EXPECT_TRUE(std::equal(sizes.begin(), sizes.end(), want.sizes.begin()));
        continue;
      }
      EXPECT_EQ(event.kind, sizes.empty() ? EventKind::kMalloc : EventKind::kRealloc);
      sizes.push_back(event.size);
      grown[event.id] = std::move(sizes);
    }
    EXPECT_TRUE(grown.empty());
    EXPECT_GT(whole, 100u);
  }
}

TEST(ProducerConsumer, FreesOnAnotherThreadInOrder) {
  const std::vector<Event> events =
      EventsOf("producer_consumer",
               {{"blocks", 3000}, {"producers", 3}, {"consumers", 2}, {"length", 40}}, TestSeed());
  std::map<std::uint32_t, EventKind> does;  // what each thread does
  std::set<std::uint32_t> started;
  for (const Event& event : events) {
    if (event.kind == EventKind::kThreadStart) {
      EXPECT_TRUE(started.insert(event.thread).second);
    } else if (event.kind == EventKind::kThreadEnd) {
      EXPECT_EQ(started.erase(event.thread), 1u);
    } else {
      EXPECT_TRUE(started.contains(event.thread));
      EXPECT_EQ(does.try_emplace(event.thread, event.kind).first->second, event.kind);
    }
  }
  EXPECT_TRUE(started.empty());
  EXPECT_EQ(does.size(), 5u);
  const std::size_t peak =
      FollowLive(events, [](std::size_t at, const auto& live, const Event& end) {
        EXPECT_EQ(at, 0u);
        EXPECT_NE(live[at].thread, end.thread);
      });
  EXPECT_EQ(peak, 40u);
}

TEST(Larson, ReplacesBlocksAndHandsThemOn) {
  const std::vector<Event> events = EventsOf(
      "larson", {{"blocks", 4000}, {"threads", 3}, {"slots", 50}, {"tenure", 300}}, TestSeed());
  std::set<std::uint32_t> at_work;
  std::map<std::uint32_t, std::uint64_t> made;
  std::size_t handed_on = 0;
  std::set<std::size_t> places;
  const std::size_t peak =
      FollowLive(events, [&](std::size_t at, const auto& live, const Event& end) {
        handed_on += live[at].thread != end.thread && live[at].thread != 0;
        places.insert(at);
      });
  for (const Event& event : events) {
    if (event.kind == EventKind::kThreadStart) at_work.insert(event.thread);
    if (event.kind == EventKind::kThreadEnd) {
      at_work.erase(event.thread);
      // At the end of the trace all end, whatever they have done.
      EXPECT_TRUE(made[event.thread] == 300 || &event > &events[events.size() - 160]);
    }
    EXPECT_LE(at_work.size(), 3u);
    if (MakesAllocation(event) && event.thread != 0) {
      EXPECT_TRUE(at_work.contains(event.thread));
      EXPECT_LE(++made[event.thread], 300u);
    }
  }
  EXPECT_EQ(peak, 150u);
  // 14 terms of office at least, and at the end the last of each of the three may be unfinished.
  EXPECT_GE(made.size(), 14u);
  EXPECT_LE(made.size(), 16u);
  EXPECT_GT(handed_on, 100u);
  EXPECT_GT(places.size(), 100u) << "blocks of any age are replaced";
}

TEST(Comb, LeavesEveryOtherBlock) {
  const std::vector<Event> events =
      EventsOf("comb", {{"blocks", 101}, {"bytes", 64}, {"rounds", 2}});
  std::set<std::uint64_t> live;
  std::uint64_t first = 0;
  std::size_t rounds = 0;
  std::uint64_t largest = 0;
  std::set<std::uint64_t> expected;
  for (const Event& event : events) {
    if (event.kind == EventKind::kMarker) {
      EXPECT_EQ(event.size, rounds++);
      expected.clear();
      for (std::uint64_t i = 1; i < 101; i += 2) expected.insert(first + i);
      EXPECT_EQ(live, expected);
      first += 101 + 25;  // the large blocks have numbers, too
    } else if (event.kind == EventKind::kMalloc) {
      live.insert(event.id);
      largest = std::max(largest, event.size);
    } else {
      EXPECT_EQ(live.erase(event.ref), 1u);
    }
  }
  EXPECT_EQ(rounds, 2u);
  EXPECT_EQ(largest, 128u);
  EXPECT_TRUE(live.empty());
}

TEST(PowerPlusOne, IsAPowerAndOne) {
  const std::vector<Event> events = EventsOf(
      "power_plus_one", {{"operations", 2000}, {"live", 60}, {"least_power", 3}, {"most_power", 9}},
      TestSeed());
  std::set<std::uint64_t> sizes;
  for (const Event& event : events) {
    if (MakesAllocation(event)) sizes.insert(event.size);
  }
  EXPECT_EQ(sizes, (std::set<std::uint64_t>{9, 17, 33, 65, 129, 257, 513}));
  std::size_t places = 0;
  EXPECT_EQ(
      FollowLive(events, [&](std::size_t at, const auto&, const Event&) { places += at > 0; }),
      60u);
  EXPECT_GT(places, 500u);
}

TEST(Alignment, StormsOfPowersOfTwoWithOthersBetween) {
  const std::vector<Event> events =
      EventsOf("alignment",
               {{"storms", 300}, {"burst", 10}, {"live", 100}, {"most_power", 10}, {"most", 64}},
               TestSeed());
  std::set<std::uint64_t> alignments;
  std::set<EventKind> kinds;
  std::size_t in_burst = 0;
  const Event* before = nullptr;
  for (const Event& event : events) {
    if (!MakesAllocation(event)) continue;
    EXPECT_GE(event.size, 1u);
    EXPECT_LE(event.size, 64u);
    if (event.kind == EventKind::kMalloc) {
      EXPECT_NE(before->kind, EventKind::kMalloc);
    } else {
      kinds.insert(event.kind);
      alignments.insert(event.alignment);
      in_burst += before != nullptr && before->kind == EventKind::kMalloc;
    }
    before = &event;
  }
  EXPECT_EQ(alignments, (std::set<std::uint64_t>{16, 32, 64, 128, 256, 512, 1024}));
  EXPECT_EQ(kinds, (std::set<EventKind>{EventKind::kMemalign, EventKind::kAlignedAlloc,
                                        EventKind::kPosixMemalign}));
  EXPECT_EQ(in_burst, 3000u - 1);
  EXPECT_EQ(FollowLive(events, [](std::size_t, const auto&, const Event&) {}), 120u);
}

}  // namespace
}  // namespace alloclab::generators
