#include <fmt/format.h>

#include "bench/publish/geometric_mean.h"
#include "bench/publish/trace_tables.h"

namespace alloclab::publish {
namespace {

constexpr std::size_t kRatios = 4;

void AddAllocator(const TraceResults& results, std::string_view table, const std::string& allocator,
                  PublishedTable& published) {
  std::vector<double> ratios[kRatios];
  bool failed = false;
  for (const TraceCell* cell : results.CellsOf(table, allocator)) {
    failed = failed || cell->failed;
    if (cell->failed || !cell->held_known()) continue;
    const bool in_means = HasHeldOverLive(results, table, cell->trace);
    Row row = {{allocator, cell->trace}};
    for (std::size_t i = 0; i < kRatios; ++i) {
      const double ratio = cell->held_over_live[i];
      row.values.push_back(ratio > 0 ? Value(ratio) : Value());
      if (in_means) ratios[i].push_back(ratio);
    }
    published.rows.push_back(std::move(row));
  }
  if (ratios[0].empty()) return;
  Row mean = {{allocator, fmt::format("geometric mean of {}", ratios[0].size())}, true};
  for (const std::vector<double>& of : ratios) mean.values.emplace_back(GeometricMean(of));
  if (failed) mean.mark = "*";
  published.rows.push_back(std::move(mean));
}

}  // namespace

PublishedTable JohnstoneTable(const TraceResults& results, std::string_view table) {
  PublishedTable published;
  published.id = fmt::format("fragmentation_{}", table);
  published.caption = fmt::format(
      "Bytes held from the system over bytes live, {}, as Johnstone and Wilson measure "
      "fragmentation: #1 mean over the operations, #2 when most is live, #3 when most is held, #4 "
      "most held over most live. The clock is events. H is {}.",
      TableTitle(table),
      table == kTables[0] ? "what the page source gave (of system: mallinfo2)" : "resident memory");
  published.provenance = results.provenance;
  published.columns = {{"allocator", "allocator"},
                       {"trace", "trace"},
                       {"held_over_live_mean", "#1", Kind::kFigure, 3},
                       {"held_over_live_at_live_peak", "#2", Kind::kFigure, 3},
                       {"held_over_live_at_held_peak", "#3", Kind::kFigure, 3},
                       {"held_over_live_peak", "#4", Kind::kFigure, 3}};
  bool marked = false;
  if (const auto names = results.allocators.find(table); names != results.allocators.end()) {
    for (const std::string& allocator : names->second) {
      AddAllocator(results, table, allocator, published);
    }
  }
  for (const Row& row : published.rows) marked = marked || !row.mark.empty();
  if (marked) {
    published.notes.emplace_back(
        "* failed on some traces, which are left out: not to be compared with a mean over all.");
  }
  for (std::string& without : TracesWithoutHeldMean(results, table)) {
    published.notes.push_back(std::move(without));
  }
  return published;
}

}  // namespace alloclab::publish
