// The calls of a trace on an allocator, each with the number of its event: a replay program
// (traces/program.h) that still knows where in the trace it is.

#ifndef ALLOCLAB_BENCH_HEAPMAP_CALLS_H_
#define ALLOCLAB_BENCH_HEAPMAP_CALLS_H_

#include <cstdint>
#include <vector>

#include "traces/op_memory.h"
#include "traces/program.h"
#include "traces/trace_io.h"

namespace alloclab {

struct Call {
  Op op;
  std::uint32_t event;
};

struct Calls {
  std::vector<Call, OpMemory<Call>> calls;
  std::uint32_t slots = 0;   // how many slots they use
  std::uint32_t events = 0;  // read, those that make no call among them
};

// What is read in full before it is replayed is bounded: 32 bytes an event.
inline constexpr std::uint64_t kMostEvents = std::uint64_t{1} << 24;

// Decodes the events before `to`, or all. Throws TraceError on a malformed trace, and on one with
// more than kMostEvents events before `to`. O(events).
Calls ReadCalls(TraceReader& reader, std::uint64_t to);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_CALLS_H_
