#include "traces/import/made_up_calls.h"

#include <algorithm>
#include <cstddef>
#include <random>
#include <utility>

#include "traces/event_kind.h"

namespace alloclab {

std::vector<Call> MadeUpCalls(std::uint64_t seed, const Tool& tool) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> free_addresses;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> live;  // number, address
  std::uint64_t next_id = 0;
  std::uint64_t next_address = 0x7F0000001000;
  std::vector<Call> calls;
  // Threads have their numbers in the order in which they first come.
  std::uint32_t seen = 0;
  while (calls.size() < 3000) {
    Event event;
    event.kind = static_cast<EventKind>(random() % kEventKinds);
    const EventRole role = TraitsOf(event.kind).role;
    if (!tool.kinds.contains(event.kind) || (role == EventRole::kFrees && live.empty())) continue;
    event.thread = std::min(static_cast<std::uint32_t>(random() % tool.threads), seen);
    seen = std::max(seen, event.thread + 1);
    event.size = 1 + (random() >> (20 + random() % 44));
    event.alignment = std::uint64_t{1} << random() % 12;
    event.count = tool.counts && event.kind == EventKind::kCalloc ? 1 + random() % 100 : 1;
    // Every fifth call has none.
    event.time = tool.times && calls.size() % 5 != 4 ? 1 + 7 * calls.size() : 0;
    Call call = {Canonical(event), 0, 0};
    std::size_t index = 0;
    if (role == EventRole::kFrees || (role == EventRole::kResizes && !live.empty())) {
      index = random() % live.size();
      call.event.ref = live[index].first;
      call.before = live[index].second;
    }
    // Every sixteenth call of a kind that may do so fails.
    call.event.failed = tool.failures && CanFail(event.kind) && random() % 16 == 0;
    if (EndsAllocation(call.event)) {
      free_addresses.push_back(call.before);
      live[index] = live.back();
      live.pop_back();
    }
    if (MakesAllocation(call.event)) {
      if (free_addresses.empty()) free_addresses.push_back(next_address += 0x40);
      call.after = free_addresses.back();
      free_addresses.pop_back();
      call.event.id = next_id++;
      live.emplace_back(call.event.id, call.after);
    }
    calls.push_back(call);
  }
  return calls;
}

std::vector<Event> EventsOf(const std::vector<Call>& calls) {
  std::vector<Event> events;
  for (const Call& call : calls) events.push_back(call.event);
  return events;
}

}  // namespace alloclab
