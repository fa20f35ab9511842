#include "bench/comparison/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "bench/comparison/compare.h"
#include "bench/record/row_text.h"
#include "bench/statistics/standing.h"
#include "bench/statistics/stats.h"

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kFloorBound = 0.5;
constexpr std::string_view kDim = "\033[2m";
constexpr std::string_view kPlain = "\033[0m";

std::string Bytes(std::uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < std::size(kUnits); ++unit) value /= 1024;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string Visited(const Json& cell) {
  const Json& visited = cell["blocks_visited_per_allocation"];
  return visited.is_null() ? "-" : fmt::format("{:.1f}", visited.get<double>());
}

// The columns, the same for the heading and for every row.
constexpr const char* kColumns =
    "{:<20} {:>8} {:>21} {:>5} {:>7} {:>10} {:>10} {:>11} {:>11} {:>9} {:>8}";

// Where several threads run, what went by is not what they used. One more column.
bool HasThreads(const Json& record) {
  return record["provenance"]["mode"] != ReplayModeName(ReplayMode::kSerial);
}

std::string Elapsed(const Json& cell) {
  return fmt::format(" {:>9.2f}", cell["elapsed_ns_per_op_median"].get<double>());
}

std::string Heading() {
  return fmt::format(kColumns, "allocator", "ns/op", "against system", "loop", "floor", "H/L mean",
                     "H/L peak", "held peak", "resident", "returned", "visited");
}

bool IsFloorBound(const Json& cell) {
  return !cell["floor_share"].is_null() && cell["floor_share"].get<double>() > kFloorBound;
}

std::string Share(const Json& share) {
  return share.is_null() ? "-" : fmt::format("{:.0f} %", 100 * share.get<double>());
}

std::string Row(const Json& cell, std::size_t blocks) {
  return fmt::format(
      kColumns, cell["allocator"].get<std::string>(),
      fmt::format("{:.2f}", cell["ns_per_op_median"].get<double>()),
      RatioOfCellText(cell, cell, cell["ns_per_op_blocks"].size(), blocks),
      Share(cell["loop_share"]), Share(cell["floor_share"]) + (IsFloorBound(cell) ? "*" : ""),
      fmt::format("{:.2f}", cell["held_over_live_mean"].get<double>()),
      fmt::format("{:.2f}", cell["held_over_live_peak"].get<double>()),
      Bytes(cell["held_bytes_peak"].get<std::uint64_t>()),
      Bytes(cell["resident_bytes_peak"].get<std::uint64_t>()),
      fmt::format("{:.0f} %", 100 * cell["returned_share"].get<double>()), Visited(cell));
}

void PrintCell(const Json& cell, std::size_t blocks, bool elapsed, std::ostream& out,
               const TableStyle& style) {
  const bool failed = cell["status"] != "ok";
  const std::string text =
      failed ? fmt::format("{:<20} failed: {}", cell["allocator"].get<std::string>(),
                           cell["reason"].get<std::string>())
             : Row(cell, blocks) + (elapsed ? Elapsed(cell) : "");
  if (failed) {
    out << InRed(text, style.color) << '\n';
  } else if (style.color && IsFloorBound(cell)) {
    out << kDim << text << kPlain << '\n';
  } else {
    out << text << '\n';
  }
}

bool IsOf(const Json& entry, std::string_view table, const Json& trace) {
  return entry["table"] == table && entry["trace"] == trace["name"];
}

bool IsDifferent(const Json& entry) {
  return entry["standing"] == StandingName(Standing::kFaster) ||
         entry["standing"] == StandingName(Standing::kSlower);
}

// Who leads, who cannot be told from system yet, which blocks are out of line, and how far system
// is from itself.
void PrintWhatIsKnown(const Json& record, const Json& trace, std::string_view table,
                      std::ostream& out) {
  std::vector<std::string> leading, unresolved, outlying;
  for (const Json& cell : record["cells"]) {
    if (!IsOf(cell, table, trace) || cell["status"] != "ok") continue;
    if (cell["leads"] == true) leading.push_back(cell["allocator"]);
    if (const auto blocks = cell["outlier_blocks"].get<std::vector<std::size_t>>();
        !blocks.empty()) {
      outlying.push_back(
          fmt::format("{} {}", cell["allocator"].get<std::string>(), fmt::join(blocks, ", ")));
    }
    if (cell["standing"] != StandingName(Standing::kUnresolved) || cell["allocator"] == "system") {
      continue;
    }
    unresolved.push_back(cell["allocator"]);
    if (!cell["blocks_needed"].is_null()) {
      unresolved.back() += fmt::format(" (about {} blocks)", cell["blocks_needed"].get<int>());
    }
  }
  if (!leading.empty()) {
    out << fmt::format("leading: {}\n", LeadingText(leading));
  }
  if (!outlying.empty()) {
    out << fmt::format("blocks far from the others (from 0): {}\n", fmt::join(outlying, "; "));
  }
  if (!unresolved.empty()) {
    out << fmt::format("not resolved against system: {}\n", fmt::join(unresolved, ", "));
  }
  for (const Json& noise : record["noise"]) {
    if (!IsOf(noise, table, trace)) continue;
    if (noise.contains("floor_reason")) {
      out << "the floor failed: " << noise["floor_reason"].get<std::string>() << '\n';
    }
    if (noise["noise"].is_null()) continue;
    out << fmt::format(
        "noise: system against itself {}, so nothing that may be within {} is ranked{}\n",
        RatioText(noise, 0, 0), NoiseText(noise),
        IsDifferent(noise) ? "; that pair should be the same: this was a bad moment" : "");
  }
}

constexpr const char* kLatencyKinds[] = {"malloc", "free"};
constexpr const char* kLatencyColumns[] = {"p50_ns", "p99_ns", "p999_ns", "max_ns"};

std::string LatencyRow(const Json& cell) {
  const Json& latency = cell["latency"];
  std::string row = fmt::format("{:<20}", cell["allocator"].get<std::string>());
  for (const char* kind : kLatencyKinds) {
    const bool any = latency["kinds"].contains(kind);
    for (const char* column : kLatencyColumns) {
      row += any ? fmt::format(" {:>9.1f}", latency["kinds"][kind][column].get<double>())
                 : fmt::format(" {:>9}", "-");
    }
  }
  return row + fmt::format(" {:>9.1f} %", 100 * latency["distortion"].get<double>());
}

void PrintLatency(const Json& record, const Json& trace, std::string_view table,
                  std::ostream& out) {
  std::string rows;
  for (const Json& cell : record["cells"]) {
    if (!IsOf(cell, table, trace) || cell["status"] != "ok" || cell["latency"].is_null()) continue;
    rows += LatencyRow(cell) + '\n';
  }
  if (rows.empty()) return;
  out << fmt::format("{:<20}", "ns for one call");
  for (const char* kind : kLatencyKinds) {
    for (const char* quantile : {"p50", "p99", "p99.9", "max"}) {
      out << fmt::format(" {:>9}", fmt::format("{} {}", kind[0] == 'm' ? "m" : "f", quantile));
    }
  }
  out << fmt::format(" {:>11}\n", "distortion") << rows;
}

// Where the loop, and the loop with the touching, are the largest share of system's time.
void PrintFloor(const Json& record, std::ostream& out) {
  const auto largest = [&record](const char* share) {
    const Json* most = nullptr;
    for (const Json& cell : record["cells"]) {
      if (cell["allocator"] != "system" || cell["status"] != "ok" || cell[share].is_null())
        continue;
      if (most == nullptr || cell[share] > (*most)[share]) most = &cell;
    }
    return most;
  };
  const Json* const loop = largest("loop_share");
  const Json* const floor = largest("floor_share");
  if (loop == nullptr || floor == nullptr) return;
  out << fmt::format("Of system's time the loop is at most {} ({}), the floor {} ({}).\n",
                     Share((*loop)["loop_share"]), (*loop)["trace"].get<std::string>(),
                     Share((*floor)["floor_share"]), (*floor)["trace"].get<std::string>());
}

// By how much the latency pass took longer than the timed one, at the median of the cells.
void PrintDistortion(const Json& record, std::ostream& out) {
  std::vector<double> distortions;
  std::uint64_t sampling = 0;
  double step_ns = 0;
  for (const Json& cell : record["cells"]) {
    if (cell["status"] != "ok" || cell["latency"].is_null()) continue;
    distortions.push_back(cell["latency"]["distortion"]);
    sampling = cell["latency"]["sampling"];
    step_ns = std::max(step_ns, cell["latency"].value("resolution_ns", 0.0));
  }
  if (distortions.empty()) return;
  out << fmt::format(
      "Latency (--latency): one call in {} timed, which took {:.1f} % more time than "
      "the timed pass\nat the median of the cells.\n",
      sampling, 100 * Median(distortions));
  if (step_ns < 1) return;
  out << fmt::format("Its clock has steps of {:.1f} ns: figures closer than that are equal.\n",
                     step_ns);
}

void PrintTrace(const Json& record, const Json& trace, std::string_view table, std::ostream& out,
                const TableStyle& style) {
  out << fmt::format("\n{}: {} operations, at most {} live in {} blocks{}\n",
                     trace["name"].get<std::string>(), trace["operations"].get<std::uint64_t>(),
                     Bytes(trace["live_bytes_peak"].get<std::uint64_t>()),
                     trace["live_blocks_peak"].get<std::uint64_t>(),
                     trace["tainted"] == "" ? "" : " (tainted)");
  if (trace["tainted"] != "") out << "  tainted: " << trace["tainted"].get<std::string>() << '\n';
  const bool elapsed = HasThreads(record);
  out << Heading() << (elapsed ? fmt::format(" {:>9}", "elapsed") : "") << '\n';
  for (const Json& cell : record["cells"]) {
    if (IsOf(cell, table, trace)) PrintCell(cell, MostBlocks(record), elapsed, out, style);
  }
  PrintWhatIsKnown(record, trace, table, out);
  if (style.latency) PrintLatency(record, trace, table, out);
}

void PrintTable(const Json& record, std::string_view table, std::string_view title,
                std::ostream& out, const TableStyle& style) {
  bool any = false;
  for (const Json& cell : record["cells"]) any = any || cell["table"] == table;
  if (!any) return;
  out << '\n' << title << '\n';
  for (const Json& trace : record["traces"]) PrintTrace(record, trace, table, out, style);
}

void PrintNotes(const Json& record, std::ostream& out) {
  out << R"(
ns/op: processor time, median of the blocks. against system: median of the ratios block by block
(95 % bootstrap interval); ? is neither faster, nor slower, nor the same by what was measured; [n]:
of fewer blocks, n. loop: the share of the time that the replay loop alone takes; floor: that and
the touching of blocks; * over half: this row says more about them than about the allocator. H/L:
bytes held over bytes live, mean over operations, and largest H over largest L.
)";
  PrintFloor(record, out);
  PrintDistortion(record, out);
  out << FewBlocksText(record, "ns_per_op_blocks");
}

}  // namespace

void PrintTables(const Json& record, std::ostream& out, const TableStyle& style) {
  if (HasThreads(record)) {
    const Json& provenance = record["provenance"];
    out << "\nMode " << provenance["mode"].get<std::string>()
        << ": a thread for each recorded one, which waits only for blocks that others made.\n";
    if (provenance.contains("time_scale")) {
      out << fmt::format("No call comes before its time: recorded gaps are multiplied by {}.\n",
                         provenance["time_scale"].get<double>());
    }
    out << "Our variants are behind one lock. elapsed: ns that went by for each "
           "operation. What is held is\nof the serial order; there is no floor.\n";
  } else {
    out << "\nMode serial: the calls as they were recorded, one after the other on one thread.\n";
  }
  PrintTable(
      record, "in_process",
      "In process: our variants and system, statically dispatched. H is what the page source "
      "gave (system: mallinfo2).",
      out, style);
  PrintTable(record, "preload",
             "Preloaded: libraries under LD_PRELOAD and system. H is resident memory. Not to be "
             "ranked with the table above.",
             out, style);
  PrintNotes(record, out);
}

}  // namespace alloclab
