#include "bench/publish/settled.h"

#include <fmt/format.h>

#include <charconv>

namespace alloclab::publish {

double Settled(double figure) {
  const std::string digits = fmt::format("{:.9g}", figure);
  double settled = figure;
  std::from_chars(digits.data(), digits.data() + digits.size(), settled);
  return settled;
}

}  // namespace alloclab::publish
