// Percentages on the command line.

#ifndef ALLOCLAB_TOOLS_CLI_PERCENTAGE_H_
#define ALLOCLAB_TOOLS_CLI_PERCENTAGE_H_

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <system_error>

namespace alloclab::cli {

// "2%" as 0.02; nothing for what is no percentage.
inline std::optional<double> ShareFromPercentage(std::string_view text) {
  double percent = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, percent);
  const bool whole = error == std::errc() && std::string_view(stop, end) == "%";
  if (!whole || !std::isfinite(percent)) return std::nullopt;
  return percent / 100;
}

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_PERCENTAGE_H_
