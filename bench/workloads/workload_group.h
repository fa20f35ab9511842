// One workload with one number of threads: all allocators on it, one block at a time.

#ifndef ALLOCLAB_BENCH_WORKLOADS_WORKLOAD_GROUP_H_
#define ALLOCLAB_BENCH_WORKLOADS_WORKLOAD_GROUP_H_

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/candidate.h"
#include "bench/progress.h"
#include "bench/workloads/compare_workloads.h"
#include "bench/workloads/run_report.h"
#include "bench/workloads/workload.h"

namespace alloclab::workloads {

// One allocator in a group. All vectors have one value for each block.
struct Cell {
  Candidate allocator;
  std::string reason = {};             // why it failed; empty while it has not
  std::vector<double> ns_per_op = {};  // processor time
  std::vector<double> elapsed_ns_per_op = {};
  std::vector<double> faults_per_op = {};
  std::vector<double> switches = {};
  std::vector<double> resident_bytes_peak = {};

  bool failed() const { return !reason.empty(); }
  void Add(const RunReport& report);
};

// The elapsed times that all rows of a group are held against. Empty where that row failed.
struct Baselines {
  std::vector<double> system = {};
  std::vector<double> again = {};  // system once more
  std::vector<double> best = {};   // the row with the least median ratio to system
};

class Group {
 public:
  // The arguments outlive it.
  Group(const WorkloadOptions& options, const Workload& workload, std::uint32_t threads,
        Progress& progress);

  // The next block: every row that still needs one runs once, alone. False when none does, or when
  // the comparison was interrupted.
  bool RunBlock();

  std::vector<nlohmann::ordered_json> CellRecords() const;
  nlohmann::ordered_json NoiseRecord() const;

 private:
  Baselines FindBaselines() const;
  std::vector<Cell*> RowsOfBlock();
  void Run(Cell& cell);
  nlohmann::ordered_json CellRecord(const Cell& cell, const Baselines& baselines) const;

  const WorkloadOptions& options_;
  const Workload& workload_;
  const std::uint32_t threads_;
  Progress& progress_;
  std::vector<Cell> cells_;
  Cell again_;  // system once more: the second of the A/A pair
  std::size_t block_ = 0;
};

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_WORKLOAD_GROUP_H_
