#include "traces/threaded_events.h"

#include <iterator>
#include <random>

#include "traces/event_kind.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"

namespace alloclab {

std::vector<Event> ThreadedEvents(std::uint64_t seed, std::size_t count, std::uint32_t threads,
                                  std::uint32_t foreign_in) {
  struct Live {
    std::uint64_t id;
    std::uint32_t thread;
  };
  constexpr EventKind kMakers[] = {EventKind::kMalloc, EventKind::kMalloc, EventKind::kCalloc,
                                   EventKind::kMemalign, EventKind::kNewArray};
  std::mt19937_64 random(seed);
  std::vector<Live> live;
  std::vector<Event> events;
  std::uint64_t next_id = 0;
  while (events.size() < count) {
    Event event;
    event.size = random() % 2000;
    event.alignment = std::uint64_t{1} << random() % 10;
    event.count = 1 + random() % 3;
    event.thread = static_cast<std::uint32_t>(random() % threads);
    event.failed = random() % 50 == 0;
    if (live.size() < 20 || random() % 16 < 7) {
      event.kind = kMakers[random() % std::size(kMakers)];
    } else {
      const std::size_t at = random() % live.size();
      event.kind = random() % 5 == 0 ? EventKind::kRealloc : EventKind::kFree;
      event.failed = event.failed && event.kind == EventKind::kRealloc;
      event.ref = live[at].id;
      if (random() % foreign_in != 0) event.thread = live[at].thread;
      if (!event.failed) {
        live[at] = live.back();
        live.pop_back();
      }
    }
    event = Canonical(event);
    if (MakesAllocation(event)) {
      event.id = next_id++;
      live.push_back({event.id, event.thread});
    }
    events.push_back(event);
  }
  return events;
}

ThreadedProgram ThreadedProgramOf(const std::vector<Event>& events) {
  return DecodeThreadedProgram(*OpenTraceBytes("t.alt", ArchiveBytes(events)));
}

}  // namespace alloclab
