#include "bench/comparison/trace_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/process/in_pairs.h"
#include "bench/statistics/block_loop.h"
#include "bench/statistics/stats.h"
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

std::vector<Candidate> InTable(const std::vector<Candidate>& candidates, Table table) {
  std::vector<Candidate> chosen;
  for (const Candidate& candidate : candidates) {
    if (candidate.table == table) chosen.push_back(candidate);
  }
  return chosen;
}

// Of a run that did not fail.
std::vector<double> Figures(const WorkerReport& report) {
  const auto operations = static_cast<double>(std::max<std::uint64_t>(report.operations, 1));
  std::vector<double> figures(kLoopNsPerOp + 1);
  figures[kNsPerOp] = static_cast<double>(report.cpu_ns) / operations;
  figures[kElapsedNsPerOp] = static_cast<double>(report.elapsed_ns) / operations;
  figures[kFaultsPerOp] = static_cast<double>(report.faults) / operations;
  figures[kSwitches] = static_cast<double>(report.switches);
  figures[kLoopNsPerOp] = report.loop_ns_per_op;
  return figures;
}

}  // namespace

TraceComparison::TraceComparison(const CompareOptions& options,
                                 const std::vector<Candidate>& candidates, TraceInput trace,
                                 Progress& progress)
    : options_(options),
      trace_(std::move(trace)),
      repetitions_(Repetitions(trace_.operations,
                               trace_.decoded.bytes_requested / TouchStrideBytes(options.touch),
                               options.least_run)),
      runner_(options.worker_path, options.timeout),
      progress_(progress),
      program_(WriteProgramImage(trace_.decoded)) {
  trace_.decoded.ops = {};
  const bool serial = options.mode == ReplayMode::kSerial;
  if (!serial) {
    const bool timed = options.mode == ReplayMode::kTimed;
    const std::unique_ptr<TraceReader> reader = OpenFirstEvents(trace_.path, options.first_events);
    threaded_.emplace(WriteThreadedImage(
        DecodeThreadedProgram(*reader, timed ? KeepTimes::kYes : KeepTimes::kNo)));
  }
  for (const Table table : kTables) {
    const std::vector<Candidate> allocators = InTable(candidates, table);
    if (allocators.empty()) continue;
    // The floor's plan is for the order of the trace.
    BlockRows rows(allocators.size(), PlaceOfSystem(allocators), serial ? 1 : 0);
    tables_.push_back({table, {}, std::move(rows)});
    for (const Candidate& allocator : allocators) {
      tables_.back().cells.push_back({.trace = trace_.name, .allocator = allocator});
    }
  }
  progress_.Plan(2 * CellCount() + options_.limits.blocks * MostRowsOfBlock() +
                 std::min(options_.limits.blocks, options_.latency_blocks) * LatencyRunsOfBlock());
}

void TraceComparison::RunChecked() { RunEach(WorkerPass::kChecked); }
void TraceComparison::RunMemory() { RunEach(WorkerPass::kMemory); }

std::vector<TraceComparison::Place> TraceComparison::Cells() {
  std::vector<Place> cells;
  for (TableCells& table : tables_) {
    for (std::size_t row = 0; row < table.cells.size(); ++row) cells.push_back({&table, row});
  }
  return cells;
}

void TraceComparison::RunEach(WorkerPass pass) {
  const std::vector<Place> cells = Cells();
  InPairs(cells.size(), [&](std::size_t i) {
    const auto [table, row] = cells[i];
    if (table->rows.failed(row) || options_.limits.IsInterrupted()) return progress_.Skip(1);
    const WorkerOutcome outcome = RunWorker(table->cells[row].allocator, pass);
    if (!outcome.reason.empty()) table->rows.Fail(row, outcome.reason);
    if (pass == WorkerPass::kMemory) table->cells[row].memory = outcome.report.memory;
  });
}

std::size_t TraceComparison::CellCount() const {
  std::size_t cells = 0;
  for (const TableCells& table : tables_) cells += table.cells.size();
  return cells;
}

std::size_t TraceComparison::MostRowsOfBlock() const {
  std::size_t rows = 0;
  for (const TableCells& table : tables_) rows += table.rows.size();
  return rows;
}

BlockEnd TraceComparison::RunBlock() {
  if (block_ >= options_.limits.blocks) return BlockEnd::kNothingToRun;
  std::size_t ran = 0;
  const BlockEnd end = RunBlockOfEach(tables_, [&](TableCells& table) {
    return table.rows.RunBlock(options_.limits,
                               [&](std::size_t row) { return RunTimed(table, row, ran); });
  });
  if (end == BlockEnd::kCut) return end;
  progress_.Skip(MostRowsOfBlock() + LatencyRunsOfBlock() - ran);
  ++block_;
  return end;
}

RowRun TraceComparison::RunTimed(TableCells& table, std::size_t row, std::size_t& ran) {
  ++ran;
  const bool is_cell = table.rows.IsAllocator(row);
  const Candidate beside = {row == table.rows.again() ? kSystem : kFloor, table.table, ""};
  const Candidate& allocator = is_cell ? table.cells[row].allocator : beside;
  const WorkerOutcome timed = RunWorker(allocator, WorkerPass::kTime);
  if (!timed.reason.empty()) return {.reason = timed.reason};
  RowRun run = {.figures = Figures(timed.report)};
  // The floor, and the second of the A/A pair, have no calls of their own worth timing.
  if (!is_cell || !WantsLatency(table.cells[row], timed.report)) return run;
  ++ran;
  run.reason = RunLatency(table.cells[row], run.figures[kNsPerOp]);
  return run;
}

// Threads would time each other's waits.
std::size_t TraceComparison::LatencyRunsOfBlock() const {
  return options_.mode == ReplayMode::kSerial && block_ < options_.latency_blocks ? CellCount() : 0;
}

// Of what takes long one run has calls enough.
bool TraceComparison::WantsLatency(const Cell& cell, const WorkerReport& timed) const {
  return LatencyRunsOfBlock() > 0 && !options_.limits.IsInterrupted() &&
         (timed.cpu_ns < kLongNs || cell.latency_over_time.empty());
}

// Right after the timed run of the block, so that both met the same machine. Returns why it failed,
// or nothing.
std::string TraceComparison::RunLatency(Cell& cell, double ns_per_op) {
  WorkerOutcome outcome = RunWorker(cell.allocator, WorkerPass::kLatency);
  if (!outcome.reason.empty()) return outcome.reason;
  const WorkerReport& report = outcome.report;
  cell.latency_over_time.push_back(Figures(report)[kNsPerOp] / ns_per_op);
  for (std::size_t kind = 0; kind < kTimedKinds; ++kind) {
    cell.latency.kinds[kind].Add(report.latency.kinds[kind]);
  }
  cell.latency.step_picoseconds =
      std::max(cell.latency.step_picoseconds, report.latency.step_picoseconds);
  return "";
}

std::vector<nlohmann::ordered_json> TraceComparison::CellRecords() const {
  std::vector<nlohmann::ordered_json> records;
  for (const TableCells& table : tables_) {
    for (std::size_t row = 0; row < table.cells.size(); ++row) {
      records.push_back(CellRecord(table.cells[row], table.rows, row));
    }
  }
  return records;
}

std::vector<nlohmann::ordered_json> TraceComparison::NoiseRecords() const {
  std::vector<nlohmann::ordered_json> records;
  for (const TableCells& table : tables_) {
    records.push_back(NoiseRecord(trace_.name, table.table, table.rows));
  }
  return records;
}

WorkerOutcome TraceComparison::RunWorker(const Candidate& allocator, WorkerPass pass) {
  progress_.Next(fmt::format("{}: {}, {} pass", trace_.name, allocator.name, WorkerPassName(pass)));
  WorkerRequest request;
  request.pass = pass;
  const bool library = !allocator.path.empty();
  request.allocator = library ? kSystem : std::string_view(allocator.name);
  request.library = allocator.path;
  request.touch = options_.touch;
  request.draw = block_;  // the figures of all blocks are put together
  request.held_is_resident = allocator.table == Table::kPreload;
  // A timed program lasts as long as it did.
  request.repetitions = options_.mode == ReplayMode::kTimed ? 1 : repetitions_;
  request.memory_limit_bytes = options_.memory_limit_bytes;
  request.mode = options_.mode;
  request.time_scale = options_.time_scale;
  const bool threads = pass == WorkerPass::kTime && options_.mode != ReplayMode::kSerial;
  request.program_fd = (threads ? *threaded_ : program_).descriptor();
  return runner_.Run(request, trace_.operations);
}

}  // namespace alloclab
