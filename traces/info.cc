#include "traces/info.h"

#include <algorithm>

#include "traces/live_table.h"
#include "traces/metadata.h"

namespace alloclab {
namespace {

// What must be remembered of a live allocation. `born` counts from 1, so that no live one equals
// the table's "not live".
struct Birth {
  std::uint64_t born = 0;
  std::uint64_t bytes = 0;
  std::uint32_t thread = 0;

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
    ThreadInfo& thread = ThreadOf(event);
    ++thread.events;
    if (EndsAllocation(event)) End(event, thread);
    if (MakesAllocation(event)) Make(event, thread);
    info_.live_curve.Add(live_bytes_);
    if (event.time != 0) {
      first_time_ = std::min(first_time_, event.time);
      last_time_ = std::max(last_time_, event.time);
    }
  }

  void Finish() {
    info_.never_freed = live_blocks_;
    const std::uint64_t hz = FactsFromMetadata("", info_.metadata).clock_hz;
    if (hz != 0 && last_time_ != 0) {
      info_.seconds = static_cast<double>(last_time_ - first_time_) / static_cast<double>(hz);
    }
  }

 private:
  ThreadInfo& ThreadOf(const Event& event) {
    if (event.thread >= TraceInfo::kThreadsMax) return others_;
    if (event.thread >= info_.by_thread.size()) info_.by_thread.resize(event.thread + 1);
    return info_.by_thread[event.thread];
  }

  void End(const Event& event, ThreadInfo& thread) {
    const Birth birth = live_.Take(event.ref);
    if (birth.thread != event.thread) {
      ++thread.foreign_ends;
      ++info_.foreign_ends;
    }
    live_bytes_ -= birth.bytes;
    --live_blocks_;
    info_.lifetimes.Add(info_.events - birth.born);
  }

  void Make(const Event& event, ThreadInfo& thread) {
    const std::uint64_t requested = RequestedBytes(event);
    const std::uint64_t bytes = LiveBytes(requested);
    live_.Insert({info_.events, bytes, event.thread});
    ++thread.allocations;
    thread.bytes_requested += bytes;
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
  ThreadInfo others_;  // with numbers that are too high
  std::uint64_t first_time_ = UINT64_MAX;
  std::uint64_t last_time_ = 0;
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
