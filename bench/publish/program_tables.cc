#include "bench/publish/program_tables.h"

#include <array>
#include <map>
#include <string>
#include <utility>

#include "bench/publish/judged_mean.h"
#include "bench/publish/provenance_text.h"
#include "bench/publish/record_entry.h"
#include "bench/publish/trace_results.h"

namespace alloclab::publish {
namespace {

// What is measured of a program, and the entries of a cell that tell it.
struct Measure {
  const char* name;
  const char* median;
  const char* blocks;
};
constexpr Measure kMeasures[] = {
    {"cpu", "cpu_s_median", "cpu_s_blocks"},
    {"wall", "wall_s_median", "wall_s_blocks"},
    {"resident", "resident_bytes_peak_median", "resident_bytes_peak_blocks"},
};
constexpr std::size_t kMeasureCount = std::size(kMeasures);

struct ProgramCell {
  std::string program, allocator, reason;
  bool failed = false;
  std::array<double, kMeasureCount> median = {};
  std::array<std::size_t, kMeasureCount> blocks = {};
  std::array<std::optional<Judged>, kMeasureCount> ratio = {};
};

ProgramCell ReadCell(const RecordEntry& entry) {
  ProgramCell cell;
  cell.program = entry.Text("program");
  cell.allocator = entry.Text("allocator");
  cell.reason = entry.Text("reason");
  cell.failed = entry.Text("status") != "ok";
  if (cell.failed) return cell;
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    cell.median[i] = entry.Figure(kMeasures[i].median);
    cell.blocks[i] = entry.Length(kMeasures[i].blocks);
    cell.ratio[i] = entry.Object(kMeasures[i].name).RatioIfAny();
    if (cell.ratio[i] && cell.allocator == kBaseline) cell.ratio[i]->resolved = true;
  }
  return cell;
}

struct ProgramResults {
  std::string provenance;
  std::vector<std::string> allocators;
  std::vector<ProgramCell> cells;
  std::map<std::string, std::array<double, kMeasureCount>> noise;
};

ProgramResults Read(const RecordEntry& record) {
  ProgramResults results;
  results.provenance = ProvenanceText(record);
  for (const RecordEntry& entry : record.List("allocators")) {
    results.allocators.push_back(entry.Text("name"));
  }
  for (const RecordEntry& entry : record.List("cells")) results.cells.push_back(ReadCell(entry));
  for (const RecordEntry& entry : record.List("noise")) {
    for (std::size_t i = 0; i < kMeasureCount; ++i) {
      results.noise[entry.Text("program")][i] =
          entry.Object(kMeasures[i].name).FigureIfAny("noise").value_or(1);
    }
  }
  return results;
}

Row SummaryRow(const ProgramResults& results, const std::string& allocator) {
  std::array<std::vector<JudgedCell>, kMeasureCount> cells;
  std::uint64_t correct = 0, failed = 0;
  for (const ProgramCell& cell : results.cells) {
    if (cell.allocator != allocator) continue;
    ++(cell.failed ? failed : correct);
    for (std::size_t i = 0; i < kMeasureCount; ++i) {
      if (!cell.ratio[i]) continue;
      const auto noise = results.noise.find(cell.program);
      const bool known = noise != results.noise.end() && allocator != kBaseline;
      cells[i].push_back({*cell.ratio[i], cell.blocks[i], known ? noise->second[i] : 1});
    }
  }
  Row row = {{allocator, correct}};
  for (const auto& of : cells) row.values.push_back(ValueOf(MeanOf(of)));
  row.values.emplace_back(failed);
  if (failed > 0) row.mark = "*";
  return row;
}

PublishedTable Summary(const ProgramResults& results) {
  PublishedTable summary;
  summary.id = "programs_summary";
  summary.caption =
      "Allocators over all programs: geometric mean of the ratio to system of processor time, of "
      "time that went by and of resident memory at its peak, with the 95 % interval from those of "
      "the programs, taken as independent; ? is not resolved.";
  summary.provenance = results.provenance;
  summary.columns = {{"allocator", "allocator"},
                     {"programs", "programs", Kind::kCount},
                     {"cpu_over_system", "processor time", Kind::kJudged},
                     {"wall_over_system", "time", Kind::kJudged},
                     {"resident_over_system", "resident", Kind::kJudged},
                     {"failed", "failed", Kind::kCount}};
  for (const std::string& allocator : results.allocators) {
    summary.rows.push_back(SummaryRow(results, allocator));
    if (summary.rows.back().mark.empty() || !summary.notes.empty()) continue;
    summary.notes.emplace_back(
        "* failed on some programs: its means are over the others, and not to be compared with "
        "those of a row that has all.");
  }
  return summary;
}

Row CellRow(const ProgramCell& cell) {
  Row row = {{cell.program, cell.allocator, cell.failed ? "failed" : "ok"}};
  if (cell.failed) {
    row.values.resize(row.values.size() + 2 * kMeasureCount);
    return row;
  }
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    const bool bytes = i == kMeasureCount - 1;
    row.values.push_back(bytes ? Value(static_cast<std::uint64_t>(cell.median[i]))
                               : Value(cell.median[i]));
    row.values.push_back(ValueOf(cell.ratio[i]));
  }
  return row;
}

PublishedTable Cells(const ProgramResults& results) {
  PublishedTable table;
  table.id = "programs";
  table.caption =
      "Real programs on preloaded allocators: seconds of processor time, seconds that went by and "
      "resident memory at its peak, medians of the blocks, each with the ratio to system, median "
      "of "
      "the ratios block by block with its 95 % bootstrap interval; ? is neither less nor more nor "
      "the same by what was measured.";
  table.provenance = results.provenance;
  table.columns = {{"program", "program"},
                   {"allocator", "allocator"},
                   {"status", "status"},
                   {"cpu_s", "processor s", Kind::kFigure, 3},
                   {"cpu_over_system", "to system", Kind::kJudged},
                   {"wall_s", "s", Kind::kFigure, 3},
                   {"wall_over_system", "to system", Kind::kJudged},
                   {"resident_bytes_peak", "resident", Kind::kBytes},
                   {"resident_over_system", "to system", Kind::kJudged}};
  for (const ProgramCell& cell : results.cells) {
    table.rows.push_back(CellRow(cell));
    if (!cell.failed) continue;
    table.notes.push_back("failed: " + cell.allocator + " on " + cell.program + ": " + cell.reason);
  }
  return table;
}

}  // namespace

std::vector<PublishedTable> ProgramTables(const nlohmann::ordered_json& record) {
  const ProgramResults results = Read(RecordEntry(record, ""));
  return {Summary(results), Cells(results)};
}

}  // namespace alloclab::publish
