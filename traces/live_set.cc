#include "traces/live_set.h"

#include <fmt/format.h>

#include "traces/event_kind.h"

namespace alloclab {
namespace {

std::string WhyMalformed(const Event& event) {
  const KindTraits& traits = TraitsOf(event.kind);
  if (event.failed && !CanFail(event.kind)) {
    return fmt::format("{} is marked as failed, which it cannot do", traits.name);
  }
  if (traits.role == EventRole::kFrees && event.ref == kNoAllocation) {
    return fmt::format("{} names no allocation; freeing NULL is an event of its own", traits.name);
  }
  return "";
}

}  // namespace

std::string LiveSet::Apply(Event& event) {
  if (static_cast<std::size_t>(event.kind) >= kEventKinds) {
    return fmt::format("there is no event kind {}", static_cast<int>(event.kind));
  }
  if (std::string why = WhyMalformed(event); !why.empty()) return why;
  event = Canonical(event);
  if (event.ref != kNoAllocation && table_.Find(event.ref) == nullptr) {
    return fmt::format("{} names allocation {}, which is not live", TraitsOf(event.kind).name,
                       event.ref);
  }
  if (EndsAllocation(event)) {
    bytes_ -= table_.Take(event.ref) - 1;
    --objects_;
  }
  event.id = kNoAllocation;
  if (MakesAllocation(event)) {
    const std::uint64_t bytes = LiveBytes(RequestedBytes(event));
    event.id = next_id_++;
    table_.Insert(bytes + 1);
    bytes_ += bytes;
    ++objects_;
  }
  return "";
}

void LiveSet::Resume(std::uint64_t next_id, const Survivors::Rows& live) {
  ResumedTable<std::uint64_t>::Rows sizes;
  sizes.reserve(live.size());
  bytes_ = 0;
  for (const auto& [id, survivor] : live) {
    const std::uint64_t bytes = LiveBytes(survivor.size());
    sizes.emplace_back(id, bytes + 1);
    bytes_ += bytes;
  }
  table_.Resume(next_id, std::move(sizes));
  next_id_ = next_id;
  objects_ = live.size();
}

}  // namespace alloclab
