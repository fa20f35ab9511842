// A workload: what a thread does with malloc, a fixed amount of it whatever the time it takes.
//
// Each is a file of its own in this folder, and a line in workload_list.cc. It is deterministic:
// the calls of each thread depend on the seed, the number of threads and the amount of work, and on
// nothing that an allocator or the system's scheduler does.

#ifndef ALLOCLAB_BENCH_WORKLOADS_WORKLOAD_H_
#define ALLOCLAB_BENCH_WORKLOADS_WORKLOAD_H_

#include <cstddef>
#include <span>
#include <string_view>

#include "bench/workloads/member.h"

namespace alloclab::workloads {

struct Workload {
  std::string_view name;
  std::string_view stresses;  // a line: what of an allocator
  std::string_view source;    // where it comes from
  // Blocks that a thread keeps account of: so many are in memory for it (Member::blocks).
  std::size_t blocks_per_thread = 0;
  // It is about whose blocks lie on one line: a run reports how many do (Member::SetFirst).
  bool shares_lines = false;
  // What is there before the clock starts, made by the first thread; or null.
  void (*prepare)(Stage& stage) = nullptr;
  // What each thread does. It frees all that is live, its own and what was prepared for it.
  void (*run)(Member& member) = nullptr;
};

// All of them, in the order of the tables.
std::span<const Workload> AllWorkloads();

// Null when there is none of this name.
const Workload* FindWorkload(std::string_view name);

// In the files of the same names.
extern const Workload kLarson;
extern const Workload kProducerConsumer;
extern const Workload kCrossThreadFree;
extern const Workload kSawtooth;
extern const Workload kReallocGrowth;
extern const Workload kFalseSharingActive;   // false_sharing.cc
extern const Workload kFalseSharingPassive;  // likewise
extern const Workload kLargeBlocks;
extern const Workload kComb;
extern const Workload kThreadChurn;

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_WORKLOAD_H_
