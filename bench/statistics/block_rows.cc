#include "bench/statistics/block_rows.h"

#include <cmath>
#include <utility>

#include "bench/statistics/standing.h"

namespace alloclab {

BlockRows::BlockRows(std::size_t allocators, std::size_t system, std::size_t companions)
    : allocators_(allocators), system_(system), rows_(allocators + 1 + companions) {}

void BlockRows::Add(std::size_t row, RowRun run) {
  if (!run.reason.empty()) return Fail(row, run.reason);
  rows_[row].runs.push_back(std::move(run.figures));
}

void BlockRows::Fail(std::size_t row, const std::string& reason) {
  rows_[row].reason = reason;
  if (row == again() && !failed(system_)) rows_[system_].reason = reason;
}

BlockEnd BlockRows::RunBlock(const BlockLimits& limits,
                             const std::function<RowRun(std::size_t row)>& run) {
  if (block_ >= limits.blocks) return BlockEnd::kNothingToRun;
  const std::vector<std::size_t> rows = RowsOfBlock(limits);
  for (const std::size_t i : BlockOrder(rows.size(), block_)) {
    if (limits.IsInterrupted()) return BlockEnd::kCut;
    RowRun outcome = run(rows[i]);
    if (outcome.interrupted) return BlockEnd::kCut;
    Add(rows[i], std::move(outcome));
  }
  ++block_;
  return rows.empty() ? BlockEnd::kNothingToRun : BlockEnd::kCompleted;
}

// Those that are not known well enough, and with them all that they are held against.
std::vector<std::size_t> BlockRows::RowsOfBlock(const BlockLimits& limits) const {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < allocators_; ++row) {
    if (row == system_ || failed(row) || IsKnownWell(row, limits)) continue;
    rows.push_back(row);
  }
  const bool pair = !failed(system_);
  if (rows.empty() && (!pair || IsKnownWell(again(), limits))) return {};
  if (pair) rows.push_back(system_);
  for (std::size_t row = Companion(0); row < size(); ++row) {
    if (!failed(row)) rows.push_back(row);
  }
  if (pair) rows.push_back(again());
  return rows;
}

bool BlockRows::IsKnownWell(std::size_t row, const BlockLimits& limits) const {
  return IsKnown(Values(row), Values(system_), limits);
}

std::vector<double> BlockRows::Values(std::size_t row, std::size_t figure) const {
  std::vector<double> values;
  if (failed(row)) return values;
  for (const std::vector<double>& run : rows_[row].runs) values.push_back(run[figure]);
  return values;
}

Ratio BlockRows::ToSystem(std::size_t row, std::size_t figure) const {
  return PairedRatio(Values(row, figure), Values(system_, figure));
}

// What Ratio::median of the pair would be, without its interval.
double BlockRows::Noise(std::size_t figure) const {
  return NoiseOf({.median = PairedMedian(Values(again(), figure), Values(system_, figure))});
}

// Its times; none without `system`, for then nothing says how two rows compare.
std::vector<double> BlockRows::Best() const {
  const std::vector<double> system = Values(system_);
  std::vector<double> best;
  double least = HUGE_VAL;
  for (std::size_t row = 0; row < allocators_ && !system.empty(); ++row) {
    const std::vector<double> times = Values(row);
    const double median = PairedMedian(times, system);
    if (times.empty() || median >= least) continue;
    least = median;
    best = times;
  }
  return best;
}

bool BlockRows::Leads(std::size_t row) const {
  const Ratio behind = PairedRatio(Values(row), Best());
  return behind.blocks > 0 && Judge(behind, Noise()).standing != Standing::kSlower;
}

}  // namespace alloclab
