#include "bench/trace_comparison.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/block_loop.h"
#include "bench/in_pairs.h"
#include "bench/stats.h"
#include "traces/replay/program_image.h"
#include "traces/replay/threaded_image.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

constexpr Table kTables[] = {Table::kInProcess, Table::kPreload};
constexpr const char* kFloor = "floor";
constexpr const char* kSystem = "system";

// Where a run takes longer than this, the latency pass runs in one block only.
constexpr std::uint64_t kLongNs = 1'000'000'000;

Cell EmptyCell(const std::string& trace, const Candidate& candidate) {
  Cell cell;
  cell.trace = trace;
  cell.allocator = candidate;
  return cell;
}

}  // namespace

TraceComparison::TraceComparison(const CompareOptions& options,
                                 const std::vector<Candidate>& candidates, TraceInput trace,
                                 Progress& progress)
    : options_(options),
      trace_(std::move(trace)),
      repetitions_(
          Repetitions(trace_.operations, trace_.decoded.bytes_requested, options.least_run)),
      runner_(options.worker_path, options.timeout),
      progress_(progress),
      image_fd_(WriteProgramImage(trace_.decoded)) {
  trace_.decoded.ops = {};
  const bool serial = options.mode == ReplayMode::kSerial;
  if (!serial) {
    const bool timed = options.mode == ReplayMode::kTimed;
    const std::unique_ptr<TraceReader> reader = OpenFirstEvents(trace_.path, options.first_events);
    threaded_fd_ = WriteThreadedImage(
        DecodeThreadedProgram(*reader, timed ? KeepTimes::kYes : KeepTimes::kNo));
  }
  for (const Candidate& candidate : candidates) cells_.push_back(EmptyCell(trace_.name, candidate));
  for (const Table table : kTables) {
    if (std::none_of(candidates.begin(), candidates.end(),
                     [table](const Candidate& candidate) { return candidate.table == table; })) {
      continue;
    }
    // The floor's plan is for the order of the trace.
    std::vector<Cell> floor;
    if (serial) floor.push_back(EmptyCell(trace_.name, {kFloor, table, ""}));
    companies_.push_back({table, std::move(floor), EmptyCell(trace_.name, {kSystem, table, ""})});
  }
  progress_.Plan(2 * cells_.size() + options_.limits.blocks * MostRowsOfBlock() +
                 std::min(options_.limits.blocks, options_.latency_blocks) * LatencyRunsOfBlock());
}

TraceComparison::~TraceComparison() {
  close(image_fd_);
  if (threaded_fd_ >= 0) close(threaded_fd_);
}

void TraceComparison::RunChecked() { RunEach(WorkerPass::kChecked); }
void TraceComparison::RunMemory() { RunEach(WorkerPass::kMemory); }

void TraceComparison::RunEach(WorkerPass pass) {
  InPairs(cells_.size(), [&](std::size_t i) {
    Cell& cell = cells_[i];
    if (cell.failed() || options_.limits.IsInterrupted()) return progress_.Skip(1);
    WorkerOutcome outcome = RunWorker(cell, pass);
    cell.reason = std::move(outcome.reason);
    if (pass == WorkerPass::kMemory) cell.memory = outcome.report.memory;
  });
}

std::size_t TraceComparison::MostRowsOfBlock() const {
  std::size_t rows = cells_.size();
  for (const Company& company : companies_) rows += company.floor.size() + 1;
  return rows;
}

bool TraceComparison::RunBlock() {
  if (block_ >= options_.limits.blocks) return false;
  std::size_t ran = 0;
  for (Company& company : companies_) {
    const std::vector<Cell*> rows = RowsOfBlock(company);
    for (const std::size_t i : BlockOrder(rows.size(), block_)) {
      if (options_.limits.IsInterrupted()) return false;
      RunTimed(*rows[i]);
      ++ran;
      if (!WantsLatency(*rows[i])) continue;
      RunLatency(*rows[i]);
      ++ran;
    }
  }
  progress_.Skip(MostRowsOfBlock() + LatencyRunsOfBlock() - ran);
  ++block_;
  return ran > 0;
}

// Those that are not known well enough, and with them all that they are held against.
std::vector<Cell*> TraceComparison::RowsOfBlock(Company& company) {
  std::vector<Cell*> unknown, held_against;
  const std::vector<double> system = BaselinesOf(company).system;
  for (Cell& cell : cells_) {
    if (cell.allocator.table != company.table || cell.failed()) continue;
    if (cell.allocator.name == kSystem) {
      held_against.push_back(&cell);
    } else if (!IsKnown(cell.ns_per_op, system, options_.limits)) {
      unknown.push_back(&cell);
    }
  }
  for (Cell& cell : company.floor) held_against.push_back(&cell);
  held_against.push_back(&company.again);
  if (unknown.empty() &&
      (company.again.failed() || IsKnown(company.again.ns_per_op, system, options_.limits)))
    return {};
  std::erase_if(held_against, [](const Cell* cell) { return cell->failed(); });
  unknown.insert(unknown.end(), held_against.begin(), held_against.end());
  return unknown;
}

void TraceComparison::RunTimed(Cell& cell) {
  WorkerOutcome outcome = RunWorker(cell, WorkerPass::kTime);
  cell.reason = std::move(outcome.reason);
  if (cell.failed()) return;
  const WorkerReport& report = outcome.report;
  const auto operations = static_cast<double>(std::max<std::uint64_t>(report.operations, 1));
  cell.ns_per_op.push_back(static_cast<double>(report.cpu_ns) / operations);
  cell.elapsed_ns_per_op.push_back(static_cast<double>(report.elapsed_ns) / operations);
  cell.faults_per_op.push_back(static_cast<double>(report.faults) / operations);
  cell.switches.push_back(static_cast<double>(report.switches));
  cell.loop_ns_per_op.push_back(report.loop_ns_per_op);
  cell.run_ns = report.cpu_ns;
}

// Threads would time each other's waits.
std::size_t TraceComparison::LatencyRunsOfBlock() const {
  return options_.mode == ReplayMode::kSerial && block_ < options_.latency_blocks ? cells_.size()
                                                                                  : 0;
}

// The floor, and the second of the A/A pair, have no calls of their own worth timing. Of what takes
// long one run has calls enough.
bool TraceComparison::WantsLatency(const Cell& cell) const {
  return LatencyRunsOfBlock() > 0 && !cell.failed() && !options_.limits.IsInterrupted() &&
         (cell.run_ns < kLongNs || cell.latency_over_time.empty()) &&
         std::any_of(cells_.begin(), cells_.end(),
                     [&cell](const Cell& own) { return &own == &cell; });
}

// Right after the timed run of the block, so that both met the same machine.
void TraceComparison::RunLatency(Cell& cell) {
  WorkerOutcome outcome = RunWorker(cell, WorkerPass::kLatency);
  cell.reason = std::move(outcome.reason);
  if (cell.failed()) return;
  const WorkerReport& report = outcome.report;
  const auto operations = static_cast<double>(std::max<std::uint64_t>(report.operations, 1));
  cell.latency_over_time.push_back(static_cast<double>(report.cpu_ns) / operations /
                                   cell.ns_per_op.back());
  for (std::size_t kind = 0; kind < kTimedKinds; ++kind) {
    cell.latency.kinds[kind].Add(report.latency.kinds[kind]);
  }
}

Baselines TraceComparison::BaselinesOf(const Company& company) const {
  Baselines baselines;
  if (!company.floor.empty()) {
    baselines.floor = company.floor[0].ns_per_op;
    baselines.loop = company.floor[0].loop_ns_per_op;
  }
  baselines.again = company.again.ns_per_op;
  for (const Cell& cell : cells_) {
    if (cell.allocator.table != company.table || cell.failed()) continue;
    if (cell.allocator.name == kSystem) baselines.system = cell.ns_per_op;
  }
  double least = HUGE_VAL;
  for (const Cell& cell : cells_) {
    if (cell.allocator.table != company.table || cell.failed()) continue;
    const double median = PairedRatio(cell.ns_per_op, baselines.system).median;
    if (median >= least) continue;
    least = median;
    baselines.best = cell.ns_per_op;
  }
  return baselines;
}

std::vector<nlohmann::ordered_json> TraceComparison::CellRecords() const {
  std::vector<nlohmann::ordered_json> records;
  for (const Company& company : companies_) {
    const Baselines baselines = BaselinesOf(company);
    for (const Cell& cell : cells_) {
      if (cell.allocator.table == company.table) records.push_back(CellRecord(cell, baselines));
    }
  }
  return records;
}

std::vector<nlohmann::ordered_json> TraceComparison::NoiseRecords() const {
  std::vector<nlohmann::ordered_json> records;
  for (const Company& company : companies_) {
    records.push_back(NoiseRecord(trace_.name, company.table, BaselinesOf(company)));
  }
  return records;
}

WorkerOutcome TraceComparison::RunWorker(const Cell& cell, WorkerPass pass) {
  progress_.Next(
      fmt::format("{}: {}, {} pass", trace_.name, cell.allocator.name, WorkerPassName(pass)));
  WorkerRequest request;
  request.pass = pass;
  const bool library = !cell.allocator.path.empty();
  request.allocator = library ? kSystem : std::string_view(cell.allocator.name);
  request.library = cell.allocator.path;
  request.touch = options_.touch;
  request.draw = block_;  // the figures of all blocks are put together
  request.held_is_resident = cell.allocator.table == Table::kPreload;
  // A timed program lasts as long as it did.
  request.repetitions = options_.mode == ReplayMode::kTimed ? 1 : repetitions_;
  request.memory_limit_bytes = options_.memory_limit_bytes;
  request.mode = options_.mode;
  request.time_scale = options_.time_scale;
  const bool threads = pass == WorkerPass::kTime && options_.mode != ReplayMode::kSerial;
  request.program_fd = threads ? threaded_fd_ : image_fd_;
  return runner_.Run(request, trace_.operations);
}

}  // namespace alloclab
