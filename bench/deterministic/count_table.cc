#include "bench/deterministic/count_table.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "bench/candidates/candidate.h"

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kColumns = "{:<20} {:>10} {:>8} {:>8} {:>8} {:>8} {:>8}\n";

std::string Row(const Json& cell) {
  const Json& counts = cell["counts"];
  const std::string name = cell["allocator"];
  if (counts.contains("reason")) {
    return fmt::format("{:<20} not counted: {}\n", name, counts["reason"].get<std::string>());
  }
  const auto text = [&](const char* figure, int decimals) {
    return fmt::format("{:.{}f}", counts[figure].get<double>(), decimals);
  };
  return fmt::format(kColumns, name, text("instructions_per_op", 1),
                     text("floor_instructions_per_op", 1), text("d1_misses_per_op", 3),
                     text("floor_d1_misses_per_op", 3), text("ll_misses_per_op", 3),
                     text("floor_ll_misses_per_op", 3));
}

std::string Rows(const Json& record, const Json& trace, Table table) {
  std::string rows;
  for (const Json& cell : record["cells"]) {
    if (cell["trace"] != trace["name"] || cell["table"] != TableName(table)) continue;
    if (cell.contains("counts")) rows += Row(cell);
  }
  return rows;
}

std::string TraceTables(const Json& record, const Json& trace) {
  std::string text;
  for (const Table table : {Table::kInProcess, Table::kPreload}) {
    const std::string rows = Rows(record, trace, table);
    if (rows.empty()) continue;
    text += fmt::format("\n{}, {}\n", trace["name"].get<std::string>(),
                        table == Table::kInProcess ? "in process" : "preloaded");
    text += fmt::format(kColumns, "allocator", "instr/op", "floor", "D1m/op", "floor", "LLm/op",
                        "floor");
    text += rows;
  }
  return text;
}

}  // namespace

void PrintCounts(const Json& record, std::ostream& out) {
  std::string tables;
  for (const Json& trace : record["traces"]) tables += TraceTables(record, trace);
  if (tables.empty()) return;
  const Json& provenance = record["provenance"];
  const auto events = provenance["counts_events"].get<std::uint64_t>();
  out << fmt::format(
      "\nCounted by valgrind {}, the same in every run: instructions and misses for each operation "
      "of {},\nin simulated caches that are empty at the start (bytes, ways, bytes a line: {}).\n",
      provenance["counts_valgrind"].get<std::string>(),
      events == 0 ? "the trace" : fmt::format("the first {} events", events),
      provenance["counts_caches"].get<std::string>());
  out << tables << R"(
instr: instructions, D1m, LLm: misses of the first and the last level. floor: the same loop and the
same touching with an allocator that knows every answer; it is contained in the figure before it.
What the system does in a call or for a page fault is in none.
)";
}

}  // namespace alloclab
