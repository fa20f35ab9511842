#include "bench/table.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "bench/compare.h"

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kFloorBound = 0.5;
constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kDim = "\033[2m";
constexpr std::string_view kPlain = "\033[0m";

std::string Bytes(std::uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < std::size(kUnits); ++unit) value /= 1024;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string Ratio(const Json& cell) {
  if (cell["ratio_to_system"].is_null()) return "-";
  const Json& interval = cell["ratio_to_system_interval"];
  return fmt::format("{:.2f} ({:.2f}-{:.2f})", cell["ratio_to_system"].get<double>(),
                     interval[0].get<double>(), interval[1].get<double>());
}

std::string Visited(const Json& cell) {
  const Json& visited = cell["blocks_visited_per_allocation"];
  return visited.is_null() ? "-" : fmt::format("{:.1f}", visited.get<double>());
}

// The columns, the same for the heading and for every row.
constexpr const char* kColumns =
    "{:<20} {:>8} {:>19} {:>7} {:>10} {:>10} {:>11} {:>11} {:>9} {:>8}";

// Where several threads run, what went by is not what they used. One more column.
bool HasThreads(const Json& record) {
  return record["provenance"]["mode"] != ReplayModeName(ReplayMode::kSerial);
}

std::string Elapsed(const Json& cell) {
  return fmt::format(" {:>9.2f}", cell["elapsed_ns_per_op_median"].get<double>());
}

std::string Heading() {
  return fmt::format(kColumns, "allocator", "ns/op", "against system", "floor", "H/L mean",
                     "H/L peak", "held peak", "resident", "returned", "visited");
}

bool IsFloorBound(const Json& cell) {
  return !cell["floor_share"].is_null() && cell["floor_share"].get<double>() > kFloorBound;
}

std::string Floor(const Json& cell) {
  if (cell["floor_share"].is_null()) return "-";
  return fmt::format("{:.0f} %{}", 100 * cell["floor_share"].get<double>(),
                     IsFloorBound(cell) ? "*" : "");
}

std::string Row(const Json& cell) {
  return fmt::format(kColumns, cell["allocator"].get<std::string>(),
                     fmt::format("{:.2f}", cell["ns_per_op_median"].get<double>()), Ratio(cell),
                     Floor(cell), fmt::format("{:.2f}", cell["held_over_live_mean"].get<double>()),
                     fmt::format("{:.2f}", cell["held_over_live_peak"].get<double>()),
                     Bytes(cell["held_bytes_peak"].get<std::uint64_t>()),
                     Bytes(cell["resident_bytes_peak"].get<std::uint64_t>()),
                     fmt::format("{:.0f} %", 100 * cell["returned_share"].get<double>()),
                     Visited(cell));
}

void PrintCell(const Json& cell, bool elapsed, std::ostream& out, bool color) {
  const bool failed = cell["status"] != "ok";
  const std::string text =
      failed ? fmt::format("{:<20} failed: {}", cell["allocator"].get<std::string>(),
                           cell["reason"].get<std::string>())
             : Row(cell) + (elapsed ? Elapsed(cell) : "");
  const std::string_view style = failed ? kRed : !IsFloorBound(cell) ? std::string_view() : kDim;
  if (color && !style.empty()) {
    out << style << text << kPlain << '\n';
  } else {
    out << text << '\n';
  }
}

void PrintTrace(const Json& record, const Json& trace, std::string_view table, std::ostream& out,
                bool color) {
  out << fmt::format("\n{}: {} operations, at most {} live in {} blocks{}\n",
                     trace["name"].get<std::string>(), trace["operations"].get<std::uint64_t>(),
                     Bytes(trace["live_bytes_peak"].get<std::uint64_t>()),
                     trace["live_blocks_peak"].get<std::uint64_t>(),
                     trace["tainted"] == "" ? "" : " (tainted)");
  if (trace["tainted"] != "") out << "  tainted: " << trace["tainted"].get<std::string>() << '\n';
  const bool elapsed = HasThreads(record);
  out << Heading() << (elapsed ? fmt::format(" {:>9}", "elapsed") : "") << '\n';
  for (const Json& cell : record["cells"]) {
    if (cell["table"] == table && cell["trace"] == trace["name"])
      PrintCell(cell, elapsed, out, color);
  }
}

void PrintTable(const Json& record, std::string_view table, std::string_view title,
                std::ostream& out, bool color) {
  bool any = false;
  for (const Json& cell : record["cells"]) any = any || cell["table"] == table;
  if (!any) return;
  out << '\n' << title << '\n';
  for (const Json& trace : record["traces"]) PrintTrace(record, trace, table, out, color);
}

void PrintNotes(const Json& record, std::ostream& out) {
  out << "\nns/op: processor time, median of the blocks. against system: median of the ratios "
         "block "
         "by block\n(95 % bootstrap interval). floor: the share of the time that the loop and the "
         "touching alone take;\n* over half: this row says more about them than about the "
         "allocator. H/L: bytes held over bytes live,\nmean over operations, and largest H over "
         "largest L.\n";
  const auto blocks = record["provenance"]["blocks"].get<std::size_t>();
  if (blocks < kPublishedBlocks) {
    out << fmt::format("{} block{} only: a figure to publish needs {} or more.\n", blocks,
                       blocks == 1 ? "" : "s", kPublishedBlocks);
  }
}

}  // namespace

void PrintTables(const Json& record, std::ostream& out, bool color) {
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
      out, color);
  PrintTable(record, "preload",
             "Preloaded: libraries under LD_PRELOAD and system. H is resident memory. Not to be "
             "ranked with the table above.",
             out, color);
  PrintNotes(record, out);
}

}  // namespace alloclab
