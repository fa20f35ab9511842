#include <fmt/format.h>

#include <algorithm>

#include "bench/publish/trace_tables.h"

namespace alloclab::publish {
namespace {

// A clock that counts finer than this shows in no figure of the table.
constexpr double kSeenNs = 1;

// What the coarsest clock of these cells tells apart; nothing where none is known to have steps.
std::vector<std::string> ClockSteps(const TraceResults& results, std::string_view table) {
  double coarsest = 0;
  for (const TraceCell& cell : results.cells) {
    if (cell.table == table) coarsest = std::max(coarsest, cell.resolution_ns.value_or(0));
  }
  if (coarsest < kSeenNs) return {};
  return {fmt::format("The clock has steps of {:.1f} ns: figures closer than that are equal.",
                      coarsest)};
}

}  // namespace

PublishedTable LatencyTable(const TraceResults& results, std::string_view table) {
  PublishedTable latency;
  latency.id = fmt::format("latency_{}", table);
  latency.caption = fmt::format(
      "How long single calls took, {}, in nanoseconds, from a pass of its own in which a few "
      "calls, "
      "drawn at random, are timed. Distortion: by how much longer this pass took than the timed "
      "one. These have no intervals, and differences of a few nanoseconds say nothing.",
      TableTitle(table));
  latency.provenance = results.provenance;
  latency.columns = {{"trace", "trace"},
                     {"allocator", "allocator"},
                     {"kind", "call"},
                     {"calls", "calls", Kind::kCount},
                     {"p50_ns", "p50", Kind::kFigure, 1},
                     {"p99_ns", "p99", Kind::kFigure, 1},
                     {"p999_ns", "p99.9", Kind::kFigure, 1},
                     {"max_ns", "max", Kind::kFigure, 1},
                     {"distortion", "distortion", Kind::kFigure, 3}};
  for (const TraceFacts& trace : results.traces) {
    for (const TraceCell& cell : results.cells) {
      if (cell.table != table || cell.trace != trace.name) continue;
      for (const CallTimes& calls : cell.latency) {
        latency.rows.push_back({{trace.name, cell.allocator, calls.kind, calls.calls, calls.p50_ns,
                                 calls.p99_ns, calls.p999_ns, calls.max_ns, cell.distortion}});
      }
    }
  }
  latency.notes = ClockSteps(results, table);
  return latency;
}

}  // namespace alloclab::publish
