#include "bench/workloads/workload_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "bench/record/row_text.h"
#include "bench/statistics/standing.h"
#include "bench/workloads/run_workload.h"

namespace alloclab::workloads {
namespace {

using Json = nlohmann::ordered_json;

// The columns of one number of threads.
constexpr const char* kColumns = " {:>9} {:>24} {:>6}";
constexpr const char* kName = "{:<20}";

std::set<std::uint32_t> ThreadsOf(const Json& record) {
  std::set<std::uint32_t> threads;
  for (const Json& cell : record["cells"]) threads.insert(cell["threads"].get<std::uint32_t>());
  return threads;
}

// Null when there is none.
const Json* FindCell(const Json& record, const Json& workload, std::uint32_t threads,
                     const Json& allocator) {
  for (const Json& cell : record["cells"]) {
    if (cell["workload"] == workload["name"] && cell["threads"] == threads &&
        cell["allocator"] == allocator["name"]) {
      return &cell;
    }
  }
  return nullptr;
}

bool IsOk(const Json* cell) { return cell != nullptr && (*cell)["status"] == "ok"; }

double Elapsed(const Json& cell) { return cell["elapsed_ns_per_op_median"].get<double>(); }

// Operations a second over those with one thread.
std::string Scaling(const Json* one, const Json& cell) {
  if (!IsOk(one) || one == &cell) return "";
  return fmt::format("x{:.2f}", Elapsed(*one) / Elapsed(cell));
}

std::string Heading(const std::set<std::uint32_t>& threads) {
  std::string heading = fmt::format(kName, "");
  for (const std::uint32_t count : threads) {
    heading += fmt::format(kColumns, ThreadsText(count), "", "");
  }
  heading.resize(heading.find_last_not_of(' ') + 1);
  heading += '\n' + fmt::format(kName, "allocator");
  for (const std::uint32_t count : threads) {
    heading += fmt::format(kColumns, "ns/op", "against system", count == 1 ? "" : "scale");
  }
  return heading + '\n';
}

void PrintRow(const Json& record, const Json& workload, const Json& allocator,
              const std::set<std::uint32_t>& threads, std::ostream& out, bool color) {
  const std::string name = allocator["name"];
  const Json* const one = FindCell(record, workload, 1, allocator);
  std::string row = fmt::format(kName, name), failures;
  for (const std::uint32_t count : threads) {
    const Json* cell = FindCell(record, workload, count, allocator);
    if (IsOk(cell)) {
      row += fmt::format(
          kColumns, fmt::format("{:.2f}", Elapsed(*cell)),
          RatioOfCellText(*cell, *cell, (*cell)["ns_per_op_blocks"].size(), MostBlocks(record)),
          Scaling(one, *cell));
      continue;
    }
    row += fmt::format(kColumns, "failed", "", "");
    if (cell == nullptr) continue;
    failures += InRed(fmt::format("{}, {}: failed: {}", name, ThreadsText(count),
                                  (*cell)["reason"].get<std::string>()),
                      color) +
                '\n';
  }
  row.resize(row.find_last_not_of(' ') + 1);
  out << row << '\n' << failures;
}

// All of `names`, or only that it is all, where there are several and none is left out.
std::string Listed(const std::vector<std::string>& names, std::size_t all) {
  if (names.empty()) return "nobody";
  if (names.size() > 2 && names.size() == all) return "all of them";
  return fmt::format("{}", fmt::join(names, ", "));
}

// Who leads with so many threads, who cannot be told from system yet, and how far system is from
// itself.
void PrintWhatIsKnown(const Json& record, const Json& workload, std::uint32_t threads,
                      std::ostream& out) {
  std::vector<std::string> leading, unresolved;
  std::size_t rows = 0, others = 0, blocks_needed = 0;
  for (const Json& allocator : record["allocators"]) {
    const Json* cell = FindCell(record, workload, threads, allocator);
    if (!IsOk(cell)) continue;
    const std::string name = allocator["name"];
    ++rows;
    if ((*cell)["leads"] == true) leading.push_back(name);
    if (name == "system") continue;
    ++others;
    if ((*cell)["standing"] != StandingName(Standing::kUnresolved)) continue;
    unresolved.push_back(name);
    const Json& needed = (*cell)["blocks_needed"];
    if (!needed.is_null()) blocks_needed = std::max(blocks_needed, needed.get<std::size_t>());
  }
  out << fmt::format("{}: leading: {}", ThreadsText(threads), Listed(leading, rows));
  if (!unresolved.empty()) {
    out << fmt::format("; not resolved against system: {}", Listed(unresolved, others));
    if (blocks_needed > 0) out << fmt::format(" (up to about {} blocks)", blocks_needed);
  }
  for (const Json& noise : record["noise"]) {
    if (noise["workload"] != workload["name"] || noise["threads"] != threads) continue;
    if (noise["noise"].is_null()) continue;
    out << "; noise: " << NoiseText(noise);
  }
  out << '\n';
}

void PrintNotes(const Json& record, std::ostream& out) {
  out << R"(
ns/op: time that went by for each operation of all threads, median of the blocks; every thread does
as much as the only one does. against system: median of the ratios block by block (95 % bootstrap
interval); ? is neither faster, nor slower, nor the same by what was measured; [n]: of fewer blocks,
n. scale: operations a second over those with one thread. noise: how far system was from itself;
nothing nearer to 1 is resolved. Our variants are behind one lock.
)";
  out << FewBlocksText(record, "ns_per_op_blocks");
}

}  // namespace

void PrintWorkloadTables(const Json& record, std::ostream& out, bool color) {
  const std::set<std::uint32_t> threads = ThreadsOf(record);
  for (const Json& workload : record["workloads"]) {
    out << fmt::format("\n{}: {}\n", workload["name"].get<std::string>(),
                       workload["stresses"].get<std::string>());
    out << Heading(threads);
    for (const Json& allocator : record["allocators"]) {
      PrintRow(record, workload, allocator, threads, out, color);
    }
    for (const std::uint32_t count : threads) PrintWhatIsKnown(record, workload, count, out);
  }
  PrintNotes(record, out);
}

}  // namespace alloclab::workloads
