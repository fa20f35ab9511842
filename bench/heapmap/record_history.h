// Replays a trace on a variant and writes down the history of its heap.

#ifndef ALLOCLAB_BENCH_HEAPMAP_RECORD_HISTORY_H_
#define ALLOCLAB_BENCH_HEAPMAP_RECORD_HISTORY_H_

#include <cstdint>
#include <functional>
#include <string>

#include "bench/heapmap/history.h"
#include "traces/trace_io.h"

namespace alloclab {

struct HistoryOptions {
  std::string allocator;          // a name of Variants
  std::uint64_t from = 0;         // the first event shown
  std::uint64_t to = UINT64_MAX;  // the event after the last
  // Called now and then with the share of the replay that is done, 0 to 1.
  std::function<void(double)> progress = {};
};

// The history of the events [from, to) of the trace; what comes before is replayed, too, for blocks
// live from it. `trace` and `path` of the result are left to the caller. The same trace and options
// give the same history in every process. `system` is run in a thread of its own, which glibc gives
// an arena of its own, so that nothing else of this process lies in between.
//
// Throws TraceError: a malformed trace, no event or no memory in the range, more events or blocks
// than one picture can hold. O(events log live), and views of the heap that cost about as much.
History RecordHistory(TraceReader& reader, const HistoryOptions& options);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_RECORD_HISTORY_H_
