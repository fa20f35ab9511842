// Runs a fuzz program on one variant: a checked replay over an arena of the program's size.

#ifndef ALLOCLAB_FUZZ_RUN_H_
#define ALLOCLAB_FUZZ_RUN_H_

#include "allocator/allocator.h"
#include "fuzz/program.h"
#include "traces/checked/checked.h"

namespace alloclab {

// The arena is kept for the life of the process, so that a run costs no large allocation. Not for
// several threads.
template <Allocator A>
CheckedResult RunFuzzProgram(const FuzzProgram& program) {
  static Arena& arena = *new Arena(kMaxArenaBytes);
  return ReplayCheckedFast<A>(program.events, arena, program.arena_bytes);
}

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_RUN_H_
