#include "bench/programs/programs_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/record/ratio_record.h"
#include "bench/record/row_text.h"
#include "bench/statistics/standing.h"
#include "bench/statistics/stats.h"

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;

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

std::string Row(const Json& cell, std::size_t blocks) {
  std::string row =
      fmt::format("{:<20} {:>7.3f}", Name(cell, "allocator"), cell["cpu_s_median"].get<double>());
  for (const Column& column : kColumns) {
    row += fmt::format(kRatioColumn, RatioOfCellText(cell, cell[column.figure],
                                                     cell[column.blocks].size(), blocks));
  }
  return row +
         fmt::format(" {:>9.1f} MiB", cell["resident_bytes_peak_median"].get<double>() / (1 << 20));
}

void PrintCell(const Json& cell, std::size_t blocks, std::ostream& out, bool color) {
  if (IsOk(cell)) {
    out << Row(cell, blocks) << '\n';
    return;
  }
  out << InRed(fmt::format("{:<20} failed: {}", Name(cell, "allocator"), Name(cell, "reason")),
               color)
      << '\n';
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
    out << fmt::format("leading in processor time: {}\n", LeadingText(leading));
  }
  for (const Json& noise : record["noise"]) {
    if (noise["program"] != program["name"] || noise["cpu"]["noise"].is_null()) continue;
    std::vector<std::string> pairs, hidden;
    for (const Column& column : kColumns) {
      const Json& of = noise[column.figure];
      pairs.push_back(fmt::format("{} {}", column.title, RatioText(of, 0, 0)));
      hidden.push_back(NoiseText(of));
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
  out << InRed("not run: " + reason, color) << '\n';
  return true;
}

// As a shell reads it.
std::string CommandLine(const Json& words) {
  std::vector<std::string> quoted;
  for (const auto& word : words) {
    quoted.push_back(word.get<std::string>());
    const std::string& text = quoted.back();
    if (text.empty() || text.find(' ') != std::string::npos) quoted.back() = "'" + text + "'";
  }
  return fmt::format("{}", fmt::join(quoted, " "));
}

void PrintProgram(const Json& record, const Json& program, std::ostream& out, bool color) {
  const std::string version = Name(program, "version");
  out << fmt::format("\n{}{}: {}\n", Name(program, "name"), version.empty() ? "" : " " + version,
                     CommandLine(program["command"]));
  if (PrintedAsOne(record, program, out, color)) return;
  out << Heading("allocator", "cpu s") << fmt::format(" {:>13}\n", "resident peak");
  for (const Json& cell : record["cells"]) {
    if (cell["program"] == program["name"]) PrintCell(cell, MostBlocks(record), out, color);
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

// The A/A pair of each of `programs`; without those of records that do not have its blocks.
std::vector<const Json*> Pairs(const Json& record, const std::vector<const Json*>& programs,
                               const char* figure) {
  std::vector<const Json*> pairs;
  for (const Json& noise : record["noise"]) {
    for (const Json* program : programs) {
      if (noise["program"] != (*program)["name"] || !noise[figure].contains("blocks")) continue;
      pairs.push_back(&noise[figure]);
    }
  }
  return pairs;
}

// What is held against what, each of all programs.
struct MeanCells {
  std::vector<const Json*> own, system;
};

// As a single ratio is: by the noise of the mean of system once more, without which nothing is
// resolved.
std::string MeanText(const Json& record, const std::vector<const Json*>& programs,
                     const MeanCells& cells, const Column& column) {
  const std::vector<double> system = Means(cells.system, column.blocks);
  const Ratio ratio = PairedRatio(Means(cells.own, column.blocks), system);
  const std::vector<const Json*> pairs = Pairs(record, programs, column.figure);
  const bool all = pairs.size() == programs.size();
  const double noise = all ? NoiseOf(PairedRatio(Means(pairs, "blocks"), system)) : HUGE_VAL;
  Json judged = Json::object();
  AddRatio(judged, ratio, noise);
  return RatioText(judged, ratio.blocks, MostBlocks(record), 3);
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
    MeanCells cells;
    std::vector<std::string> failed;
    for (const Json* program : programs) {
      const Json* cell = CellOf(record, *program, name);
      if (!IsOk(*cell)) failed.push_back(Name(*program, "name"));
      cells.own.push_back(cell);
      cells.system.push_back(CellOf(record, *program, kSystem));
    }
    out << fmt::format("{:<20} {:>7}", name, "");
    if (!failed.empty()) {
      out << fmt::format(" failed on {}\n", fmt::join(failed, ", "));
      continue;
    }
    for (const Column& column : kColumns) {
      out << fmt::format(kRatioColumn,
                         name == kSystem ? "1" : MeanText(record, programs, cells, column));
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
  out << FewBlocksText(record, kColumns[0].blocks);
}

}  // namespace alloclab
