#include "fuzz/shrink.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "traces/event_kind.h"

namespace alloclab {
namespace {

// Takes away runs of calls, half of all at first, until no single one can go.
Events FewestCalls(Events events, const Property& holds) {
  for (std::size_t run = std::max<std::size_t>(events.size() / 2, 1);;) {
    bool smaller = false;
    for (std::size_t begin = 0; begin < events.size();) {
      std::vector<bool> keep(events.size(), true);
      const std::size_t end = std::min(begin + run, events.size());
      std::fill(keep.begin() + static_cast<std::ptrdiff_t>(begin),
                keep.begin() + static_cast<std::ptrdiff_t>(end), false);
      Events fewer = Select(events, keep);
      if (holds(fewer)) {
        events = std::move(fewer);
        smaller = true;  // what comes next is at `begin` now
      } else {
        begin = end;
      }
    }
    if (run == 1 && !smaller) return events;
    if (run > 1 || !smaller) run = std::max<std::size_t>(run / 2, 1);
  }
}

// The least value of one operand with which the property holds, as far as halving finds it.
void Least(Events& events, std::size_t index, std::uint64_t Event::* operand, std::uint64_t floor,
           const Property& holds) {
  const auto try_value = [&](std::uint64_t value) {
    const std::uint64_t before = events[index].*operand;
    if (value >= before) return false;
    Events changed = events;
    changed[index].*operand = value;
    // What frees or makes nothing any more changes its nature: numbered anew.
    changed = Select(changed, std::vector<bool>(changed.size(), true));
    if (changed.size() != events.size() || !holds(changed)) return false;
    events = std::move(changed);
    return true;
  };
  for (const std::uint64_t value : {floor, floor + 1, std::uint64_t{8}, std::uint64_t{16},
                                    std::uint64_t{24}, std::uint64_t{32}, std::uint64_t{64}}) {
    if (value >= floor && try_value(value)) return;
  }
  while (events[index].*operand > floor && try_value(events[index].*operand / 2)) {
  }
  std::uint64_t step = events[index].*operand / 4;
  for (; step != 0; step /= 2) {
    while (events[index].*operand - floor >= step && try_value(events[index].*operand - step)) {
    }
  }
}

void SmallestOperands(Events& events, const Property& holds) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const KindTraits& traits = TraitsOf(events[i].kind);
    if (traits.has_size) Least(events, i, &Event::size, 0, holds);
    if (traits.has_count) Least(events, i, &Event::count, 1, holds);
    if (traits.has_alignment) Least(events, i, &Event::alignment, 1, holds);
  }
}

// Plain calls in place of special ones.
void PlainestKinds(Events& events, const Property& holds) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (TraitsOf(events[i].kind).role != EventRole::kMakes && events[i].ref != kNoAllocation) {
      continue;
    }
    if (!CanFail(events[i].kind) || events[i].kind == EventKind::kMalloc) continue;
    Events changed = events;
    changed[i].kind = EventKind::kMalloc;
    changed[i].size = RequestedBytes(events[i]);
    changed[i] = Canonical(changed[i]);
    if (holds(changed)) events = std::move(changed);
  }
}

}  // namespace

Events Select(const Events& events, const std::vector<bool>& keep) {
  std::unordered_map<std::uint64_t, std::uint64_t> numbers;  // of what is live: old and new
  std::uint64_t next = 0;
  Events selected;
  for (std::size_t i = 0; i < events.size(); ++i) {
    Event event = events[i];
    if (!keep[i]) continue;
    if (event.ref != kNoAllocation) {
      const auto found = numbers.find(event.ref);
      if (found == numbers.end()) {
        if (TraitsOf(event.kind).role == EventRole::kFrees) continue;
        event.ref = kNoAllocation;
      } else {
        event.ref = found->second;
        if (EndsAllocation(event)) numbers.erase(found);
      }
    }
    const std::uint64_t before = event.id;
    event.id = kNoAllocation;
    if (MakesAllocation(event)) {
      event.id = next++;
      if (before != kNoAllocation) numbers[before] = event.id;
    }
    selected.push_back(event);
  }
  return selected;
}

Events Shrink(Events events, const Property& holds) {
  events = FewestCalls(std::move(events), holds);
  PlainestKinds(events, holds);
  SmallestOperands(events, holds);
  return FewestCalls(std::move(events), holds);
}

}  // namespace alloclab
