// Turns the records of one process image into the events of a trace: addresses become allocation
// numbers, raw thread numbers dense ones.
//
// Memory is bounded by the blocks live at one moment and the number of threads. What does not fit
// together is counted, never dropped in silence.

#ifndef ALLOCLAB_TRACES_RECORDER_IMAGE_MERGE_H_
#define ALLOCLAB_TRACES_RECORDER_IMAGE_MERGE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "traces/event.h"
#include "traces/recorder/call_sites.h"
#include "traces/recorder/live_blocks.h"
#include "traces/recorder/raw_image.h"
#include "traces/recorder/raw_record.h"
#include "traces/recorder/thread_merge.h"
#include "traces/trace_io.h"

namespace alloclab::recorder {

// A checksum of the live bytes after every event that changed the live set, one after the other.
class LiveCurveSum {
 public:
  void Add(std::uint64_t live_bytes) { sum_ = (sum_ ^ live_bytes) * 0x100000001b3; }
  friend bool operator==(const LiveCurveSum&, const LiveCurveSum&) = default;

 private:
  std::uint64_t sum_ = 0xcbf29ce484222325;
};

struct MergeCounts {
  std::uint64_t events = 0;
  LiveCurveSum live_curve;               // by address, whatever numbers the blocks got
  std::uint64_t inherited = 0;           // blocks that came from the parent of a fork
  std::uint64_t unmatched_frees = 0;     // of addresses that are not live
  std::uint64_t unmatched_reallocs = 0;  // likewise; kept as allocations
  std::uint64_t inversions = 0;          // allocations at an address that is live
  std::uint64_t broken_reallocs = 0;     // an end is missing though the thread went on
};

class ImageMerge {
 public:
  // Called at a fork, with the child's process id and the blocks live at that moment.
  using ForkVisitor = std::function<void(std::uint64_t fork_stamp, const LiveBlocks& live)>;

  // `writer` null: only counts. `visit_fork` may be empty. `time_step`, a power of two, is what
  // times are rounded down to, in ticks; 0: events have no times. `sites` numbers the call sites.
  ImageMerge(const RawImage& image, LiveBlocks inherited, CallSites& sites, TraceWriter* writer,
             ForkVisitor visit_fork, std::uint64_t time_step = 0);

  // To be called once. Throws what the writer throws.
  MergeCounts Run();

 private:
  // A realloc under way in a thread: its old block is neither live nor gone.
  struct Pending {
    bool begun = false;
    bool matched = false;
    LiveBlock old;
  };
  struct Thread {
    bool started = false;
    bool ended = false;
    std::uint32_t number = 0;
    std::uint32_t site = 0;  // of the allocation whose record is next
    Pending pending;
  };

  void AddInherited();
  void StartThread(Thread& thread);
  void Take(const RawRecord& record, std::size_t thread_index);
  void Emit(Event event);
  void EmitAllocation(Event event, std::uint64_t address);
  void EndBlock(LiveBlock block, std::uint32_t thread);
  void Free(const RawRecord& record, std::uint32_t thread);
  void BeginRealloc(std::uint64_t address, Thread& thread);
  void EndRealloc(Event event, std::uint64_t address, Thread& thread);
  void RestorePending(Thread& thread);
  void Fork(const RawRecord& record, std::uint32_t thread);

  ThreadMerge records_;
  LiveBlocks live_;
  CallSites& sites_;
  TraceWriter* writer_;
  ForkVisitor visit_fork_;
  std::uint64_t time_step_;
  std::uint64_t time_ = 0;  // of the record under work
  std::vector<Thread> threads_;
  std::uint32_t threads_started_ = 0;
  bool first_start_emitted_ = false;
  std::uint64_t next_id_ = 0;
  std::uint64_t pending_bytes_ = 0;  // of old blocks of reallocs under way, which are still live
  MergeCounts counts_;
};

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_IMAGE_MERGE_H_
