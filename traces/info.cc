#include "traces/info.h"

#include <algorithm>

#include "traces/live_table.h"

namespace alloclab {
namespace {

// What must be remembered of a live allocation. `born` counts from 1, so that no live one equals
// the table's "not live".
struct Birth {
  std::uint64_t born = 0;
  std::uint64_t bytes = 0;

  friend bool operator==(const Birth&, const Birth&) = default;
};

class Summary {
 public:
  explicit Summary(TraceInfo& info) : info_(info) {}

  void Add(const Event& event) {
    ++info_.events;
    ++info_.events_by_kind[static_cast<std::size_t>(event.kind)];
    info_.failed += event.failed ? 1 : 0;
    info_.threads = std::max(info_.threads, std::uint64_t{event.thread} + 1);
    if (EndsAllocation(event)) End(event.ref);
    if (MakesAllocation(event)) Make(event);
  }

  void Finish() { info_.never_freed = live_blocks_; }

 private:
  void End(std::uint64_t id) {
    const Birth birth = live_.Take(id);
    live_bytes_ -= birth.bytes;
    --live_blocks_;
    info_.lifetimes.Add(info_.events - birth.born);
  }

  void Make(const Event& event) {
    const std::uint64_t requested = RequestedBytes(event);
    const std::uint64_t bytes = LiveBytes(requested);
    live_.Insert({info_.events, bytes});
    live_bytes_ += bytes;
    ++live_blocks_;
    ++info_.allocations;
    info_.bytes_requested += bytes;
    info_.sizes.Add(requested);
    info_.live_bytes_peak = std::max(info_.live_bytes_peak, live_bytes_);
    info_.live_blocks_peak = std::max(info_.live_blocks_peak, live_blocks_);
  }

  TraceInfo& info_;
  LiveTable<Birth> live_;
  std::uint64_t live_bytes_ = 0;
  std::uint64_t live_blocks_ = 0;
};

}  // namespace

TraceInfo SummarizeTrace(TraceReader& reader, std::uint64_t file_bytes) {
  TraceInfo info;
  info.metadata = reader.metadata();
  info.file_bytes = file_bytes;
  Summary summary(info);
  std::vector<Event> batch;
  while (reader.Next(batch)) {
    for (const Event& event : batch) summary.Add(event);
  }
  summary.Finish();
  info.warnings = reader.warnings();
  return info;
}

}  // namespace alloclab
