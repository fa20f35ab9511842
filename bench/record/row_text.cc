#include "bench/record/row_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/statistics/block_loop.h"
#include "bench/statistics/standing.h"

namespace alloclab {
namespace {

constexpr const char* kSystem = "system";

}  // namespace

std::string RatioText(const nlohmann::ordered_json& judged, std::size_t own, std::size_t blocks,
                      int decimals) {
  if (judged["ratio_to_system"].is_null()) return "-";
  const nlohmann::ordered_json& interval = judged["ratio_to_system_interval"];
  const bool known = judged["standing"] != StandingName(Standing::kUnresolved);
  return fmt::format("{}{:.{}f} ({:.{}f}-{:.{}f}){}", known ? "" : "? ",
                     judged["ratio_to_system"].get<double>(), decimals, interval[0].get<double>(),
                     decimals, interval[1].get<double>(), decimals,
                     own < blocks ? fmt::format(" [{}]", own) : "");
}

std::string RatioOfCellText(const nlohmann::ordered_json& cell,
                            const nlohmann::ordered_json& judged, std::size_t own,
                            std::size_t blocks) {
  return cell["allocator"] == kSystem ? "1" : RatioText(judged, own, blocks);
}

std::string LeadingText(const std::vector<std::string>& names) {
  return fmt::format("{}{}", fmt::join(names, ", "),
                     names.size() > 1 ? " (none is known to be slower than the fastest)" : "");
}

std::string NoiseText(const nlohmann::ordered_json& judged) {
  return fmt::format("{:.1f} %", 100 * (judged["noise"].get<double>() - 1));
}

std::string InRed(std::string_view text, bool color) {
  return color ? fmt::format("\033[31m{}\033[0m", text) : std::string(text);
}

std::size_t MostBlocks(const nlohmann::ordered_json& record) {
  return record["provenance"]["blocks"].get<std::size_t>();
}

std::string FewBlocksText(const nlohmann::ordered_json& record, const char* blocks_of) {
  const std::size_t most = MostBlocks(record);
  std::size_t least = most;
  for (const auto& cell : record["cells"]) {
    if (cell["allocator"] != kSystem || cell["status"] != "ok") continue;
    least = std::min(least, cell[blocks_of].size());
  }
  if (least >= kPublishedBlocks) return "";
  return fmt::format("{}{} block{} only: a figure to publish needs {} or more.\n",
                     least < most ? "Some have " : "", least, least == 1 ? "" : "s",
                     kPublishedBlocks);
}

}  // namespace alloclab
