// The history of a heap: every block, every stretch of the allocator's own, and every span held
// from the system, each with the event at which it came and the event at which it went.
//
// Time is the event: event e of the trace, counted from 0, and "at e" means right after it. What
// came with event m and went with event g is there at every e with m <= e < g: a rectangle in the
// plane of event and address. Space is an axis without large gaps: the regions that were ever
// held, one after the other.
//
// Invariants: at any event no two blocks (with `before` and `after` around them) share a byte, no
// block shares one with `overhead`, and both lie inside of what is held. So what is held and is
// neither is free, and every byte of the axis has one state (raster.h) at every event.

#ifndef ALLOCLAB_BENCH_HEAPMAP_HISTORY_H_
#define ALLOCLAB_BENCH_HEAPMAP_HISTORY_H_

#include <cstdint>
#include <string>
#include <vector>

namespace alloclab {

// One block of the program, from the call that made it to the one that freed or resized it.
struct BlockLife {
  std::uint64_t offset;     // of the payload, on the axis, in bytes
  std::uint64_t requested;  // bytes
  std::uint64_t usable;     // bytes, at least as many
  std::uint32_t made;       // event; may lie before the history's `from`
  std::uint32_t ended;      // event; the history's `to` when it was still live
  bool operator==(const BlockLife&) const = default;
};

// A stretch of something else, while it keeps its place and length.
struct Extent {
  std::uint64_t offset;
  std::uint64_t bytes;
  std::uint32_t made;
  std::uint32_t ended;
  bool operator==(const Extent&) const = default;
};

// A part of the axis: `bytes` bytes that lay side by side from `address` on, as told by the page
// source (relative to its beginning) or, of `system`, made up.
struct HeapRegion {
  std::uint64_t address;
  std::uint64_t bytes;
  bool operator==(const HeapRegion&) const = default;
};

// From this event on, until the next.
struct HeldPeak {
  std::uint32_t event;
  std::uint64_t bytes;
  bool operator==(const HeldPeak&) const = default;
};

struct History {
  std::string trace;      // what to call it
  std::string path;       // how the command line names it
  std::string allocator;  // the variant
  std::uint32_t from = 0;
  std::uint32_t to = 0;  // the event after the last
  // False where nobody can see into the heap: then there is no overhead, all of the axis counts as
  // held, and what is no block is unknown.
  bool is_walkable = true;
  // What each block has of the allocator's right before its payload and behind its usable bytes.
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  std::uint64_t refused = 0;  // calls that got null here though the trace's did not
  std::uint64_t walks = 0;    // how often the allocator was asked for its own view
  // The most bytes that live blocks requested before `from`.
  std::uint64_t live_peak_before = 0;
  std::vector<HeapRegion> regions;
  std::vector<BlockLife> blocks;  // by `made`
  std::vector<Extent> overhead;   // by `made`, then by offset; likewise:
  std::vector<Extent> held;
  // What `alloclab shrink` measures by: each time that more is held than ever over an arena which
  // gives what is asked for, from the first event of the trace on; known up to event `arena_to`.
  std::vector<HeldPeak> arena_peaks;
  std::uint32_t arena_to = 0;

  std::uint64_t axis_bytes() const {
    std::uint64_t sum = 0;
    for (const HeapRegion& region : regions) sum += region.bytes;
    return sum;
  }
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_HISTORY_H_
