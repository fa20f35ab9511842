// fleet: the sizes of a fleet of servers, from a table (fleet_table.h).
//
//     fill      `live` blocks, of sizes as they are live in the fleet
//     churn     a size as it is allocated in the fleet; then, if more of it are live than its share
//               of `live`, a random block of that size is freed
//
// So what is live keeps the table's shares while the rates say what passes through: by Little's law
// a block of a size lives live / rate on average, as long as in the fleet. Which block of a size
// goes is random, which makes lifetimes memoryless. A size of which less than half a block is live
// in so small a heap lives for one call.
//
// Churn is O(log sizes) a call; memory is the live set. Source: google/fleetbench, which replays
// the same tables in its tcmalloc benchmark.

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "traces/generators/families.h"
#include "traces/generators/fleet_table.h"
#include "traces/generators/limits.h"

namespace alloclab::generators {
namespace {

// Draws an index as often as its weight says. O(log n).
class Chooser {
 public:
  explicit Chooser(const std::vector<std::uint64_t>& weights) : sums_(weights.size()) {
    std::partial_sum(weights.begin(), weights.end(), sums_.begin());
  }
  std::uint64_t total() const { return sums_.back(); }
  std::size_t Draw(Random& random) const {
    const auto at = std::upper_bound(sums_.begin(), sums_.end(), random.Below(total()));
    return static_cast<std::size_t>(at - sums_.begin());
  }

 private:
  std::vector<std::uint64_t> sums_;
};

struct SizeClass {
  std::uint64_t size;
  std::uint64_t share;  // blocks that stay live
  std::vector<Id> blocks = {};
};

std::vector<FleetRow> RowsFor(const Arguments& arguments) {
  std::vector<FleetRow> rows = ReadFleetTable(arguments.file);
  std::erase_if(rows, [&](const FleetRow& row) { return row.size > arguments["most"]; });
  const auto any = [&rows](double FleetRow::* what) {
    return std::any_of(rows.begin(), rows.end(),
                       [what](const FleetRow& row) { return row.*what > 0; });
  };
  if (any(&FleetRow::rate) && any(&FleetRow::live)) return rows;
  throw GeneratorError(
      fmt::format("{}: no size up to {} bytes is allocated, or none is live; raise most, or give "
                  "another table",
                  arguments.file, arguments["most"]));
}

std::vector<std::uint64_t> WeightsOf(const std::vector<FleetRow>& rows, double FleetRow::* what) {
  std::vector<double> shares;
  for (const FleetRow& row : rows) shares.push_back(row.*what);
  return Weights(shares);
}

void Fleet(const Arguments& arguments, Random& random, Emitter& out) {
  const std::vector<FleetRow> rows = RowsFor(arguments);
  const Chooser by_rate(WeightsOf(rows, &FleetRow::rate));
  const std::vector<std::uint64_t> weights = WeightsOf(rows, &FleetRow::live);
  const std::uint64_t total = Chooser(weights).total();
  __extension__ using Wide = unsigned __int128;
  std::vector<SizeClass> classes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    // Rounded to the nearest; the few that are lost or won by that do not matter.
    const Wide share = (Wide{arguments["live"]} * weights[i] + total / 2) / total;
    classes.push_back({rows[i].size, static_cast<std::uint64_t>(share)});
  }
  // In random order, as blocks of a program that has run for a while lie.
  std::vector<std::size_t> filling;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    filling.insert(filling.end(), static_cast<std::size_t>(classes[i].share), i);
  }
  for (std::size_t left = filling.size(); left > 0; --left) {
    std::swap(filling[static_cast<std::size_t>(random.Below(left))], filling[left - 1]);
    SizeClass& chosen = classes[filling[left - 1]];
    chosen.blocks.push_back(out.Malloc(chosen.size));
  }
  for (std::uint64_t n = arguments["allocations"]; n > 0; --n) {
    SizeClass& chosen = classes[by_rate.Draw(random)];
    chosen.blocks.push_back(out.Malloc(chosen.size));
    if (chosen.blocks.size() <= chosen.share) continue;
    std::swap(chosen.blocks[static_cast<std::size_t>(random.Below(chosen.blocks.size()))],
              chosen.blocks.back());
    out.Free(chosen.blocks.back());
    chosen.blocks.pop_back();
  }
  for (const SizeClass& of_size : classes) {
    for (const Id id : of_size.blocks) out.Free(id);
  }
}

}  // namespace

std::vector<Generator> FleetGenerators() {
  return {
      {.name = "fleet",
       .summary = "Sizes of a fleet of servers, from a table of fleetbench",
       .source = "google/fleetbench, fleetbench/tcmalloc/distributions",
       .parameters = {{"allocations", 100'000, 1, kMostOperations, "After the heap is filled",
                       true},
                      {"live", 20'000, 1, kMostLive, "Blocks live at once"},
                      {"most", 1 << 20, 1, kMostBytes, "Larger sizes of the table are left out"}},
       .run = Fleet,
       .file_name = "table",
       .file_help = "The table: lines of \"bytes, allocations, blocks live\""},
  };
}

}  // namespace alloclab::generators
