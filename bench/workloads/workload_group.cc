#include "bench/workloads/workload_group.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/ratio_record.h"
#include "bench/standing.h"
#include "bench/stats.h"
#include "bench/workloads/run_workload.h"

namespace alloclab::workloads {
namespace {

constexpr const char* kSystem = "system";

double Noise(const Baselines& baselines) {
  return NoiseOf(PairedRatio(baselines.again, baselines.system));
}

}  // namespace

void Cell::Add(const RunReport& report) {
  const auto operations = static_cast<double>(std::max<std::uint64_t>(report.operations, 1));
  ns_per_op.push_back(static_cast<double>(report.cpu_ns) / operations);
  elapsed_ns_per_op.push_back(static_cast<double>(report.elapsed_ns) / operations);
  faults_per_op.push_back(static_cast<double>(report.faults) / operations);
  switches.push_back(static_cast<double>(report.switches));
  resident_bytes_peak.push_back(static_cast<double>(report.resident_bytes_peak));
}

Group::Group(const WorkloadOptions& options, const Workload& workload, std::uint32_t threads,
             Progress& progress)
    : options_(options), workload_(workload), threads_(threads), progress_(progress) {
  for (const Candidate& candidate : options.allocators) cells_.push_back({candidate});
  again_.allocator = {kSystem, Table::kPreload, ""};
  progress_.Plan(options.limits.blocks * (cells_.size() + 1));
}

Baselines Group::FindBaselines() const {
  Baselines baselines;
  baselines.again = again_.elapsed_ns_per_op;
  for (const Cell& cell : cells_) {
    if (cell.allocator.name == kSystem && !cell.failed()) baselines.system = cell.elapsed_ns_per_op;
  }
  double least = HUGE_VAL;
  for (const Cell& cell : cells_) {
    if (cell.failed()) continue;
    const double median = PairedRatio(cell.elapsed_ns_per_op, baselines.system).median;
    if (median >= least) continue;
    least = median;
    baselines.best = cell.elapsed_ns_per_op;
  }
  return baselines;
}

// Those that are not known well enough, and with them the pair that they are held against.
std::vector<Cell*> Group::RowsOfBlock() {
  const std::vector<double> system = FindBaselines().system;
  std::vector<Cell*> rows, held_against;
  for (Cell& cell : cells_) {
    if (cell.failed()) continue;
    if (cell.allocator.name == kSystem) {
      held_against.push_back(&cell);
    } else if (!IsKnown(cell.elapsed_ns_per_op, system, options_.limits)) {
      rows.push_back(&cell);
    }
  }
  if (!again_.failed()) held_against.push_back(&again_);
  if (rows.empty() &&
      (again_.failed() || IsKnown(again_.elapsed_ns_per_op, system, options_.limits))) {
    return {};
  }
  rows.insert(rows.end(), held_against.begin(), held_against.end());
  return rows;
}

bool Group::RunBlock() {
  if (block_ >= options_.limits.blocks) return false;
  const std::vector<Cell*> rows = RowsOfBlock();
  for (const std::size_t i : BlockOrder(rows.size(), block_)) {
    if (options_.limits.IsInterrupted()) return false;
    Run(*rows[i]);
  }
  progress_.Skip(cells_.size() + 1 - rows.size());
  ++block_;
  return !rows.empty();
}

void Group::Run(Cell& cell) {
  progress_.Next(
      fmt::format("{}, {}: {}", workload_.name, ThreadsText(threads_), cell.allocator.name));
  RunRequest request;
  request.workload = workload_.name;
  request.library = cell.allocator.path;
  request.threads = threads_;
  request.work_percent = options_.work_percent;
  request.seed = options_.seed;
  request.memory_limit_bytes = options_.memory_limit_bytes;
  RunOutcome outcome = RunWorkload(options_.runner_path, request, options_.timeout);
  cell.reason = std::move(outcome.reason);
  if (!cell.failed()) cell.Add(outcome.report);
}

nlohmann::ordered_json Group::CellRecord(const Cell& cell, const Baselines& baselines) const {
  nlohmann::ordered_json record = {
      {"workload", workload_.name},
      {"threads", threads_},
      {"allocator", cell.allocator.name},
      {"status", cell.failed() ? "failed" : "ok"},
      {"reason", cell.reason},
  };
  if (cell.failed()) return record;
  const std::vector<double>& times = cell.elapsed_ns_per_op;
  record["ns_per_op_blocks"] = cell.ns_per_op;
  record["ns_per_op_median"] = Median(cell.ns_per_op);
  record["elapsed_ns_per_op_blocks"] = times;
  record["elapsed_ns_per_op_median"] = Median(times);
  AddRatio(record, PairedRatio(times, baselines.system), Noise(baselines));
  const Judgement behind_best = Judge(PairedRatio(times, baselines.best), Noise(baselines));
  record["leads"] = !baselines.best.empty() && behind_best.standing != Standing::kSlower;
  record["faults_per_op_median"] = Median(cell.faults_per_op);
  record["context_switches_median"] = Median(cell.switches);
  record["resident_bytes_peak_median"] = Median(cell.resident_bytes_peak);
  return record;
}

std::vector<nlohmann::ordered_json> Group::CellRecords() const {
  const Baselines baselines = FindBaselines();
  std::vector<nlohmann::ordered_json> records;
  for (const Cell& cell : cells_) records.push_back(CellRecord(cell, baselines));
  return records;
}

nlohmann::ordered_json Group::NoiseRecord() const {
  const Baselines baselines = FindBaselines();
  const Ratio ratio = PairedRatio(baselines.again, baselines.system);
  nlohmann::ordered_json record = {
      {"workload", workload_.name},
      {"threads", threads_},
      {"ns_per_op_blocks", again_.ns_per_op},
      {"elapsed_ns_per_op_blocks", baselines.again},
  };
  // By its own interval alone: there is no other pair to measure this one's noise.
  AddRatio(record, ratio, NoiseOf(Ratio{}));
  record["noise"] = nullptr;
  if (ratio.blocks > 0) record["noise"] = NoiseOf(ratio);
  return record;
}

}  // namespace alloclab::workloads
