// Traces made up for the tests of this folder, and what is live in them, worked out another way.

#ifndef ALLOCLAB_BENCH_HEAPMAP_RANDOM_TRACE_H_
#define ALLOCLAB_BENCH_HEAPMAP_RANDOM_TRACE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/heapmap/record_history.h"
#include "traces/event.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"

namespace alloclab {

// Events of every role: blocks of up to 3 kB, now and then of 300 kB, aligned ones, resizes to all
// sizes, notices that touch nothing. About 60 blocks live.
inline std::vector<Event> RandomHeapEvents(std::uint64_t seed, std::size_t count) {
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  const auto size = [&] { return below(40) == 0 ? 150000 + below(150000) : below(3000); };
  std::vector<Event> events;
  std::vector<std::uint64_t> live;
  std::uint64_t next = 0;
  while (events.size() < count) {
    Event event;
    const std::uint32_t choice = below(100);
    if (choice < 5) {
      event.kind = EventKind::kMarker;
      event.size = below(100);
    } else if (!live.empty() && choice < 45 + live.size() / 3) {
      const std::size_t victim = below(static_cast<std::uint32_t>(live.size()));
      event.kind = EventKind::kFree;
      event.ref = live[victim];
      live[victim] = live.back();
      live.pop_back();
    } else if (!live.empty() && choice < 60) {
      const std::size_t victim = below(static_cast<std::uint32_t>(live.size()));
      event.kind = EventKind::kRealloc;
      event.ref = live[victim];
      event.size = 1 + size();
      event.id = live[victim] = next++;
    } else {
      static constexpr EventKind kKinds[] = {EventKind::kMalloc, EventKind::kCalloc,
                                             EventKind::kMemalign};
      event.kind = kKinds[below(3)];
      event.size = size();
      if (event.kind == EventKind::kMemalign) event.alignment = std::uint64_t{32} << below(6);
      event.id = next++;
      live.push_back(event.id);
    }
    events.push_back(event);
  }
  return events;
}

inline History HistoryOf(const std::vector<Event>& events, const HistoryOptions& options) {
  const std::string text = TextBytes(events);
  History history = RecordHistory(*OpenTraceBytes("random", text), options);
  history.trace = "random";
  history.path = "random.alt";
  return history;
}

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_RANDOM_TRACE_H_
