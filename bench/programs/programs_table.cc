#include "bench/programs/programs_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "bench/block_loop.h"
#include "bench/standing.h"
#include "bench/stats.h"

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kPlain = "\033[0m";
constexpr const char* kSystem = "system";

struct Column {
  const char* figure;
  const char* blocks;
  const char* title;
};
constexpr Column kColumns[] = {
    {"cpu", "cpu_s_blocks", "processor time"},
    {"wall", "wall_s_blocks", "wall time"},
    {"resident", "resident_bytes_peak_blocks", "resident"},
};
constexpr const char* kRatioColumn = " {:>23}";

std::string Name(const Json& entry, const char* key) { return entry[key].get<std::string>(); }

bool IsOk(const Json& cell) { return cell["status"] == "ok"; }

const Json* CellOf(const Json& record, const Json& program, const std::string& allocator) {
  for (const Json& cell : record["cells"]) {
    if (cell["program"] == program["name"] && cell["allocator"] == allocator) return &cell;
  }
  return nullptr;
}

std::size_t Blocks(const Json& record) { return record["provenance"]["blocks"].get<std::size_t>(); }

std::string RatioText(const Json& ratio, std::size_t own_blocks, std::size_t blocks) {
  if (ratio["ratio_to_system"].is_null()) return "-";
  const Json& interval = ratio["ratio_to_system_interval"];
  const bool known = ratio["standing"] != StandingName(Standing::kUnresolved);
  return fmt::format("{}{:.2f} ({:.2f}-{:.2f}){}", known ? "" : "? ",
                     ratio["ratio_to_system"].get<double>(), interval[0].get<double>(),
                     interval[1].get<double>(),
                     own_blocks < blocks ? fmt::format(" [{}]", own_blocks) : "");
}

std::string Row(const Json& cell, std::size_t blocks) {
  std::string row =
      fmt::format("{:<20} {:>7.3f}", Name(cell, "allocator"), cell["cpu_s_median"].get<double>());
  for (const Column& column : kColumns) {
    row += fmt::format(kRatioColumn,
                       RatioText(cell[column.figure], cell[column.blocks].size(), blocks));
  }
  return row +
         fmt::format(" {:>9.1f} MiB", cell["resident_bytes_peak_median"].get<double>() / (1 << 20));
}

void PrintCell(const Json& cell, std::size_t blocks, std::ostream& out, bool color) {
  if (IsOk(cell)) {
    out << Row(cell, blocks) << '\n';
    return;
  }
  const std::string text =
      fmt::format("{:<20} failed: {}", Name(cell, "allocator"), Name(cell, "reason"));
  out << (color ? kRed : "") << text << (color ? kPlain : "") << '\n';
}

std::string Heading(const char* first, const char* second) {
  std::string heading = fmt::format("{:<20} {:>7}", first, second);
  for (const Column& column : kColumns) heading += fmt::format(kRatioColumn, column.title);
  return heading;
}

// Who leads in processor time, and how far system is from itself.
void PrintWhatIsKnown(const Json& record, const Json& program, std::ostream& out) {
  std::vector<std::string> leading;
  for (const Json& cell : record["cells"]) {
    if (cell["program"] == program["name"] && IsOk(cell) && cell["leads"] == true) {
      leading.push_back(cell["allocator"]);
    }
  }
  if (!leading.empty()) {
    out << fmt::format("leading in processor time: {}{}\n", fmt::join(leading, ", "),
                       leading.size() > 1 ? ", not resolved among each other" : "");
  }
  for (const Json& noise : record["noise"]) {
    if (noise["program"] != program["name"] || noise["cpu"]["noise"].is_null()) continue;
    std::vector<std::string> pairs, hidden;
    for (const Column& column : kColumns) {
      const Json& of = noise[column.figure];
      pairs.push_back(fmt::format("{} {}", column.title, RatioText(of, 0, 0)));
      hidden.push_back(fmt::format("{:.1f} %", 100 * (of["noise"].get<double>() - 1)));
    }
    out << fmt::format("noise: system against itself: {};\n       nothing within {} is resolved\n",
                       fmt::join(pairs, ", "), fmt::join(hidden, ", "));
  }
}

// All rows failed for one reason: it is said once.
bool PrintedAsOne(const Json& record, const Json& program, std::ostream& out, bool color) {
  std::string reason;
  for (const Json& cell : record["cells"]) {
    if (cell["program"] != program["name"]) continue;
    if (IsOk(cell) || (!reason.empty() && reason != Name(cell, "reason"))) return false;
    reason = Name(cell, "reason");
  }
  out << (color ? kRed : "") << "not run: " << reason << (color ? kPlain : "") << '\n';
  return true;
}

void PrintProgram(const Json& record, const Json& program, std::ostream& out, bool color) {
  const std::string version = Name(program, "version");
  out << fmt::format("\n{}{}: {}\n", Name(program, "name"), version.empty() ? "" : " " + version,
                     fmt::join(program["command"].get<std::vector<std::string>>(), " "));
  if (PrintedAsOne(record, program, out, color)) return;
  out << Heading("allocator", "cpu s") << fmt::format(" {:>13}\n", "resident peak");
  for (const Json& cell : record["cells"]) {
    if (cell["program"] == program["name"]) PrintCell(cell, Blocks(record), out, color);
  }
  PrintWhatIsKnown(record, program, out);
}

// The geometric means over these cells, block by block, as far as all have blocks.
std::vector<double> Means(const std::vector<const Json*>& cells, const char* key) {
  std::vector<double> means;
  for (std::size_t block = 0;; ++block) {
    double sum = 0;
    for (const Json* cell : cells) {
      if ((*cell)[key].size() <= block) return means;
      sum += std::log((*cell)[key][block].get<double>());
    }
    means.push_back(std::exp(sum / static_cast<double>(cells.size())));
  }
}

void PrintMeans(const Json& record, std::ostream& out) {
  std::vector<const Json*> programs;
  for (const Json& program : record["programs"]) {
    const Json* system = CellOf(record, program, kSystem);
    if (system != nullptr && IsOk(*system)) programs.push_back(&program);
  }
  if (programs.size() < 2) return;
  out << fmt::format("\nGeometric mean over {} programs, against system\n", programs.size())
      << Heading("allocator", "") << '\n';
  for (const Json& allocator : record["allocators"]) {
    const std::string name = Name(allocator, "name");
    std::vector<const Json*> own, system;
    std::vector<std::string> failed;
    for (const Json* program : programs) {
      const Json* cell = CellOf(record, *program, name);
      if (!IsOk(*cell)) failed.push_back(Name(*program, "name"));
      own.push_back(cell);
      system.push_back(CellOf(record, *program, kSystem));
    }
    out << fmt::format("{:<20} {:>7}", name, "");
    if (!failed.empty()) {
      out << fmt::format(" failed on {}\n", fmt::join(failed, ", "));
      continue;
    }
    for (const Column& column : kColumns) {
      const Ratio ratio = PairedRatio(Means(own, column.blocks), Means(system, column.blocks));
      out << fmt::format(kRatioColumn, fmt::format("{:.3f} ({:.3f}-{:.3f})", ratio.median,
                                                   ratio.interval.low, ratio.interval.high));
    }
    out << '\n';
  }
}

constexpr const char* kNotes = R"(
cpu s: processor time of the program and all that it started, median of the blocks. Ratios are to
system, the C library's malloc: median of the ratios block by block (95 % bootstrap interval); ? is
neither less, nor more, nor the same by what was measured; [n]: of fewer blocks, n. resident: the peak
of the largest process. Every run answered what it answers under system. Of redis the wall time
is redis-benchmark's, the rest the server's.
)";

}  // namespace

void PrintProgramTables(const Json& record, std::ostream& out, bool color) {
  out << "\nReal programs: libraries under LD_PRELOAD and system, one process at a time.\n";
  for (const Json& program : record["programs"]) PrintProgram(record, program, out, color);
  PrintMeans(record, out);
  out << kNotes;
  const std::size_t blocks = Blocks(record);
  if (blocks < kPublishedBlocks) {
    out << fmt::format("{} block{} only: a figure to publish needs {} or more.\n", blocks,
                       blocks == 1 ? "" : "s", kPublishedBlocks);
  }
}

}  // namespace alloclab
