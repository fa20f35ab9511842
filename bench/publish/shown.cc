#include <fmt/format.h>

#include <iterator>

#include "bench/publish/formats.h"
#include "bench/publish/settled.h"

namespace alloclab::publish {
namespace {

std::string ShownBytes(double bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < std::size(kUnits); ++unit) bytes /= 1024;
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, kUnits[unit]);
}

}  // namespace

std::string Shown(const Value& value, const Column& column, std::string_view dash) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* count = std::get_if<std::uint64_t>(&value)) {
    return column.kind == Kind::kBytes ? ShownBytes(static_cast<double>(*count))
                                       : fmt::format("{}", *count);
  }
  if (const auto* figure = std::get_if<double>(&value)) {
    return fmt::format("{:.{}f}", Settled(*figure), column.decimals);
  }
  if (const auto* judged = std::get_if<Judged>(&value)) {
    return fmt::format("{0}{1:.{5}f} ({2:.{5}f}{4}{3:.{5}f})", judged->resolved ? "" : "? ",
                       Settled(judged->ratio), Settled(judged->low), Settled(judged->high), dash,
                       column.decimals);
  }
  return "-";
}

}  // namespace alloclab::publish
