// The rest of the trace parser's target (traces/parser_fuzz.cc): its inputs are traces themselves,
// so there is nothing to translate.

#include <fmt/format.h>

#include <cstdio>

#include "fuzz/target.h"

namespace alloclab {

void ReportDeath(std::span<const std::uint8_t> input, std::string_view how) {
  fmt::print(stderr, "the trace parser, on {} bytes: {}\n", input.size(), how);
}

}  // namespace alloclab
