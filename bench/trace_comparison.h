// All allocators on one trace: its passes, one block of the timed one at a time.

#ifndef ALLOCLAB_BENCH_TRACE_COMPARISON_H_
#define ALLOCLAB_BENCH_TRACE_COMPARISON_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/cell.h"
#include "bench/compare.h"
#include "bench/progress.h"
#include "bench/runner.h"
#include "bench/trace_input.h"

namespace alloclab {

class TraceComparison {
 public:
  // Puts the program into a memory file, which lives as long as this object, and lets go of
  // `trace`'s own copy; the other arguments outlive it.
  TraceComparison(const CompareOptions& options, const std::vector<Candidate>& candidates,
                  TraceInput trace, Progress& progress);
  ~TraceComparison();
  TraceComparison(const TraceComparison&) = delete;
  TraceComparison& operator=(const TraceComparison&) = delete;

  // Each cell once, two at a time: no time is taken. A cell that fails is not run again.
  void RunChecked();
  void RunMemory();

  // The next block of both tables: every row that still needs one runs once, alone. False when none
  // does, or when the comparison was interrupted.
  bool RunBlock();

  const TraceInput& trace() const { return trace_; }
  // The records of the cells, in the order of the candidates, and of the A/A pairs, one a table.
  std::vector<nlohmann::ordered_json> CellRecords() const;
  std::vector<nlohmann::ordered_json> NoiseRecords() const;

 private:
  // What one table is timed with beside its allocators.
  struct Company {
    Table table;
    std::vector<Cell> floor;  // one, or none where threads run
    Cell again;               // system once more: the second of the A/A pair
  };

  Baselines BaselinesOf(const Company& company) const;
  std::vector<Cell*> RowsOfBlock(Company& company);
  std::size_t MostRowsOfBlock() const;
  std::size_t LatencyRunsOfBlock() const;
  bool WantsLatency(const Cell& cell) const;
  void RunEach(WorkerPass pass);
  void RunTimed(Cell& cell);
  void RunLatency(Cell& cell);
  WorkerOutcome RunWorker(const Cell& cell, WorkerPass pass);

  const CompareOptions& options_;
  TraceInput trace_;  // without its operations
  const std::uint64_t repetitions_;
  const Runner runner_;
  Progress& progress_;
  int image_fd_ = -1;
  int threaded_fd_ = -1;  // of the timed pass, when that is not serial
  std::vector<Cell> cells_;
  std::vector<Company> companies_;
  std::size_t block_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_TRACE_COMPARISON_H_
