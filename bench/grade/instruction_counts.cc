#include "bench/grade/instruction_counts.h"

#include <charconv>
#include <string>

namespace alloclab::grade {

std::optional<MarkedCount> ReadMarkedCount(std::istream& file) {
  constexpr std::string_view kMark = "desc: Trigger: Client Request: ";
  constexpr std::string_view kTotals = "totals: ";
  MarkedCount count;
  bool has_totals = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kMark)) count.mark = line.substr(kMark.size());
    if (!line.starts_with(kTotals)) continue;
    const char* const end = line.data() + line.size();
    const auto [stop, error] =
        std::from_chars(line.data() + kTotals.size(), end, count.instructions);
    has_totals = error == std::errc() && stop == end;
  }
  if (count.mark.empty() || !has_totals) return std::nullopt;
  return count;
}

}  // namespace alloclab::grade
