#include "bench/publish/program_tables.h"

#include <array>
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
constexpr std::size_t kResident = 2;
constexpr std::size_t kMeasureCount = std::size(kMeasures);

// The version of the record that these tables are made of.
constexpr std::uint64_t kSchema = 1;

struct ProgramCell {
  std::string program, allocator, reason;
  bool failed = false;
  std::array<double, kMeasureCount> median = {};
  std::uint64_t resident_bytes = 0;
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
  cell.resident_bytes = entry.Bytes(kMeasures[kResident].median);
  return cell;
}

struct ProgramResults {
  std::string provenance;
  std::vector<std::string> allocators;
  std::vector<ProgramCell> cells;
  std::map<std::pair<std::string, std::size_t>, double> noise;  // by program and measure
};

ProgramResults Read(const RecordEntry& record) {
  record.RequireSchema(kSchema);
  ProgramResults results;
  results.provenance = ProvenanceText(record, kMeasures[0].blocks);
  for (const RecordEntry& entry : record.List("allocators")) {
    results.allocators.push_back(entry.Text("name"));
  }
  for (const RecordEntry& entry : record.List("cells")) results.cells.push_back(ReadCell(entry));
  for (const RecordEntry& entry : record.List("noise")) {
    for (std::size_t i = 0; i < kMeasureCount; ++i) {
      const std::optional<double> noise = entry.Object(kMeasures[i].name).FigureIfAny("noise");
      if (noise) results.noise[{entry.Text("program"), i}] = *noise;
    }
  }
  return results;
}

Row SummaryRow(const ProgramResults& results, const std::string& allocator,
               FewBlocksNote& few_blocks) {
  std::array<std::vector<JudgedCell>, kMeasureCount> cells;
  std::uint64_t correct = 0, failed = 0;
  for (const ProgramCell& cell : results.cells) {
    if (cell.allocator != allocator) continue;
    ++(cell.failed ? failed : correct);
    for (std::size_t i = 0; i < kMeasureCount; ++i) {
      if (!cell.ratio[i]) continue;
      cells[i].push_back(
          {*cell.ratio[i], cell.blocks[i], NoiseAt(results.noise, {cell.program, i}, allocator)});
    }
  }
  Row row = {{allocator, correct}};
  for (const auto& of : cells) row.values.push_back(ValueOf(MeanOf(of)));
  // All measures are of the same runs.
  row.values.push_back(LeastBlocks(cells[0]));
  row.values.emplace_back(failed);
  row.mark = Marks(failed > 0, FewBlocksMark(cells[0]));
  few_blocks.Add(allocator, cells[0], "program");
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
                     {"blocks_least", "least blocks", Kind::kCount},
                     {"failed", "failed", Kind::kCount}};
  FewBlocksNote few_blocks;
  for (const std::string& allocator : results.allocators) {
    summary.rows.push_back(SummaryRow(results, allocator, few_blocks));
    if (!summary.rows.back().mark.starts_with('*') || !summary.notes.empty()) continue;
    summary.notes.emplace_back(
        "* failed on some programs: its means are over the others, and not to be compared with "
        "those of a row that has all.");
  }
  for (std::string& sentence : few_blocks.Sentences()) summary.notes.push_back(std::move(sentence));
  return summary;
}

Row CellRow(const ProgramCell& cell) {
  Row row = {{cell.program, cell.allocator, cell.failed ? "failed" : "ok"}};
  if (cell.failed) {
    row.values.resize(row.values.size() + 1 + 2 * kMeasureCount);
    return row;
  }
  row.values.emplace_back(std::uint64_t{cell.blocks[0]});
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    row.values.push_back(i == kResident ? Value(cell.resident_bytes) : Value(cell.median[i]));
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
      "of the ratios block by block with its 95 % bootstrap interval, or, of fewer than " +
      std::to_string(kLeastBlocks) +
      " blocks, their range; ? is neither less nor more nor "
      "the same by what was measured.";
  table.provenance = results.provenance;
  table.columns = {{"program", "program"},
                   {"allocator", "allocator"},
                   {"status", "status"},
                   {"blocks", "blocks", Kind::kCount},
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
