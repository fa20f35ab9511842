#include <fmt/format.h>

#include "bench/publish/few_blocks.h"
#include "bench/publish/geometric_mean.h"
#include "bench/publish/trace_tables.h"

namespace alloclab::publish {
namespace {

Row AllocatorRow(const TraceResults& results, std::string_view table,
                 const std::string& allocator) {
  Standings standings;
  std::vector<double> held, resident;
  std::uint64_t correct = 0;
  for (const TraceCell* cell : results.CellsOf(table, allocator)) {
    if (cell->failed) {
      ++standings.failed;
      continue;
    }
    ++correct;
    standings.Add(cell->standing, cell->leads);
    if (HasHeldOverLive(results, table, cell->trace)) held.push_back(cell->held_over_live[3]);
    const TraceCell* const system = results.Find(table, cell->trace, kBaseline);
    if (system == nullptr || system->failed || !HasResident(results, table, cell->trace)) continue;
    resident.push_back(static_cast<double>(cell->resident_bytes_peak) /
                       static_cast<double>(system->resident_bytes_peak));
  }
  const std::vector<JudgedCell> cells = JudgedCells(results, table, allocator);
  Row row;
  row.values = {allocator, correct, ValueOf(MeanOf(cells)), LeastBlocks(cells)};
  row.values.push_back(held.empty() ? Value() : GeometricMean(held));
  row.values.push_back(resident.empty() ? Value() : GeometricMean(resident));
  for (Value& value : standings.Values()) row.values.push_back(std::move(value));
  row.mark = Marks(correct < results.traces.size(), FewBlocksMark(cells));
  return row;
}

}  // namespace

std::vector<JudgedCell> JudgedCells(const TraceResults& results, std::string_view table,
                                    std::string_view allocator) {
  std::vector<JudgedCell> cells;
  for (const TraceCell* cell : results.CellsOf(table, allocator)) {
    if (cell->failed || !cell->ratio) continue;
    cells.push_back({*cell->ratio, cell->blocks,
                     NoiseAt(results.noise, {cell->table, cell->trace}, allocator)});
  }
  return cells;
}

PublishedTable SummaryTable(const TraceResults& results, std::string_view table) {
  PublishedTable summary;
  summary.id = fmt::format("summary_{}", table);
  summary.caption = fmt::format(
      "Allocators over {} traces, {}. Time, and resident memory at its peak, as geometric mean of "
      "the ratio to system; H/L #4, most held over most live, as geometric mean. Time in brackets: "
      "95 % interval from those of the traces, taken as independent; ? is not resolved. Then the "
      "number of traces on which it is not known to be slower than the fastest (leads), is faster "
      "or slower than system, the same within 3 %, or not known to be any of these, and has "
      "failed.",
      results.traces.size(), TableTitle(table));
  summary.provenance = results.provenance;
  summary.columns = {{"allocator", "allocator"},
                     {"traces", "traces", Kind::kCount},
                     {"time_over_system", "time", Kind::kJudged},
                     {"blocks_least", "least blocks", Kind::kCount},
                     {"held_over_live_peak", "H/L #4", Kind::kFigure},
                     {"resident_over_system", "resident", Kind::kFigure}};
  for (Column& column : Standings::Columns()) summary.columns.push_back(std::move(column));
  bool failures = false;
  FewBlocksNote few_blocks;
  if (const auto names = results.allocators.find(table); names != results.allocators.end()) {
    for (const std::string& allocator : names->second) {
      summary.rows.push_back(AllocatorRow(results, table, allocator));
      failures = failures || summary.rows.back().mark.starts_with('*');
      few_blocks.Add(allocator, JudgedCells(results, table, allocator), "trace");
    }
  }
  if (failures) {
    summary.notes.emplace_back(
        "* failed on some traces: its means are over the others, and not to be compared with those "
        "of a row that has all.");
  }
  for (const std::vector<std::string>& notes :
       {few_blocks.Sentences(), FailedCells(results, table), TracesWithoutHeldMean(results, table),
        TracesWithoutResidentMean(results, table)}) {
    summary.notes.insert(summary.notes.end(), notes.begin(), notes.end());
  }
  return summary;
}

}  // namespace alloclab::publish
