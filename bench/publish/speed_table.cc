#include <fmt/format.h>

#include "bench/publish/trace_tables.h"
#include "bench/statistics/standing.h"

namespace alloclab::publish {
namespace {

// More than this says more about the loop and the touching than about the allocator.
constexpr double kFloorBound = 0.5;

Row CellRow(const TraceResults& results, const TraceCell& cell) {
  if (cell.failed) return {{cell.trace, cell.allocator, {}, {}, "failed", {}, {}, {}, {}, {}}};
  const auto noise = results.noise.find({cell.table, cell.trace});
  Row row = {{cell.trace, cell.allocator, cell.ns_per_op, ValueOf(cell.ratio), cell.standing,
              cell.leads ? "yes" : "no", std::uint64_t{cell.blocks}, ValueOf(cell.loop_share),
              ValueOf(cell.floor_share),
              noise == results.noise.end() ? Value() : Value(noise->second)}};
  if (cell.floor_share.value_or(0) > kFloorBound) row.mark = "*";
  return row;
}

}  // namespace

PublishedTable SpeedTable(const TraceResults& results, std::string_view table) {
  PublishedTable speed;
  speed.id = fmt::format("speed_{}", table);
  speed.caption = fmt::format(
      "Processor time for each operation, {}: nanoseconds, median of the blocks, and the ratio to "
      "system, median of the ratios block by block with its 95 % bootstrap interval, or, of fewer "
      "than {} blocks, their range; ? is neither faster nor slower nor the same by what was "
      "measured. Loop: the share of the time that the replay loop alone takes; floor: that and the "
      "touching of blocks. Noise: how far system was from itself, within which nothing is "
      "resolved.",
      TableTitle(table), kLeastBlocks);
  speed.provenance = results.provenance;
  speed.columns = {{"trace", "trace"},
                   {"allocator", "allocator"},
                   {"ns_per_op", "ns/op", Kind::kFigure},
                   {"time_over_system", "time", Kind::kJudged},
                   {"standing", "standing"},
                   {"leads", "leads"},
                   {"blocks", "blocks", Kind::kCount},
                   {"loop_share", "loop", Kind::kFigure},
                   {"floor_share", "floor", Kind::kFigure},
                   {"noise", "noise", Kind::kFigure, 3}};
  for (const TraceFacts& trace : results.traces) {
    for (const TraceCell& cell : results.cells) {
      if (cell.table == table && cell.trace == trace.name) {
        speed.rows.push_back(CellRow(results, cell));
      }
    }
  }
  speed.notes = FailedCells(results, table);
  for (const Row& row : speed.rows) {
    if (row.mark.empty()) continue;
    speed.notes.insert(speed.notes.begin(),
                       "* more than half of the time is the loop's and the touching's: this says "
                       "more about them than about the allocator.");
    break;
  }
  return speed;
}

}  // namespace alloclab::publish
