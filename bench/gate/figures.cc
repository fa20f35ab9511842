#include "bench/gate/figures.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bench/process/compare_error.h"

namespace alloclab::gate {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;

// The number called `name`.
std::optional<double> Number(const Json& cell, const char* name) {
  if (!cell.contains(name)) return std::nullopt;
  return cell.at(name).get<double>();
}

// 0 operations, or bytes live, make no ratio.
std::optional<double> Over(std::optional<double> figure, std::optional<double> base) {
  if (!figure || !base || *base == 0) return std::nullopt;
  return *figure / *base;
}

CellFigures ReadCell(const Json& cell) {
  CellFigures figures;
  figures.reason = cell.at("reason");
  if (!figures.reason.empty()) return figures;
  const std::optional<double> operations = Number(cell, "operations");
  std::optional<double> instructions = Number(cell, "instructions");
  if (instructions) *instructions -= cell.at("floor_instructions").get<double>();
  figures.instructions_per_op = Over(instructions, operations);
  figures.d1_misses_per_op = Over(Number(cell, "d1_misses"), operations);
  figures.ll_misses_per_op = Over(Number(cell, "ll_misses"), operations);
  figures.held_over_live_peak =
      Over(Number(cell, "held_bytes_peak"), Number(cell, "live_bytes_peak"));
  figures.held_bytes_at_end = Number(cell, "held_bytes_at_end");
  figures.ns_per_op = Number(cell, "ns_per_op");
  return figures;
}

TreeFigures Read(const Json& report) {
  TreeFigures figures;
  figures.variants = report.at("variants").get<std::vector<std::string>>();
  if (report.contains("conditions")) {
    for (const auto& [name, value] : report.at("conditions").items()) {
      figures.conditions[name] = value.is_string() ? value.get<std::string>() : value.dump();
    }
  }
  if (!report.contains("cells")) return figures;
  for (const Json& cell : report.at("cells")) {
    figures.cells[{cell.at("allocator"), cell.at("trace")}] = ReadCell(cell);
  }
  return figures;
}

}  // namespace

TreeFigures ReadFigures(const std::string& text, const std::string& whose) {
  try {
    const Json report = Json::parse(text);
    if (report.at("format") == "alloclab-counts") {
      const int version = report.at("version");
      if (version == kVersion) return Read(report);
      throw CompareError(
          fmt::format("the figures of {} are of version {}, and this gate reads version {}. Name a "
                      "baseline nearer to the present tree.",
                      whose, version, kVersion));
    }
  } catch (const Json::exception&) {
  }
  throw CompareError(
      fmt::format("what bench/deterministic/counts of {} wrote is not what gate reads. Name a "
                  "baseline nearer to the present tree.",
                  whose));
}

}  // namespace alloclab::gate
