#include "traces/generators/fleet_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "traces/generators/whole_file.h"
#include "traces/trace_io.h"

namespace alloclab::generators {
namespace {

constexpr std::size_t kMostFileBytes = std::size_t{16} << 20;
constexpr double kMostShare = 1e18;

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

// Takes the text up to the next comma, or all of it, off the front.
std::string_view TakeField(std::string_view& text) {
  const std::size_t comma = text.find(',');
  const std::string_view field = text.substr(0, comma);
  text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  return Trim(field);
}

template <class Number>
bool ParseWhole(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stopped == end && !text.empty();
}

bool ParseShare(std::string_view text, double& share) {
  return ParseWhole(text, share) && share >= 0 && share <= kMostShare;  // false for NaN
}

bool ParseRow(std::string_view line, FleetRow& row) {
  const bool three = std::count(line.begin(), line.end(), ',') == 2;
  return three && ParseWhole(TakeField(line), row.size) && row.size <= INT64_MAX &&
         ParseShare(TakeField(line), row.rate) && ParseShare(TakeField(line), row.live);
}

}  // namespace

std::vector<FleetRow> FleetTableFromText(const std::string& name, std::string_view text) {
  std::vector<FleetRow> rows;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t feed = std::min(text.find('\n'), text.size());
    const std::string_view line = Trim(text.substr(0, feed));
    text.remove_prefix(std::min(feed + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    FleetRow row;
    if (!ParseRow(line, row)) {
      throw TraceError(fmt::format(
          "{}:{}: expected \"bytes, allocations, live\", three numbers that are not negative; "
          "correct or remove the line",
          name, number));
    }
    if (!rows.empty() && row.size <= rows.back().size) {
      throw TraceError(
          fmt::format("{}:{}: the size {} does not grow; sort the lines by size, one "
                      "for each",
                      name, number, row.size));
    }
    rows.push_back(row);
  }
  if (rows.empty()) throw TraceError(fmt::format("{}: the table is empty; give another", name));
  return rows;
}

std::vector<FleetRow> ReadFleetTable(const std::string& path) {
  return FleetTableFromText(path, ReadWholeFile(path, "table", kMostFileBytes));
}

std::vector<std::uint64_t> Weights(const std::vector<double>& shares) {
  constexpr double kLargest = 1099511627776.0;  // 2^40
  const double largest = *std::max_element(shares.begin(), shares.end());
  std::vector<std::uint64_t> weights;
  for (const double share : shares) {
    const double scaled = share > 0 ? share / largest * kLargest : 0;
    const auto whole = static_cast<std::uint64_t>(scaled);
    weights.push_back(share > 0 ? std::max<std::uint64_t>(whole, 1) : 0);
  }
  return weights;
}

}  // namespace alloclab::generators
