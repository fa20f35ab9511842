#include "bench/publish/workload_tables.h"

#include <map>
#include <string>
#include <utility>

#include "bench/publish/few_blocks.h"
#include "bench/publish/judged_mean.h"
#include "bench/publish/provenance_text.h"
#include "bench/publish/record_entry.h"
#include "bench/publish/trace_results.h"
#include "bench/statistics/standing.h"

namespace alloclab::publish {
namespace {

// The version of the record that these tables are made of.
constexpr std::uint64_t kSchema = 1;

using Place = std::pair<std::string, std::uint64_t>;  // a workload and its threads

constexpr const char* kBlocks = "elapsed_ns_per_op_blocks";

struct WorkloadCell {
  Place place;
  std::string allocator, reason, standing;
  bool failed = false, leads = false;
  std::size_t blocks = 0;
  double elapsed_ns = 0, cpu_ns = 0, faults = 0, switches = 0;
  std::uint64_t resident_bytes = 0;
  std::optional<Judged> ratio;
};

WorkloadCell ReadCell(const RecordEntry& entry) {
  WorkloadCell cell;
  cell.place = {entry.Text("workload"), entry.Count("threads")};
  cell.allocator = entry.Text("allocator");
  cell.reason = entry.Text("reason");
  cell.failed = entry.Text("status") != "ok";
  if (cell.failed) return cell;
  cell.blocks = entry.Length(kBlocks);
  cell.elapsed_ns = entry.Figure("elapsed_ns_per_op_median");
  cell.cpu_ns = entry.Figure("ns_per_op_median");
  cell.faults = entry.Figure("faults_per_op_median");
  cell.switches = entry.Figure("context_switches_median");
  cell.resident_bytes = entry.Bytes("resident_bytes_peak_median");
  cell.standing = entry.TextOr("standing", "");
  cell.leads = entry.Flag("leads");
  cell.ratio = entry.RatioIfAny();
  if (cell.ratio && cell.allocator == kBaseline) cell.ratio->resolved = true;
  return cell;
}

struct WorkloadResults {
  std::string provenance;
  std::vector<std::string> allocators;
  std::vector<WorkloadCell> cells;
  std::map<Place, double> noise;
};

WorkloadResults Read(const RecordEntry& record) {
  record.RequireSchema(kSchema);
  WorkloadResults results;
  results.provenance = ProvenanceText(record, kBlocks);
  for (const RecordEntry& entry : record.List("allocators")) {
    results.allocators.push_back(entry.Text("name"));
  }
  for (const RecordEntry& entry : record.List("cells")) results.cells.push_back(ReadCell(entry));
  for (const RecordEntry& entry : record.List("noise")) {
    const std::optional<double> noise = entry.FigureIfAny("noise");
    if (noise) results.noise[{entry.Text("workload"), entry.Count("threads")}] = *noise;
  }
  return results;
}

Row SummaryRow(const WorkloadResults& results, const std::string& allocator,
               FewBlocksNote& few_blocks) {
  Standings standings;
  std::vector<JudgedCell> cells;
  std::uint64_t correct = 0;
  for (const WorkloadCell& cell : results.cells) {
    if (cell.allocator != allocator) continue;
    if (cell.failed) {
      ++standings.failed;
      continue;
    }
    ++correct;
    standings.Add(cell.standing, cell.leads);
    if (!cell.ratio) continue;
    cells.push_back({*cell.ratio, cell.blocks, NoiseAt(results.noise, cell.place, allocator)});
  }
  few_blocks.Add(allocator, cells, "cell");
  Row row = {{allocator, correct, ValueOf(MeanOf(cells)), LeastBlocks(cells)}};
  for (Value& value : standings.Values()) row.values.push_back(std::move(value));
  row.mark = Marks(standings.failed > 0, FewBlocksMark(cells));
  return row;
}

PublishedTable Summary(const WorkloadResults& results) {
  PublishedTable summary;
  summary.id = "workloads_summary";
  summary.caption =
      "Allocators over all threaded workloads and numbers of threads. Time that went by, as "
      "geometric mean of the ratio to system, with the 95 % interval from those of the cells, "
      "taken "
      "as independent; ? is not resolved. Then the number of cells in which it is not known to be "
      "slower than the fastest (leads), is faster or slower than system, the same within 3 %, or "
      "not known to be any of these, and has failed.";
  summary.provenance = results.provenance;
  summary.columns = {{"allocator", "allocator"},
                     {"cells", "cells", Kind::kCount},
                     {"elapsed_over_system", "time", Kind::kJudged},
                     {"blocks_least", "least blocks", Kind::kCount}};
  for (Column& column : Standings::Columns()) summary.columns.push_back(std::move(column));
  FewBlocksNote few_blocks;
  for (const std::string& allocator : results.allocators) {
    summary.rows.push_back(SummaryRow(results, allocator, few_blocks));
    if (!summary.rows.back().mark.starts_with('*') || !summary.notes.empty()) continue;
    summary.notes.emplace_back(
        "* failed in some cells: its mean is over the others, and not to be compared with that of "
        "a "
        "row that has all.");
  }
  for (std::string& sentence : few_blocks.Sentences()) summary.notes.push_back(std::move(sentence));
  return summary;
}

Row CellRow(const WorkloadResults& results, const WorkloadCell& cell) {
  const auto& [workload, threads] = cell.place;
  if (cell.failed) {
    return {{workload, threads, cell.allocator, {}, {}, "failed", {}, {}, {}, {}, {}, {}, {}}};
  }
  const auto noise = results.noise.find(cell.place);
  return {{workload, threads, cell.allocator, cell.elapsed_ns, ValueOf(cell.ratio), cell.standing,
           cell.leads ? "yes" : "no", std::uint64_t{cell.blocks}, cell.cpu_ns, cell.faults,
           cell.switches, cell.resident_bytes,
           noise == results.noise.end() ? Value() : Value(noise->second)}};
}

PublishedTable Cells(const WorkloadResults& results) {
  PublishedTable table;
  table.id = "workloads";
  table.caption =
      "Threaded workloads: nanoseconds that went by for each operation of all threads together, "
      "and "
      "the ratio to system, median of the ratios block by block with its 95 % bootstrap interval, "
      "or, of fewer than " +
      std::to_string(kLeastBlocks) +
      " blocks, their range; ? "
      "is neither faster nor slower nor the same by what was measured. Processor time is that of "
      "all threads, in nanoseconds for each operation; faults for each operation, switches for a "
      "run. Noise: how far system was from itself.";
  table.provenance = results.provenance;
  table.columns = {{"workload", "workload"},
                   {"threads", "threads", Kind::kCount},
                   {"allocator", "allocator"},
                   {"elapsed_ns_per_op", "ns/op", Kind::kFigure},
                   {"elapsed_over_system", "time", Kind::kJudged},
                   {"standing", "standing"},
                   {"leads", "leads"},
                   {"blocks", "blocks", Kind::kCount},
                   {"ns_per_op", "processor ns/op", Kind::kFigure},
                   {"faults_per_op", "faults/op", Kind::kFigure, 4},
                   {"context_switches", "switches", Kind::kFigure, 0},
                   {"resident_bytes_peak", "resident", Kind::kBytes},
                   {"noise", "noise", Kind::kFigure, 3}};
  for (const WorkloadCell& cell : results.cells) {
    table.rows.push_back(CellRow(results, cell));
    if (!cell.failed) continue;
    table.notes.push_back("failed: " + cell.allocator + " on " + cell.place.first +
                          ", threads: " + std::to_string(cell.place.second) + ": " + cell.reason);
  }
  return table;
}

}  // namespace

std::vector<PublishedTable> WorkloadTables(const nlohmann::ordered_json& record) {
  const WorkloadResults results = Read(RecordEntry(record, ""));
  return {Summary(results), Cells(results)};
}

}  // namespace alloclab::publish
