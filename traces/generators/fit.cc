#include "traces/generators/fit.h"

#include <algorithm>
#include <bit>

#include "traces/event_kind.h"

namespace alloclab::generators {
namespace {

constexpr std::size_t kMostPoints = 512;

}  // namespace

void Fitter::Add(const Event& event) {
  if (EndsAllocation(event)) End(event.ref);
  if (MakesAllocation(event)) Make(event);
}

void Fitter::End(std::uint64_t id) {
  const Birth birth = live_.Take(id);
  Class& of_size = classes_[birth.bits - 1];
  --of_size.never_freed;
  of_size.lifetimes.Add(next_id_ - 1 - id);
  live_bytes_ -= birth.bytes;
  --live_blocks_;
}

void Fitter::Make(const Event& event) {
  // What no allocator grants counts for nothing, as in the live bytes of a trace.
  const std::uint64_t bytes = LiveBytes(RequestedBytes(event));
  const auto bits = static_cast<std::uint32_t>(std::bit_width(bytes));
  live_.Insert({bits + 1, bytes});
  ++next_id_;
  live_bytes_ += bytes;
  ++live_blocks_;
  Kind& kind = kinds_[event.kind];
  kind.sizes.Add(bytes);
  if (TraitsOf(event.kind).has_alignment) {
    const auto width = static_cast<std::uint64_t>(std::bit_width(event.alignment));
    kind.alignments.Add(std::clamp<std::uint64_t>(width, 1, 63) - 1);
  }
  ++classes_[bits].never_freed;
  if (next_id_ % stride_ == 0) AddPoint();
}

//   | 1 2 3 4 5 6 7 8 |   ->   | 2 4 6 8 |   and from now on only every second is added
void Fitter::AddPoint() {
  points_.push_back({next_id_, live_bytes_, live_blocks_});
  if (points_.size() < kMostPoints) return;
  for (std::size_t i = 0; i < kMostPoints / 2; ++i) points_[i] = points_[2 * i + 1];
  points_.resize(kMostPoints / 2);
  stride_ *= 2;
}

TraceModel Fitter::Finish() const {
  TraceModel model;
  model.allocations = next_id_;
  for (const auto& [kind, counts] : kinds_) {
    model.kinds.push_back({kind, counts.sizes.Take(), counts.alignments.Take()});
  }
  for (const auto& [bits, counts] : classes_) {
    model.classes.push_back({bits, counts.never_freed, counts.lifetimes.Take()});
  }
  model.live = points_;
  return model;
}

TraceModel FitModel(TraceReader& reader) {
  Fitter fitter;
  std::vector<Event> batch;
  while (reader.Next(batch)) {
    for (const Event& event : batch) fitter.Add(event);
  }
  TraceModel model = fitter.Finish();
  if (model.allocations == 0 || model.allocations > kMostModelAllocations) {
    throw TraceError(
        "a model needs a trace with at least one allocation, and at most 2^32; give another trace");
  }
  return model;
}

}  // namespace alloclab::generators
