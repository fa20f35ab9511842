// A record put together by hand, in which `x` was run on four traces: twice as fast, slower, not
// known, failed.

#ifndef ALLOCLAB_BENCH_PUBLISH_FOUR_TRACES_H_
#define ALLOCLAB_BENCH_PUBLISH_FOUR_TRACES_H_

#include <vector>

#include "bench/publish/made_record.h"

namespace alloclab::publish {

// Cells 0 to 3 are of `system` on a, b, c and d, cells 4 to 7 of `x` there.
inline Json FourTraces() {
  std::vector<Json> traces, cells, noise;
  for (const char* name : {"a", "b", "c", "d"}) {
    traces.push_back(MadeTrace(name));
    cells.push_back(CellJson({.trace = name, .allocator = "system", .leads = *name == 'b'}));
    noise.push_back(NoiseJson(name, 1.01));
  }
  cells.push_back(CellJson({.trace = "a",
                            .allocator = "x",
                            .ratio = 0.5,
                            .low = 0.48,
                            .high = 0.52,
                            .standing = "faster",
                            .leads = true,
                            .held_bytes = 2000,
                            .resident_bytes = 2000}));
  cells.push_back(CellJson({.trace = "b",
                            .allocator = "x",
                            .ratio = 2,
                            .low = 1.9,
                            .high = 2.1,
                            .standing = "slower",
                            .held_bytes = 8000,
                            .resident_bytes = 8000}));
  cells.push_back(CellJson({.trace = "c",
                            .allocator = "x",
                            .ratio = 0.125,
                            .low = 0.1,
                            .high = 1.1,
                            .standing = "unresolved",
                            .leads = true,
                            .held_bytes = 4000,
                            .resident_bytes = 4000}));
  cells.push_back(FailedCell("d", "x", "killed by SIGSEGV"));
  return MadeRecord(traces, {AllocatorJson("x"), AllocatorJson("system")}, cells, noise);
}

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_FOUR_TRACES_H_
