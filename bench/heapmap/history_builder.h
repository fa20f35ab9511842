// Puts a history together from what is seen while a trace is replayed: blocks made and ended, spans
// held and given back, and now and then the allocator's own view of its overhead.
//
// Between two of those views overhead is what the last one showed, less what blocks have been made
// in and what has been given back since. So the invariants of history.h hold at every event,
// whatever the views show, as long as the allocator keeps its contract (C1, C2).

#ifndef ALLOCLAB_BENCH_HEAPMAP_HISTORY_BUILDER_H_
#define ALLOCLAB_BENCH_HEAPMAP_HISTORY_BUILDER_H_

#include <cstdint>
#include <vector>

#include "bench/heapmap/extent_log.h"
#include "bench/heapmap/history.h"
#include "bench/heapmap/recorded_pages.h"

namespace alloclab {

// The most blocks and extents of one history: about 32 bytes each here, and three in the page.
inline constexpr std::size_t kMostLives = std::size_t{1} << 23;

// The events to show: [from, to).
struct EventRange {
  std::uint32_t from;
  std::uint32_t to;
};

class HistoryBuilder : public RecordedPages::Listener {
 public:
  // `slots` as of Calls; `before` and `after` as of History.
  HistoryBuilder(EventRange range, std::uint32_t slots, std::uint64_t before, std::uint64_t after);

  // What is told from here on happens with this event; events only rise.
  void SetEvent(std::uint32_t event);

  void Held(std::uint64_t begin, std::uint64_t bytes) override;
  void GivenBack(std::uint64_t begin, std::uint64_t bytes) override;

  // The slot holds this block from now on; it held none.
  void Make(std::uint32_t slot, std::uint64_t payload, std::uint64_t requested,
            std::uint64_t usable);
  // The slot holds none from now on. Nothing when it held none.
  void End(std::uint32_t slot);
  void Refuse() { ++history_.refused; }

  // All overhead that belongs to no block: sorted, not overlapping.
  void Walked(const std::vector<Stretch>& overhead);

  // The history, on an axis of its own. Throws TraceError when there is nothing in it.
  History Finish() &&;

  // As Finish, where nothing is known of what is held: the axis is the pages that blocks touch.
  History FinishUnwalkable() &&;

 private:
  struct Slot {
    std::uint64_t payload;
    std::uint64_t requested;
    std::uint64_t usable;
    std::uint32_t made;
    bool is_live = false;
  };

  void CheckRoom() const;
  void EndAll();
  History PutOnAxis(std::vector<HeapRegion> regions);

  EventRange range_;
  std::uint32_t event_ = 0;
  std::vector<Slot> slots_;
  std::uint64_t live_bytes_ = 0;
  ExtentLog held_;
  ExtentLog overhead_;
  History history_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_HISTORY_BUILDER_H_
