// A history against what it is made from: the trace, worked out by a map; the allocator, played
// again by calls of this file; and the allocator's own walk.

#include "bench/heapmap/record_history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "allocator/malloc_api.h"
#include "allocator/variants.h"
#include "bench/heapmap/random_trace.h"
#include "bench/heapmap/recorded_pages.h"
#include "traces/checked/arena.h"
#include "traces/program.h"
#include "traces/replay/memory_pass.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

constexpr std::size_t kEvents = 1500;

// What of the blocks does not depend on the allocator.
using Asked = std::set<std::pair<std::uint64_t, std::uint64_t>>;  // made, requested

// The blocks live right after each event, from the events alone.
std::vector<Asked> LiveAfterEach(const std::vector<Event>& events) {
  std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> live;
  std::vector<Asked> all;
  for (std::uint64_t e = 0; e < events.size(); ++e) {
    const Event& event = events[e];
    if (event.ref != kNoAllocation) live.erase(event.ref);
    if (event.id != kNoAllocation) live[event.id] = {e, event.size};
    Asked now;
    for (const auto& [id, block] : live) now.insert(block);
    all.push_back(now);
  }
  return all;
}

bool IsThere(std::uint32_t made, std::uint32_t ended, std::uint32_t event) {
  return made <= event && event < ended;
}

// Where a place on the axis really is.
std::uint64_t AddressOf(const History& history, std::uint64_t offset) {
  for (const HeapRegion& region : history.regions) {
    if (offset < region.bytes) return region.address + offset;
    offset -= region.bytes;
  }
  ADD_FAILURE() << "beyond the axis by " << offset;
  return 0;
}

class Deaf : public RecordedPages::Listener {
  void Held(std::uint64_t, std::uint64_t) override {}
  void GivenBack(std::uint64_t, std::uint64_t) override {}
};

struct Piece {
  std::uint64_t begin;
  std::uint64_t end;
  char what;  // of a walk: used, free or overhead
  auto operator<=>(const Piece&) const = default;
};

// Neighbours of the same kind made one.
std::vector<Piece> Joined(std::vector<Piece> pieces) {
  std::sort(pieces.begin(), pieces.end());
  std::vector<Piece> joined;
  for (const Piece& piece : pieces) {
    if (piece.begin == piece.end) continue;
    if (!joined.empty() && joined.back().end == piece.begin && joined.back().what == piece.what) {
      joined.back().end = piece.end;
    } else {
      joined.push_back(piece);
    }
  }
  return joined;
}

// The events up to `last` played anew by plain calls of C's functions.
template <class A>
class PlayedAgain {
 public:
  PlayedAgain(const std::vector<Event>& events, std::size_t last) : pages_(deaf_), heap_(pages_) {
    for (std::size_t e = 0; e <= last; ++e) Step(events[e]);
  }

  // begin, usable, requested.
  std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> Blocks() const {
    std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> blocks;
    for (const auto& [id, block] : live_) {
      blocks.emplace(pages_.OffsetOf(block.first), heap_.UsableSize(block.first), block.second);
    }
    return blocks;
  }

  // What is in no block's usable bytes, by Walk.
  std::vector<Piece> FreeAndOverhead() const {
    std::vector<Piece> pieces;
    heap_.Walk([&](const BlockView& block) {
      const std::uint64_t begin = pages_.OffsetOf(block.begin);
      const std::uint64_t end = begin + block.bytes;
      if (block.state == BlockState::kUsed) {
        const std::uint64_t payload = pages_.OffsetOf(block.payload);
        pieces.push_back({begin, payload, 'o'});
        pieces.push_back({payload + block.usable, end, 'o'});
      } else {
        pieces.push_back({begin, end, block.state == BlockState::kFree ? 'f' : 'o'});
      }
    });
    return Joined(pieces);
  }

 private:
  void Step(const Event& event) {
    void* p = nullptr;
    switch (event.kind) {
      case EventKind::kMalloc:
        p = Malloc(heap_, event.size);
        break;
      case EventKind::kCalloc:
        p = Calloc(heap_, event.count, event.size);
        break;
      case EventKind::kMemalign:
        p = Memalign(heap_, event.alignment, event.size);
        break;
      case EventKind::kRealloc:
        p = Realloc(heap_, live_.extract(event.ref).mapped().first, event.size);
        break;
      case EventKind::kFree:
        Free(heap_, live_.extract(event.ref).mapped().first);
        return;
      default:
        return;
    }
    live_[event.id] = {p, event.size};
  }

  Deaf deaf_;
  RecordedPages pages_;
  A heap_;
  std::map<std::uint64_t, std::pair<void*, std::uint64_t>> live_;
};

// What the history has at an event in no block, in the same form.
std::vector<Piece> FreeAndOverheadAt(const History& history, std::uint32_t event) {
  std::vector<Piece> pieces;
  std::vector<Piece> taken;
  const auto take = [&](std::uint64_t begin, std::uint64_t bytes, char what) {
    if (bytes != 0) taken.push_back({begin, begin + bytes, what});
  };
  for (const BlockLife& block : history.blocks) {
    if (!IsThere(block.made, block.ended, event)) continue;
    const std::uint64_t payload = AddressOf(history, block.offset);
    take(payload - history.before, history.before, 'o');
    take(payload, block.usable, 'u');
    take(payload + block.usable, history.after, 'o');
  }
  for (const Extent& extent : history.overhead) {
    if (!IsThere(extent.made, extent.ended, event)) continue;
    take(AddressOf(history, extent.offset), extent.bytes, 'o');
  }
  std::sort(taken.begin(), taken.end());
  std::vector<Piece> held;
  for (const Extent& extent : history.held) {
    if (!IsThere(extent.made, extent.ended, event)) continue;
    const std::uint64_t begin = AddressOf(history, extent.offset);
    held.push_back({begin, begin + extent.bytes, 'h'});
  }
  auto next = taken.begin();
  for (const Piece& span : Joined(held)) {
    std::uint64_t at = span.begin;
    for (; next != taken.end() && next->begin < span.end; ++next) {
      EXPECT_GE(next->begin, at) << "two lives share a byte at event " << event;
      EXPECT_LE(next->end, span.end) << "a life reaches out of what is held at event " << event;
      pieces.push_back({at, next->begin, 'f'});
      if (next->what == 'o') pieces.push_back(*next);
      at = next->end;
    }
    pieces.push_back({at, span.end, 'f'});
  }
  EXPECT_EQ(next, taken.end()) << "a life lies where nothing is held at event " << event;
  return Joined(pieces);
}

class RecordHistoryOf : public testing::TestWithParam<std::string> {};

TEST_P(RecordHistoryOf, HasTheBlocksOfTheTraceAtEveryEvent) {
  const std::vector<Event> events = RandomHeapEvents(TestSeed(), kEvents);
  const History history = HistoryOf(events, {.allocator = GetParam()});
  EXPECT_EQ(history.from, 0u);
  EXPECT_EQ(history.to, events.size());
  const std::vector<Asked> live = LiveAfterEach(events);
  for (std::uint32_t e = 0; e < events.size(); ++e) {
    Asked there;
    for (const BlockLife& block : history.blocks) {
      if (IsThere(block.made, block.ended, e)) there.emplace(block.made, block.requested);
    }
    ASSERT_EQ(there, live[e]) << "after event " << e;
  }
}

TEST_P(RecordHistoryOf, PutsBlocksWhereTheAllocatorPutsThem) {
  const std::vector<Event> events = RandomHeapEvents(TestSeed(), kEvents);
  const History history = HistoryOf(events, {.allocator = GetParam()});
  Variants::Visit<RecordedPages>(GetParam(), [&]<Allocator A>() {
    if constexpr (kWalkable<A>) {
      for (std::uint32_t e = 7; e < events.size(); e += 149) {
        const PlayedAgain<A> again(events, e);
        std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> blocks;
        for (const BlockLife& block : history.blocks) {
          if (!IsThere(block.made, block.ended, e)) continue;
          blocks.emplace(AddressOf(history, block.offset), block.usable, block.requested);
        }
        ASSERT_EQ(blocks, again.Blocks()) << "after event " << e;
      }
    } else {
      EXPECT_FALSE(history.is_walkable);
    }
  });
}

// With so few blocks a walk is paid for by a few calls. Between two walks it may be off, so it is
// asked for at the end of a part of the trace, where there is always one.
TEST_P(RecordHistoryOf, ShowsTheAllocatorsOwnView) {
  const std::vector<Event> events = RandomHeapEvents(TestSeed(), kEvents);
  Variants::Visit<RecordedPages>(GetParam(), [&]<Allocator A>() {
    if constexpr (kWalkable<A>) {
      for (std::uint32_t e = 11; e < events.size(); e += 173) {
        if (events[e].kind == EventKind::kMarker) continue;
        const History history = HistoryOf(events, {.allocator = GetParam(), .to = e + 1});
        ASSERT_EQ(FreeAndOverheadAt(history, e), PlayedAgain<A>(events, e).FreeAndOverhead())
            << "after event " << e;
        for (std::uint32_t between = 0; between < e; between += 31) {
          FreeAndOverheadAt(history, between);  // expects that nothing overlaps
        }
      }
    }
  });
}

TEST_P(RecordHistoryOf, ARangeIsAPartOfTheWhole) {
  const std::vector<Event> events = RandomHeapEvents(TestSeed(), kEvents);
  const History whole = HistoryOf(events, {.allocator = GetParam()});
  const std::uint32_t from = kEvents / 3;
  const std::uint32_t to = kEvents / 2;
  const History part = HistoryOf(events, {.allocator = GetParam(), .from = from, .to = to});
  EXPECT_EQ(part.from, from);
  EXPECT_EQ(part.to, to);
  std::vector<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> expected;
  std::vector<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> found;
  std::uint64_t peak = 0;
  for (const BlockLife& block : whole.blocks) {
    if (block.ended <= from || block.made >= to) continue;
    expected.emplace_back(block.made, std::min(block.ended, to), block.requested);
  }
  for (const BlockLife& block : part.blocks) {
    found.emplace_back(block.made, block.ended, block.requested);
  }
  EXPECT_EQ(found, expected);
  const std::vector<Asked> live = LiveAfterEach(events);
  for (std::uint32_t e = 0; e < from; ++e) {
    std::uint64_t sum = 0;
    for (const auto& [made, requested] : live[e]) sum += requested;
    peak = std::max(peak, sum);
  }
  EXPECT_EQ(part.live_peak_before, peak);
}

// Over a buffer, as the memory pass of a comparison measures it.
TEST_P(RecordHistoryOf, KnowsTheMostHeldOverAnArena) {
  const std::vector<Event> events = RandomHeapEvents(TestSeed(), kEvents);
  const History history = HistoryOf(events, {.allocator = GetParam()});
  Variants::Visit<BufferPages>(GetParam(), [&]<Allocator A>() {
    if constexpr (kWalkable<A>) {
      ASSERT_FALSE(history.arena_peaks.empty());
      ASSERT_EQ(history.arena_to, kEvents);
      for (const std::size_t last : {std::size_t{20}, kEvents / 2, kEvents - 1}) {
        const std::vector<Event> part(events.begin(),
                                      events.begin() + static_cast<std::ptrdiff_t>(last) + 1);
        const std::string text = TextBytes(part);
        const Program program = DecodeProgram(*OpenTraceBytes("part", text));
        const Arena arena(std::size_t{1} << 30);
        BufferPages pages(arena.bytes());
        A heap(pages);
        std::vector<void*> slots(program.slots);
        std::vector<std::uint64_t> sizes(program.slots);
        MemoryFigures figures;
        PagesHeld held(pages);
        volatile std::uint64_t at = 0;
        const Op* begin = program.ops.data();
        const Op* end = begin + program.ops.size();
        MemoryPass<A, PagesHeld<BufferPages>, Touch::kNone>(heap, held, slots.data(), sizes.data(),
                                                            slots.size(), figures)
            .Run(begin, end, end, at);
        std::uint64_t peak = 0;
        for (const HeldPeak& step : history.arena_peaks) {
          if (step.event <= last) peak = step.bytes;
        }
        EXPECT_EQ(peak, figures.held_bytes_peak) << "after event " << last;
      }
    } else {
      EXPECT_TRUE(history.arena_peaks.empty());
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Variants, RecordHistoryOf,
                         testing::ValuesIn(std::vector<std::string>(Variants::kNames.begin(),
                                                                    Variants::kNames.end())),
                         [](const auto& one) { return one.param; });

TEST(RecordHistory, IsTheSameEachTime) {
  const std::vector<Event> events = RandomHeapEvents(TestSeed(), kEvents);
  for (const std::string_view name : Variants::kNames) {
    if (name == "system")
      continue;  // within one process, glibc keeps what it had: see the command's test
    const HistoryOptions options = {.allocator = std::string(name)};
    const History one = HistoryOf(events, options);
    const History other = HistoryOf(events, options);
    EXPECT_EQ(one.blocks, other.blocks) << name;
    EXPECT_EQ(one.overhead, other.overhead) << name;
    EXPECT_EQ(one.held, other.held) << name;
    EXPECT_EQ(one.regions, other.regions) << name;
  }
}

TEST(RecordHistory, CountsWhatIsRefused) {
  Event large;
  large.kind = EventKind::kMalloc;
  large.size = std::uint64_t{1} << 40;
  large.id = 0;
  Event small = large;
  small.size = 100;
  small.id = 1;
  const History history = HistoryOf({large, small}, {.allocator = "first_fit_list"});
  EXPECT_EQ(history.refused, 1u);
  ASSERT_EQ(history.blocks.size(), 1u);
  EXPECT_EQ(history.blocks[0].made, 1u);
}

std::string WhyNot(const std::vector<Event>& events, const HistoryOptions& options) {
  try {
    HistoryOf(events, options);
  } catch (const TraceError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(RecordHistory, SaysWhatCannotBeDrawn) {
  const std::vector<Event> events = RandomHeapEvents(1, 50);
  EXPECT_EQ(WhyNot({}, {.allocator = "tlsf"}),
            "the trace is empty, so there is nothing to draw; record or generate another");
  EXPECT_EQ(WhyNot(events, {.allocator = "tlsf", .from = 50}),
            "there are 50 events to draw from, so none is at --from 50; give a --from below that");
  Event marker;
  marker.kind = EventKind::kMarker;
  EXPECT_EQ(WhyNot({marker}, {.allocator = "tlsf"}),
            "no memory is held between the events 0 and 1, so there is nothing to draw; give "
            "another range: --from, --to");
  EXPECT_EQ(WhyNot(events, {.allocator = "tls"}).substr(0, 60),
            "there is no variant 'tls'; the variants are: bump, memalloc_");
}

}  // namespace
}  // namespace alloclab
