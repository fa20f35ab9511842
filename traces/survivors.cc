#include "traces/survivors.h"

#include <algorithm>
#include <utility>

#include "traces/event_kind.h"

namespace alloclab {

void Survivors::Resume(std::uint64_t next_id, Rows live) {
  next_id_ = next_id;
  table_.Resume(next_id, std::move(live));
}

void Survivors::Follow(const Event& event) {
  if (EndsAllocation(event)) table_.Take(event.ref);
  if (event.id == kNoAllocation) return;
  const std::uint64_t size = std::min(RequestedBytes(event), UINT64_MAX - 1);
  table_.Insert({size + 1, event.alignment, event.thread});
  ++next_id_;
}

Event MakeAgain(const Survivor& survivor) {
  Event event;
  event.kind = survivor.alignment == 0 ? EventKind::kMalloc : EventKind::kMemalign;
  event.size = survivor.size();
  event.alignment = survivor.alignment;
  event.thread = survivor.thread;
  return event;
}

}  // namespace alloclab
