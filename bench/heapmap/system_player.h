// The history of a heap that cannot be seen into: the process's own malloc.
//
// Where its blocks lie is the system's choice, another in every process. What repeats is the place
// of a block inside of its heap, so addresses are made up from that: heaps (64 MiB of addresses
// each, in glibc) go one after the other in the order of their first blocks, and blocks that have a
// mapping of their own (glibc's from 128 KiB on) lie above them, each at the lowest free place.

#ifndef ALLOCLAB_BENCH_HEAPMAP_SYSTEM_PLAYER_H_
#define ALLOCLAB_BENCH_HEAPMAP_SYSTEM_PLAYER_H_

#include <functional>

#include "bench/heapmap/calls.h"
#include "bench/heapmap/history_builder.h"

namespace alloclab {

// Throws TraceError as RecordHistory. Takes memory for the addresses of all calls beforehand, so
// that nothing but the calls reaches malloc while they are played.
History PlayOnSystem(const Calls& calls, EventRange range,
                     const std::function<void(double)>& progress);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_SYSTEM_PLAYER_H_
