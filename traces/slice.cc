#include "traces/slice.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "traces/event_kind.h"
#include "traces/live_table.h"

namespace alloclab {
namespace {

// What must be known of a live block to make it anew.
struct Made {
  std::uint64_t size_and_one = 0;  // 0: not live
  std::uint64_t alignment = 0;
  std::uint32_t thread = 0;

  friend bool operator==(const Made&, const Made&) = default;
};

class Slicer {
 public:
  Slicer(TraceWriter& writer, std::uint64_t from, std::uint64_t to)
      : writer_(writer), from_(from), to_(to) {}

  bool Done() const { return at_ >= to_; }

  void Add(const Event& event) {
    if (at_ == from_) MakeInherited();
    if (at_ >= from_) {
      Copy(event);
    } else {
      Follow(event);
    }
    ++at_;
  }

  SliceCounts Finish() {
    if (at_ == from_ && counts_.events == 0) MakeInherited();
    if (at_ < from_) {
      throw TraceError(
          fmt::format("the trace has {} events, so none begins at {}; give a --from "
                      "that is not above its length",
                      at_, from_));
    }
    writer_.Finish();
    return counts_;
  }

 private:
  void Follow(const Event& event) {
    if (EndsAllocation(event)) live_.Take(event.ref);
    if (event.id == kNoAllocation) return;
    const std::uint64_t size = std::min(RequestedBytes(event), UINT64_MAX - 1);
    live_.Insert({size + 1, event.alignment, event.thread});
    ++made_;
  }

  void MakeInherited() {
    live_.ForEach([&](std::uint64_t id, const Made& made) {
      Event event;
      event.kind = made.alignment == 0 ? EventKind::kMalloc : EventKind::kMemalign;
      event.size = made.size_and_one - 1;
      event.alignment = made.alignment;
      event.thread = made.thread;
      writer_.Add(event);
      inherited_[id] = counts_.inherited++;
    });
    live_ = {};
  }

  // Numbers of blocks made in the slice move by as many as were made before it and are dead.
  void Copy(Event event) {
    if (event.ref != kNoAllocation) {
      const auto found = inherited_.find(event.ref);
      if (found == inherited_.end()) {
        event.ref = event.ref - made_ + counts_.inherited;
      } else {
        event.ref = found->second;
        // Its old number is never used again, and a failed realloc does not end it.
        if (EndsAllocation(event)) inherited_.erase(found);
      }
    }
    writer_.Add(event);
    ++counts_.events;
  }

  TraceWriter& writer_;
  const std::uint64_t from_;
  const std::uint64_t to_;
  std::uint64_t at_ = 0;
  std::uint64_t made_ = 0;  // allocations before the slice
  LiveTable<Made> live_;    // before the slice
  std::unordered_map<std::uint64_t, std::uint64_t> inherited_;
  SliceCounts counts_;
};

}  // namespace

SliceCounts SliceTrace(TraceReader& reader, TraceWriter& writer, std::uint64_t from,
                       std::uint64_t to) {
  Slicer slicer(writer, from, to);
  std::vector<Event> batch;
  while (!slicer.Done() && reader.Next(batch)) {
    for (const Event& event : batch) {
      if (slicer.Done()) break;
      slicer.Add(event);
    }
  }
  return slicer.Finish();
}

}  // namespace alloclab
