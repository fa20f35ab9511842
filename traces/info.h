// What a trace is like: counted in one pass, for a person (PrintInfo) or a program (InfoToJson).

#ifndef ALLOCLAB_TRACES_INFO_H_
#define ALLOCLAB_TRACES_INFO_H_

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "traces/event_kind.h"
#include "traces/histogram.h"
#include "traces/live_curve.h"
#include "traces/trace_io.h"

namespace alloclab {

// What one thread did.
struct ThreadInfo {
  std::uint64_t events = 0;
  std::uint64_t allocations = 0;
  std::uint64_t bytes_requested = 0;
  std::uint64_t foreign_ends = 0;  // blocks it freed or resized that another had made
};

struct TraceInfo {
  // Threads that are looked at one by one; those with higher numbers are only counted.
  static constexpr std::uint32_t kThreadsMax = 4096;

  Metadata metadata;
  std::vector<std::string> warnings;  // of the reader
  std::uint64_t file_bytes = 0;       // 0 when not known

  std::uint64_t events = 0;
  std::array<std::uint64_t, kEventKinds> events_by_kind{};
  std::uint64_t failed = 0;           // calls that returned NULL
  std::uint64_t threads = 0;          // the highest thread number plus one; 0 in an empty trace
  std::uint64_t allocations = 0;      // made, by any kind
  std::uint64_t never_freed = 0;      // of these
  std::uint64_t live_bytes_peak = 0;  // requested bytes
  std::uint64_t live_blocks_peak = 0;
  std::uint64_t bytes_requested = 0;  // over the whole trace

  Histogram sizes;      // requested bytes of each allocation made
  Histogram lifetimes;  // of each allocation that ended: events from its making to its end
  LiveCurve live_curve;
  std::vector<ThreadInfo> by_thread;  // by number
  std::uint64_t foreign_ends = 0;     // over all threads
  double seconds = 0;                 // from the first time to the last; 0 when there are none

  // What the recorder says it lost or mixed up ("tainted"), empty when nothing.
  std::string taint() const { return FindMetadata(metadata, "tainted"); }
  double bytes_per_event() const {
    return events == 0 ? 0.0 : static_cast<double>(file_bytes) / static_cast<double>(events);
  }
};

// Reads the whole trace. `file_bytes` is its size as stored, 0 when not known. Memory: the live
// set. Throws TraceError.
TraceInfo SummarizeTrace(TraceReader& reader, std::uint64_t file_bytes);

// A page of text, in this order: metadata, warnings, counts, threads, sizes, lifetimes, what was
// live.
void PrintInfo(const TraceInfo& info, std::ostream& out);

// The same as an object; numbers are numbers, bytes and events as in TraceInfo.
nlohmann::json InfoToJson(const TraceInfo& info);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_INFO_H_
