// A part of a trace that is a trace itself.
//
//     events   0 ........ from ............. to ........ end
//              |  live    |
//                 +-----> made anew, oldest first, then the events of [from, to)
//
// What was live at `from` is made first, by malloc (or memalign, where it had an alignment), on the
// thread that had made it: so every reference has its block, and live bytes are at each event what
// they were in the whole. Call sites of such blocks are not kept: they count as not known.

#ifndef ALLOCLAB_TRACES_SLICE_H_
#define ALLOCLAB_TRACES_SLICE_H_

#include <cstdint>

#include "traces/trace_io.h"

namespace alloclab {

struct SliceCounts {
  std::uint64_t inherited = 0;  // blocks made anew
  std::uint64_t events = 0;     // of [from, to), as far as the trace goes
};

// Copies the events [from, to) of `reader`, which is at its start, to `writer` and finishes it.
// Memory: the live set. O(to) events are read, from the last snapshot before `from` on where the
// trace has any. Throws TraceError, also when the trace ends before
// `from`; the writer then leaves no file behind.
SliceCounts SliceTrace(TraceReader& reader, TraceWriter& writer, std::uint64_t from,
                       std::uint64_t to);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_SLICE_H_
