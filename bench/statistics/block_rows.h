// The rows of a comparison in blocks: allocators on one input, `system` among them, which take
// turns block by block, and what each of them is held against. Traces, workloads and programs are
// compared by this alone; they differ in what a run is.
//
// In every block `system` runs once more (the A/A pair), and its distance from itself is the noise
// that every other difference must exceed (standing.h). A difference is claimed only while both of
// the pair work: what fails once more has failed, and without `system` there is no ratio, and
// nobody leads. The other rows are run all the same, for their own figures.

#ifndef ALLOCLAB_BENCH_STATISTICS_BLOCK_ROWS_H_
#define ALLOCLAB_BENCH_STATISTICS_BLOCK_ROWS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "bench/statistics/block_loop.h"
#include "bench/statistics/stats.h"

namespace alloclab {

// What became of one run of a row.
struct RowRun {
  std::string reason = {};  // why it failed; empty when it did not
  // That were measured, the same ones in every run of a comparison. Rows are ranked by the first.
  std::vector<double> figures = {};
  bool interrupted = false;  // it was not waited for: nothing is known of it
};

class BlockRows {
 public:
  // Rows are numbered: `allocators` of them, of which `system` is one; then system once more; then
  // `companions` that run in every block beside them, and are not compared (a floor).
  BlockRows(std::size_t allocators, std::size_t system, std::size_t companions = 0);

  std::size_t size() const { return rows_.size(); }
  std::size_t allocators() const { return allocators_; }
  std::size_t system() const { return system_; }
  std::size_t again() const { return allocators_; }
  bool IsAllocator(std::size_t row) const { return row < allocators_; }
  std::size_t Companion(std::size_t number) const { return allocators_ + 1 + number; }
  bool HasCompanion() const { return size() > allocators_ + 1; }

  // What one run of the row gave; as Fail when it failed.
  void Add(std::size_t row, RowRun run);

  // A row that failed is not run again and has no figures. When it is system once more, `system`
  // fails with it: who cannot do it twice is nothing to hold others against.
  void Fail(std::size_t row, const std::string& reason);
  bool failed(std::size_t row) const { return !rows_[row].reason.empty(); }
  const std::string& reason(std::size_t row) const { return rows_[row].reason; }

  // The next block: every row that still needs one runs once, in an order of its own. Those whose
  // ratio is known well enough are left out, and with the last of them all.
  BlockEnd RunBlock(const BlockLimits& limits, const std::function<RowRun(std::size_t row)>& run);

  // The number of the next block, from 0. Those count, too, in which nothing was left to run.
  std::size_t block() const { return block_; }

  // One value for each block that the row ran in. Empty when it failed.
  std::vector<double> Values(std::size_t row, std::size_t figure = 0) const;

  // Of a row to `system`. Of no blocks when either failed.
  Ratio ToSystem(std::size_t row, std::size_t figure = 0) const;
  // Of system once more to itself, and what follows from it for others (standing.h).
  Ratio ToItself(std::size_t figure = 0) const { return ToSystem(again(), figure); }
  double Noise(std::size_t figure = 0) const;

  // Whether the allocator is not known to be slower than the one with the least median ratio.
  bool Leads(std::size_t row) const;

 private:
  struct Row {
    std::string reason = {};
    std::vector<std::vector<double>> runs = {};  // the figures of each
  };

  std::vector<std::size_t> RowsOfBlock(const BlockLimits& limits) const;
  bool IsKnownWell(std::size_t row, const BlockLimits& limits) const;
  std::vector<double> Best() const;

  std::size_t allocators_;
  std::size_t system_;
  std::vector<Row> rows_;
  std::size_t block_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_STATISTICS_BLOCK_ROWS_H_
