#include "bench/workloads/workload_group.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/record/ratio_record.h"
#include "bench/statistics/stats.h"
#include "bench/workloads/run_report.h"
#include "bench/workloads/run_workload.h"

namespace alloclab::workloads {
namespace {

// What a run measures, by its place in BlockRows: rows are ranked by the first.
enum Figure : std::size_t {
  kElapsedNsPerOp,
  kCpuNsPerOp,
  kFaultsPerOp,
  kSwitches,
  kResidentBytesPeak,
  kBlocksSharingALine,
};

// Of a run that did not fail.
std::vector<double> Figures(const RunReport& report) {
  const auto operations = static_cast<double>(std::max<std::uint64_t>(report.operations, 1));
  std::vector<double> figures(kBlocksSharingALine + 1);
  figures[kElapsedNsPerOp] = static_cast<double>(report.elapsed_ns) / operations;
  figures[kCpuNsPerOp] = static_cast<double>(report.cpu_ns) / operations;
  figures[kFaultsPerOp] = static_cast<double>(report.faults) / operations;
  figures[kSwitches] = static_cast<double>(report.switches);
  figures[kResidentBytesPeak] = static_cast<double>(report.resident_bytes_peak);
  figures[kBlocksSharingALine] = static_cast<double>(report.blocks_sharing_a_line);
  return figures;
}

}  // namespace

Group::Group(const WorkloadOptions& options, const Workload& workload, std::uint32_t threads,
             Progress& progress)
    : options_(options),
      workload_(workload),
      threads_(threads),
      progress_(progress),
      rows_(options.allocators.size(), PlaceOfSystem(options.allocators)) {
  progress_.Plan(options.limits.blocks * rows_.size());
}

BlockEnd Group::RunBlock() {
  if (rows_.block() >= options_.limits.blocks) return BlockEnd::kNothingToRun;
  std::size_t ran = 0;
  const BlockEnd end = rows_.RunBlock(options_.limits, [&](std::size_t row) {
    ++ran;
    return Run(options_.allocators[rows_.IsAllocator(row) ? row : rows_.system()]);
  });
  if (end != BlockEnd::kCut) progress_.Skip(rows_.size() - ran);
  return end;
}

RowRun Group::Run(const Candidate& allocator) {
  progress_.Next(fmt::format("{}, {}: {}", workload_.name, ThreadsText(threads_), allocator.name));
  RunRequest request;
  request.workload = workload_.name;
  request.library = allocator.path;
  request.threads = threads_;
  request.work_percent = options_.work_percent;
  request.seed = options_.seed;
  request.memory_limit_bytes = options_.memory_limit_bytes;
  RunOutcome outcome =
      RunWorkload(options_.runner_path, request, options_.timeout, options_.limits.interrupted);
  if (outcome.interrupted) return {.interrupted = true};
  if (!outcome.reason.empty()) return {.reason = std::move(outcome.reason)};
  return {.figures = Figures(outcome.report)};
}

nlohmann::ordered_json Group::CellRecord(std::size_t row) const {
  nlohmann::ordered_json record = {
      {"workload", workload_.name},
      {"threads", threads_},
      {"allocator", options_.allocators[row].name},
      {"status", rows_.failed(row) ? "failed" : "ok"},
      {"reason", rows_.reason(row)},
  };
  if (rows_.failed(row)) return record;
  const auto median = [&](Figure figure) { return Median(rows_.Values(row, figure)); };
  record["ns_per_op_blocks"] = rows_.Values(row, kCpuNsPerOp);
  record["ns_per_op_median"] = median(kCpuNsPerOp);
  record["elapsed_ns_per_op_blocks"] = rows_.Values(row, kElapsedNsPerOp);
  record["elapsed_ns_per_op_median"] = median(kElapsedNsPerOp);
  AddRatio(record, rows_.ToSystem(row), rows_.Noise());
  record["leads"] = rows_.Leads(row);
  record["faults_per_op_median"] = median(kFaultsPerOp);
  record["context_switches_median"] = median(kSwitches);
  record["resident_bytes_peak_median"] = median(kResidentBytesPeak);
  if (workload_.shares_lines) {
    record["blocks_sharing_a_line_median"] = median(kBlocksSharingALine);
  }
  return record;
}

std::vector<nlohmann::ordered_json> Group::CellRecords() const {
  std::vector<nlohmann::ordered_json> records;
  for (std::size_t row = 0; row < rows_.allocators(); ++row) records.push_back(CellRecord(row));
  return records;
}

nlohmann::ordered_json Group::NoiseRecord() const {
  nlohmann::ordered_json record = {
      {"workload", workload_.name},
      {"threads", threads_},
      {"ns_per_op_blocks", rows_.Values(rows_.again(), kCpuNsPerOp)},
      {"elapsed_ns_per_op_blocks", rows_.Values(rows_.again())},
  };
  AddNoise(record, rows_.ToItself());
  return record;
}

}  // namespace alloclab::workloads
