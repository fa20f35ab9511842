// The replay program of a trace in which the threads run side by side again: one array of
// operations for each, and the least that must be kept of their order.
//
//     thread 0   malloc s0 *   malloc s1     free s1
//                    |
//     thread 1       +--> wait(0, 1)   free s0   malloc s0
//
// Two threads depend on each other only through blocks: one frees or resizes what another has made.
// Before such an operation stands a kWait, unless an earlier one of the same thread has waited for
// as much already; the operation that is waited for is marked (*), and only after marked ones does
// a thread say how far it has come. All else is free to happen in any order: `partial order`.
//
// Invariants:
//   - Every wait is for an operation that comes before it in the trace, and each thread keeps its
//     own order. So of all operations not yet done, the first in the trace waits for nothing, and
//     no deadlock is possible.
//   - A slot is written and read by one thread at a time, with a wait in between: it belongs to the
//     thread that made the block in it, and from the operation that ends the block on to the thread
//     that did that. So slots wander, and a program in which one thread makes what another frees
//     has one for each such block.
//   - Threads take new slots by the cache line.
//
// What this order leaves out: that a thread did not exist yet, and waits for anything but memory.
// Two threads can run further apart than they did when they were recorded, and then more is live.
//
// Where the trace has times, a program can keep them: a kPause before an operation says how long
// after the start it may happen, if that is a pause or more after the last one said so. Threads are
// then never early by more than a pause. They may be late, and do not wait for a pause to make up.

#ifndef ALLOCLAB_TRACES_THREADED_PROGRAM_H_
#define ALLOCLAB_TRACES_THREADED_PROGRAM_H_

#include <cstdint>
#include <vector>

#include "traces/program.h"
#include "traces/trace_io.h"

namespace alloclab {

struct ThreadedProgram {
  // By the trace's number of the thread; a thread that makes no call has no operations. Waits are
  // operations.
  std::vector<Ops> threads;
  Ops tail;  // frees of what is live at the end, for one thread when all have come to theirs
  std::uint32_t slots = 0;
  std::uint64_t calls = 0;  // operations on the allocator, without the tail
  std::uint64_t waits = 0;
  std::uint64_t foreign_ends = 0;      // blocks freed or resized by a thread that did not make them
  std::uint64_t live_bytes_peak = 0;   // in the order of the trace
  std::uint64_t live_blocks_peak = 0;  // likewise
  std::uint64_t bytes_requested = 0;
};

// Threads of a trace that can be replayed side by side: each needs one of the system's.
inline constexpr std::uint32_t kMaxThreads = 4096;

// Shorter ones are not kept: the system does not sleep for less without being late.
inline constexpr std::uint64_t kShortestPauseNs = 100'000;

enum class KeepTimes : bool { kNo, kYes };

// Decodes a whole trace. Throws TraceError on a malformed one, one with more than kMaxThreads
// threads, with 2^32 slots, or with 2^32 operations in one thread, and on one without times when
// they are to be kept. O(events).
ThreadedProgram DecodeThreadedProgram(TraceReader& reader, KeepTimes times = KeepTimes::kNo);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_THREADED_PROGRAM_H_
