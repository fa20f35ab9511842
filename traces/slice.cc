#include "traces/slice.h"

#include <fmt/format.h>

#include <unordered_map>
#include <vector>

#include "traces/event_kind.h"
#include "traces/survivors.h"

namespace alloclab {
namespace {

class Slicer {
 public:
  Slicer(TraceWriter& writer, std::uint64_t from, std::uint64_t to)
      : writer_(writer), from_(from), to_(to) {}

  // Leaves out as many events as the reader can jump over.
  void Begin(TraceReader& reader) { at_ = reader.SkipTowards(from_, survivors_); }

  bool Done() const { return at_ >= to_; }

  void Add(const Event& event) {
    if (at_ == from_) MakeInherited();
    if (at_ >= from_) {
      Copy(event);
    } else {
      survivors_.Follow(event);
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
  void MakeInherited() {
    survivors_.ForEach([&](std::uint64_t id, const Survivor& survivor) {
      writer_.Add(MakeAgain(survivor));
      inherited_[id] = counts_.inherited++;
    });
    made_ = survivors_.next_id();
    survivors_ = {};
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
  Survivors survivors_;     // of what comes before the slice
  std::unordered_map<std::uint64_t, std::uint64_t> inherited_;
  SliceCounts counts_;
};

}  // namespace

SliceCounts SliceTrace(TraceReader& reader, TraceWriter& writer, std::uint64_t from,
                       std::uint64_t to) {
  Slicer slicer(writer, from, to);
  slicer.Begin(reader);
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
