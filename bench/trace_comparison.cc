#include "bench/trace_comparison.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/stats.h"
#include "traces/replay/program_image.h"
#include "traces/replay/threaded_image.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

constexpr Table kTables[] = {Table::kInProcess, Table::kPreload};
constexpr const char* kFloor = "floor";
constexpr const char* kSystem = "system";

Cell EmptyCell(const TraceInput& trace, const Candidate& candidate) {
  return {trace.name, candidate, "", {}, {}, {}};
}

std::vector<Table> TablesOf(const std::vector<Candidate>& candidates) {
  std::vector<Table> tables;
  for (const Table table : kTables) {
    if (std::any_of(candidates.begin(), candidates.end(),
                    [table](const Candidate& candidate) { return candidate.table == table; })) {
      tables.push_back(table);
    }
  }
  return tables;
}

// The times of the row `name` of `table` among `rows`, or none where it failed.
std::vector<double> TimesOf(const std::vector<Cell>& rows, Table table, const char* name) {
  for (const Cell& row : rows) {
    if (row.allocator.table == table && row.allocator.name == name && !row.failed()) {
      return row.ns_per_op;
    }
  }
  return {};
}

}  // namespace

TraceComparison::TraceComparison(const CompareOptions& options,
                                 const std::vector<Candidate>& candidates, const TraceInput& trace,
                                 std::size_t number)
    : options_(options),
      trace_(trace),
      runner_(options.worker_path, options.timeout),
      image_fd_(WriteProgramImage(trace.decoded)),
      repetitions_(Repetitions(trace.decoded.ops.size(), trace.decoded.bytes_requested)) {
  for (const Candidate& candidate : candidates) cells_.push_back(EmptyCell(trace, candidate));
  tables_ = TablesOf(candidates);
  // The floor's plan is for the order of the trace.
  if (options.mode == ReplayMode::kSerial) {
    for (const Table table : tables_) floors_.push_back(EmptyCell(trace, {kFloor, table, ""}));
  } else {
    const bool timed = options.mode == ReplayMode::kTimed;
    threaded_fd_ = WriteThreadedImage(
        DecodeThreadedProgram(*OpenTrace(trace.path), timed ? KeepTimes::kYes : KeepTimes::kNo));
  }
  runs_of_one_trace_ = 2 * cells_.size() + options.blocks * (cells_.size() + floors_.size());
  done_ = number * runs_of_one_trace_;
}

TraceComparison::~TraceComparison() {
  close(image_fd_);
  if (threaded_fd_ >= 0) close(threaded_fd_);
}

std::vector<nlohmann::ordered_json> TraceComparison::Run() {
  const std::size_t start = done_;
  RunChecked();
  for (const Table table : tables_) RunTimed(table);
  SkipTo(start + runs_of_one_trace_ - cells_.size());
  RunMemory();
  SkipTo(start + runs_of_one_trace_);
  std::vector<nlohmann::ordered_json> records;
  for (const Cell& cell : cells_) {
    const Table table = cell.allocator.table;
    records.push_back(
        CellRecord(cell, {TimesOf(floors_, table, kFloor), TimesOf(cells_, table, kSystem)}));
  }
  return records;
}

void TraceComparison::RunChecked() {
  for (Cell& cell : cells_) cell.reason = RunWorker(cell, WorkerPass::kChecked).reason;
}

void TraceComparison::RunTimed(Table table) {
  std::vector<Cell*> rows;
  for (std::vector<Cell>* group : {&cells_, &floors_}) {
    for (Cell& cell : *group) {
      if (cell.allocator.table == table) rows.push_back(&cell);
    }
  }
  for (std::size_t block = 0; block < options_.blocks; ++block) RunBlock(block, rows);
}

void TraceComparison::RunBlock(std::size_t block, const std::vector<Cell*>& rows) {
  for (const std::size_t i : BlockOrder(rows.size(), block)) {
    Cell& cell = *rows[i];
    if (cell.failed()) continue;
    WorkerOutcome outcome = RunWorker(cell, WorkerPass::kTime);
    cell.reason = std::move(outcome.reason);
    const auto operations =
        static_cast<double>(std::max<std::uint64_t>(outcome.report.operations, 1));
    cell.ns_per_op.push_back(static_cast<double>(outcome.report.cpu_ns) / operations);
    cell.elapsed_ns_per_op.push_back(static_cast<double>(outcome.report.elapsed_ns) / operations);
  }
}

void TraceComparison::RunMemory() {
  for (Cell& cell : cells_) {
    if (cell.failed()) continue;
    WorkerOutcome outcome = RunWorker(cell, WorkerPass::kMemory);
    cell.reason = std::move(outcome.reason);
    cell.memory = outcome.report.memory;
  }
}

WorkerOutcome TraceComparison::RunWorker(Cell& cell, WorkerPass pass) {
  Report(cell, pass);
  WorkerRequest request;
  request.pass = pass;
  const bool library = !cell.allocator.path.empty();
  request.allocator = library ? kSystem : std::string_view(cell.allocator.name);
  request.library = cell.allocator.path;
  request.touch = options_.touch;
  request.held_is_resident = cell.allocator.table == Table::kPreload;
  // A timed program lasts as long as it did.
  request.repetitions = options_.mode == ReplayMode::kTimed ? 1 : repetitions_;
  request.memory_limit_bytes = options_.memory_limit_bytes;
  request.mode = options_.mode;
  request.time_scale = options_.time_scale;
  const bool threads = pass == WorkerPass::kTime && options_.mode != ReplayMode::kSerial;
  request.program_fd = threads ? threaded_fd_ : image_fd_;
  ++done_;
  return runner_.Run(request, trace_.decoded.ops.size());
}

void TraceComparison::Report(const Cell& cell, WorkerPass pass) {
  if (!options_.progress) return;
  options_.progress(
      {done_, options_.traces.size() * runs_of_one_trace_,
       fmt::format("{}: {}, {} pass", trace_.name, cell.allocator.name, WorkerPassName(pass))});
}

}  // namespace alloclab
