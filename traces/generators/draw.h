// Draws a trace from a model.
//
// Each allocation draws its kind and size, then a lifetime from those of its class of sizes, and is
// freed when as many others have been made:
//
//     made     0 1 2 3 4 5 6        0 with lifetime 3 is freed after 3 was made and before 4 is,
//     freed            0            so that a model of the trace has the same lifetime in it
//
// Blocks due at the same time are freed in the order of their making. A kind that resizes takes one
// of those due instead of freeing it; where none is, it makes a block out of nothing, as realloc of
// NULL does. What is due after the end is freed at the end, what is never freed is not.
//
// An allocation is O(log live), and so is its free. Memory: the live set, without what is never
// freed.

#ifndef ALLOCLAB_TRACES_GENERATORS_DRAW_H_
#define ALLOCLAB_TRACES_GENERATORS_DRAW_H_

#include <cstdint>

#include "traces/generators/emitter.h"
#include "traces/generators/model.h"
#include "traces/generators/random.h"

namespace alloclab::generators {

struct DrawOptions {
  std::uint64_t allocations = 0;
  // Sizes and lifetimes of the model's means only: each as likely as any other up to twice the
  // mean, independent of each other (MEAN). All calls are malloc and free.
  bool means_only = false;
};

void DrawTrace(const TraceModel& model, const DrawOptions& options, Random& random, Emitter& out);

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_DRAW_H_
