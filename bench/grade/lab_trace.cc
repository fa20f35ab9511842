#include "bench/grade/lab_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "traces/event_kind.h"

namespace alloclab::grade {
namespace {

// Events in memory as a trace.
class EventsReader : public TraceReader {
 public:
  explicit EventsReader(const std::vector<Event>& events) : events_(&events) {}
  const Metadata& metadata() const override { return metadata_; }
  bool Next(std::vector<Event>& batch) override {
    batch.clear();
    if (events_ != nullptr) batch = *std::exchange(events_, nullptr);
    return !batch.empty();
  }
  const std::vector<std::string>& warnings() const override { return warnings_; }

 private:
  const std::vector<Event>* events_;
  Metadata metadata_;
  std::vector<std::string> warnings_;
};

// False for what a lab is not asked.
bool ToLab(const Event& event, Event& lab) {
  const EventRole role = TraitsOf(event.kind).role;
  if (event.failed || role == EventRole::kNotice) return false;
  lab = {.id = event.id, .ref = event.ref};
  lab.kind = EventKind::kFree;
  if (role == EventRole::kFrees || !MakesAllocation(event)) return event.ref != kNoAllocation;
  lab.size = std::max<std::uint64_t>(RequestedBytes(event), 1);
  if (event.ref != kNoAllocation) {
    lab.kind = EventKind::kRealloc;
  } else {
    lab.kind = event.kind == EventKind::kCalloc ? EventKind::kCalloc : EventKind::kMalloc;
  }
  return true;
}

}  // namespace

std::vector<Event> LabEvents(const std::vector<Event>& events) {
  std::vector<Event> lab_events;
  lab_events.reserve(events.size());
  Event lab;
  for (const Event& event : events) {
    if (ToLab(event, lab)) lab_events.push_back(lab);
  }
  return lab_events;
}

LabTrace ReadLabTrace(const std::string& path, std::size_t most) {
  const std::unique_ptr<TraceReader> reader = OpenTrace(path);
  std::vector<Event> events;
  std::vector<Event> batch;
  while ((most == 0 || events.size() < most) && reader->Next(batch)) {
    events.insert(events.end(), batch.begin(), batch.end());
    if (most == 0 && events.size() > kMostEvents) {
      throw TraceError(fmt::format(
          "{}: has more than {} events, too many to grade with; cut it first: alloclab slice", path,
          kMostEvents));
    }
  }
  if (most != 0 && events.size() > most) events.resize(most);
  LabTrace trace{std::filesystem::path(path).stem(), LabEvents(events)};
  if (trace.events.empty()) {
    throw TraceError(
        fmt::format("{}: this trace is empty: it makes no call to grade with; name another", path));
  }
  return trace;
}

Program LabProgram(const std::vector<Event>& events) {
  EventsReader reader(events);
  return DecodeProgram(reader);
}

}  // namespace alloclab::grade
