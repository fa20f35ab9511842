#include "bench/heapmap/record_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "allocator/pages/buffer_pages.h"
#include "allocator/variants.h"
#include "bench/heapmap/calls.h"
#include "bench/heapmap/heap_player.h"
#include "bench/heapmap/history_builder.h"
#include "bench/heapmap/recorded_pages.h"
#include "bench/heapmap/system_player.h"
#include "traces/checked/arena.h"
#include "traces/replay/replay.h"

namespace alloclab {
namespace {

EventRange RangeOf(const HistoryOptions& options, const Calls& calls) {
  if (calls.events == 0) {
    throw TraceError("the trace is empty, so there is nothing to draw; record or generate another");
  }
  if (options.from >= calls.events) {
    throw TraceError(
        fmt::format("there are {} events to draw from, so none is at --from {}; give a "
                    "--from below that",
                    calls.events, options.from));
  }
  return {static_cast<std::uint32_t>(options.from), calls.events};
}

template <Allocator A>
History Play(const Calls& calls, EventRange range, const std::function<void(double)>& progress) {
  const BlockFrame frame = FrameOf<A>();
  HistoryBuilder builder(range, calls.slots, frame.before, frame.after);
  RecordedPages pages(builder);
  std::vector<void*> slots(calls.slots, nullptr);
  {
    A heap(pages);
    HeapPlayer<A> player(heap, pages, frame, builder);
    player.Play(calls.calls, slots, progress);
    History history = std::move(builder).Finish();
    return history;
  }
}

// What is measured over an arena is for `alloclab shrink`, which takes no longer traces.
constexpr std::uint32_t kMostEventsToShrink = std::uint32_t{1} << 20;
// How far the searches of that measurement may go: a list of free blocks that are given to the byte
// is long.
constexpr std::uint64_t kMostVisited = std::uint64_t{1} << 27;

template <Allocator A>
bool HasSearchedTooMuch(const A& heap) {
  if constexpr (CountsSearch<A>) {
    return heap.BlocksVisited() > kMostVisited;
  } else {
    return false;
  }
}

// As `alloclab shrink` does it, so that what is read off the picture is what that finds.
template <Allocator A>
void MeasureOverArena(const Calls& calls, History& history) {
  constexpr std::size_t kArenaBytes = std::size_t{1} << 30;
  const Arena arena(kArenaBytes);
  BufferPages pages(arena.bytes());
  A heap(pages);
  std::vector<void*> slots(calls.slots, nullptr);
  history.arena_to = std::min(calls.events, kMostEventsToShrink);
  for (const Call& call : calls.calls) {
    if (call.event >= history.arena_to) return;
    if (HasSearchedTooMuch(heap) ||
        ReplayOne<A, Touch::kNone>(heap, call.op, slots[call.op.slot])) {
      history.arena_to = call.event;
      return;
    }
    if (history.arena_peaks.empty() || pages.BytesPeak() > history.arena_peaks.back().bytes) {
      history.arena_peaks.push_back({call.event, pages.BytesPeak()});
    }
  }
}

}  // namespace

History RecordHistory(TraceReader& reader, const HistoryOptions& options) {
  const Calls calls = ReadCalls(reader, options.to);
  const EventRange range = RangeOf(options, calls);
  History history;
  const bool known = Variants::Visit<RecordedPages>(options.allocator, [&]<Allocator A>() {
    if constexpr (kWalkable<A>) {
      history = Play<A>(calls, range, options.progress);
    } else {
      history = PlayOnSystem(calls, range, options.progress);
    }
  });
  if (!known) {
    throw TraceError(fmt::format("there is no variant '{}'; the variants are: {}",
                                 options.allocator, fmt::join(Variants::kNames, ", ")));
  }
  Variants::Visit<BufferPages>(options.allocator, [&]<Allocator A>() {
    if constexpr (kWalkable<A>) MeasureOverArena<A>(calls, history);
  });
  history.allocator = options.allocator;
  return history;
}

}  // namespace alloclab
