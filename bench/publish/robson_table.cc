#include <fmt/format.h>

#include <bit>

#include "bench/publish/trace_tables.h"
#include "traces/generators/robson_bounds.h"

namespace alloclab::publish {
namespace {

// An attack of M live units and blocks of at most n of them.
struct Attack {
  std::uint64_t m = 0;
  std::uint64_t n = 0;
  std::uint64_t unit_bytes = 0;
};

std::uint64_t Parameter(const TraceFacts& trace, const char* name) {
  const auto found = trace.parameters.find(name);
  return found == trace.parameters.end() ? 0 : found->second;
}

constexpr std::uint64_t kMostUnits = std::uint64_t{1} << 32;

// All zero for a trace that is none.
Attack AttackOf(const TraceFacts& trace) {
  const Attack attack = {Parameter(trace, "live"), Parameter(trace, "largest"),
                         Parameter(trace, "unit")};
  const bool within = attack.n > 0 && attack.n <= attack.m && attack.m <= kMostUnits &&
                      attack.unit_bytes > 0 && attack.n <= 1 << 20;
  return trace.generator.starts_with("robson") && within ? attack : Attack{};
}

Value InUnitsOfLive(std::uint64_t units, const Attack& attack) {
  return static_cast<double>(units) / static_cast<double>(attack.m);
}

Value BestFitLeast(const TraceFacts& trace, const Attack& attack) {
  const bool holds = attack.n >= 6 && attack.m >= 4 * attack.n;
  if (trace.generator != "robson_best_fit" || !holds) return {};
  return InUnitsOfLive(generators::BestFitLeastUnits(attack.m, attack.n), attack);
}

Row CellRow(const TraceFacts& trace, const Attack& attack, const TraceCell& cell) {
  const double live = static_cast<double>(attack.m) * static_cast<double>(attack.unit_bytes);
  const double held = static_cast<double>(cell.held_bytes_peak) / live;
  return {{trace.name, cell.allocator, attack.m, attack.n,
           cell.held_known() ? Value(cell.held_bytes_peak) : Value(),
           cell.held_known() ? Value(held) : Value(),
           InUnitsOfLive(generators::RobsonUnits(attack.m, std::bit_floor(attack.n)), attack),
           InUnitsOfLive(generators::FirstFitMostUnits(attack.m, attack.n), attack),
           BestFitLeast(trace, attack)}};
}

}  // namespace

PublishedTable RobsonTable(const TraceResults& results, std::string_view table) {
  PublishedTable robson;
  robson.id = fmt::format("robson_{}", table);
  robson.caption = fmt::format(
      "What Robson's attacks made allocators hold, {}: most held over the M units that are live at "
      "most, a unit with room for the header. Beside it, over M, too: what any allocator needs for "
      "the program that is worst for it, 1 + log2(n)/2 - (n - 1)/M, n rounded down to a power of "
      "two; what first fit needs at most, H(n)/ln 2; and what best fit needs at least for its "
      "worst program, (M - 4n + 11)(n - 2)/M. A trace is the worst program of the policy in its "
      "name alone: others may hold less than any bound.",
      TableTitle(table));
  robson.provenance = results.provenance;
  robson.columns = {{"trace", "trace"},
                    {"allocator", "allocator"},
                    {"live_units", "M", Kind::kCount},
                    {"largest_units", "n", Kind::kCount},
                    {"held_bytes_peak", "held", Kind::kBytes},
                    {"held_over_live_units", "held/M", Kind::kFigure},
                    {"any_allocator_over_live_units", "any, at its worst", Kind::kFigure},
                    {"first_fit_most_over_live_units", "first fit, at most", Kind::kFigure},
                    {"best_fit_least_over_live_units", "best fit, at its worst", Kind::kFigure}};
  for (const TraceFacts& trace : results.traces) {
    const Attack attack = AttackOf(trace);
    if (attack.m == 0) continue;
    for (const TraceCell& cell : results.cells) {
      if (cell.table != table || cell.trace != trace.name || cell.failed) continue;
      robson.rows.push_back(CellRow(trace, attack, cell));
    }
    if (trace.shortened) robson.notes.push_back("only the start of the attack: " + trace.name);
  }
  if (robson.rows.empty()) return robson;
  for (std::string& unknown : CellsOfUnknownHeld(results, table)) {
    robson.notes.push_back(std::move(unknown));
  }
  return robson;
}

}  // namespace alloclab::publish
