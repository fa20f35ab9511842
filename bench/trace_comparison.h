// All allocators on one trace: the three passes, in the order in which they are run.

#ifndef ALLOCLAB_BENCH_TRACE_COMPARISON_H_
#define ALLOCLAB_BENCH_TRACE_COMPARISON_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/cell.h"
#include "bench/compare.h"
#include "bench/runner.h"
#include "bench/trace_input.h"

namespace alloclab {

class TraceComparison {
 public:
  // `number` counts the traces of the comparison from 0, for the progress. Puts the program into a
  // memory file, which lives as long as this object; the arguments outlive it.
  TraceComparison(const CompareOptions& options, const std::vector<Candidate>& candidates,
                  const TraceInput& trace, std::size_t number);
  ~TraceComparison();
  TraceComparison(const TraceComparison&) = delete;
  TraceComparison& operator=(const TraceComparison&) = delete;

  // The records of the cells, in the order of the candidates.
  std::vector<nlohmann::ordered_json> Run();

 private:
  void RunChecked();
  void RunTimed(Table table);
  void RunMemory();
  void RunBlock(std::size_t block, const std::vector<Cell*>& rows);
  WorkerOutcome RunWorker(Cell& cell, WorkerPass pass);
  void Report(const Cell& cell, WorkerPass pass);
  void SkipTo(std::size_t done) { done_ = done; }

  const CompareOptions& options_;
  const TraceInput& trace_;
  const Runner runner_;
  const int image_fd_;
  int threaded_fd_ = -1;  // of the timed pass, when that is not serial
  const std::uint64_t repetitions_;
  std::vector<Cell> cells_;
  std::vector<Cell> floors_;  // one for each table, or none
  std::vector<Table> tables_;
  std::size_t runs_of_one_trace_;
  std::size_t done_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_TRACE_COMPARISON_H_
