// All allocators on one trace: its passes, one block of the timed one at a time.

#ifndef ALLOCLAB_BENCH_COMPARISON_TRACE_COMPARISON_H_
#define ALLOCLAB_BENCH_COMPARISON_TRACE_COMPARISON_H_

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/comparison/cell.h"
#include "bench/comparison/compare.h"
#include "bench/comparison/trace_input.h"
#include "bench/process/child_process.h"
#include "bench/process/progress.h"
#include "bench/statistics/block_loop.h"
#include "bench/statistics/block_rows.h"
#include "bench/worker/runner.h"

namespace alloclab {

class TraceComparison {
 public:
  // Puts the program into a memory file, which lives as long as this object, and lets go of
  // `trace`'s own copy; the other arguments outlive it.
  TraceComparison(const CompareOptions& options, const std::vector<Candidate>& candidates,
                  TraceInput trace, Progress& progress);
  TraceComparison(const TraceComparison&) = delete;
  TraceComparison& operator=(const TraceComparison&) = delete;

  // Each cell once, two at a time: no time is taken. A cell that fails is not run again.
  void RunChecked();
  void RunMemory();

  // The next block of both tables: every row that still needs one runs once, alone.
  BlockEnd RunBlock();

  const TraceInput& trace() const { return trace_; }
  // The records of the cells, in the order of the candidates, and of the A/A pairs, one a table.
  std::vector<nlohmann::ordered_json> CellRecords() const;
  std::vector<nlohmann::ordered_json> NoiseRecords() const;

 private:
  // The allocators of one table, each with its row, and beside them, where no threads run, the
  // floor.
  struct TableCells {
    Table table;
    std::vector<Cell> cells;
    BlockRows rows;
  };
  struct Place {
    TableCells* table;
    std::size_t row;
  };

  std::vector<Place> Cells();
  std::size_t CellCount() const;
  std::size_t MostRowsOfBlock() const;
  std::size_t LatencyRunsOfBlock() const;
  bool WantsLatency(const Cell& cell, const WorkerReport& timed) const;
  void RunEach(WorkerPass pass);
  RowRun RunTimed(TableCells& table, std::size_t row, std::size_t& ran);
  std::string RunLatency(Cell& cell, double ns_per_op);
  WorkerOutcome RunWorker(const Candidate& allocator, WorkerPass pass);

  const CompareOptions& options_;
  TraceInput trace_;  // without its operations
  const std::uint64_t repetitions_;
  const Runner runner_;
  Progress& progress_;
  const MemoryFile program_;
  std::optional<MemoryFile> threaded_;  // of the timed pass, when that is not serial
  std::vector<TableCells> tables_;
  std::size_t block_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_COMPARISON_TRACE_COMPARISON_H_
