// One workload with one number of threads: all allocators on it, one block at a time.

#ifndef ALLOCLAB_BENCH_WORKLOADS_WORKLOAD_GROUP_H_
#define ALLOCLAB_BENCH_WORKLOADS_WORKLOAD_GROUP_H_

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/candidates/candidate.h"
#include "bench/process/progress.h"
#include "bench/statistics/block_loop.h"
#include "bench/statistics/block_rows.h"
#include "bench/workloads/compare_workloads.h"
#include "bench/workloads/workload.h"

namespace alloclab::workloads {

class Group {
 public:
  // The arguments outlive it.
  Group(const WorkloadOptions& options, const Workload& workload, std::uint32_t threads,
        Progress& progress);

  // The next block: every row that still needs one runs once, alone.
  BlockEnd RunBlock();

  std::vector<nlohmann::ordered_json> CellRecords() const;
  nlohmann::ordered_json NoiseRecord() const;

 private:
  RowRun Run(const Candidate& allocator);
  nlohmann::ordered_json CellRecord(std::size_t row) const;

  const WorkloadOptions& options_;
  const Workload& workload_;
  const std::uint32_t threads_;
  Progress& progress_;
  BlockRows rows_;  // of the allocators, in their order
};

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_WORKLOAD_GROUP_H_
