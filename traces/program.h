// The replay program: a trace made ready to run, 16 bytes an operation. Every decision that can be
// taken before the clock starts has been taken: names are dense slots (reused last in, first out),
// products are multiplied out, and events that make no call on the allocator are gone.

#ifndef ALLOCLAB_TRACES_PROGRAM_H_
#define ALLOCLAB_TRACES_PROGRAM_H_

#include <cstdint>
#include <vector>

#include "traces/op_memory.h"
#include "traces/trace_io.h"

namespace alloclab {

enum class OpKind : std::uint8_t {
  kMalloc = 0,   // slot <- malloc(size)
  kFree = 1,     // free(slot)
  kCalloc = 2,   // slot <- calloc(1, size)
  kRealloc = 3,  // slot <- realloc(slot, size)
  kAligned = 4,  // slot <- memalign(1 << alignment_log2, size)
  // Of programs for threads (threaded_program.h).
  kWait = 5,   // until thread `slot` has done `size` operations
  kPause = 6,  // until `size` nanoseconds after the start
};

// `kind` and `alignment_log2` share a word so that an operation is two machine words.
struct Op {
  std::uint32_t slot;
  OpKind kind;
  std::uint8_t alignment_log2;
  std::uint16_t awaited;  // 1: some thread waits for this one (threaded_program.h), else 0
  std::uint64_t size;     // bytes asked for; for kFree the bytes given up
};
static_assert(sizeof(Op) == 16);

using Ops = std::vector<Op, OpMemory<Op>>;

struct Program {
  Ops ops;
  std::uint32_t slots = 0;            // how many slots the operations use
  std::uint64_t live_bytes_peak = 0;  // requested bytes, at most live at once
  std::uint64_t live_blocks_peak = 0;
  std::uint64_t bytes_requested = 0;  // over the whole program
};

// Decodes a whole trace. Throws TraceError on a malformed one, or one with more than 2^32 live
// blocks. `memory` is used for the operations as far as it goes: pages that were written before
// need not be cleared by the system, which takes a third of the time of a first decoding.
Program DecodeProgram(TraceReader& reader, Ops memory = {});

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_PROGRAM_H_
