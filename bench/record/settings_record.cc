#include "bench/record/settings_record.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

namespace alloclab {
namespace {

// How they begin: glibc's, jemalloc's (which as a part of other programs has a prefix), mimalloc's,
// tcmalloc's, TBB's, Scudo's and our own.
constexpr std::string_view kBeginnings[] = {
    "GLIBC_TUNABLES=", "MALLOC_",    "JE_MALLOC_CONF=", "_RJEM_MALLOC_CONF=", "MIMALLOC_",
    "TCMALLOC_",       "TBB_MALLOC", "SCUDO_OPTIONS=",  "ALLOCLAB_MALLOC_",
};

}  // namespace

void AddSettings(nlohmann::ordered_json& provenance, const BlockLimits& limits,
                 std::chrono::milliseconds timeout, std::uint64_t memory_limit_bytes) {
  provenance["blocks_most"] = limits.blocks;
  if (limits.precision > 0) provenance["precision"] = limits.precision;
  if (limits.budget.count() > 0) provenance["budget_seconds"] = limits.budget.count();
  provenance["timeout_seconds"] = std::chrono::duration<double>(timeout).count();
  provenance["memory_limit_bytes"] = memory_limit_bytes;
}

void AddEnd(nlohmann::ordered_json& provenance, std::size_t blocks, bool interrupted,
            std::chrono::duration<double> elapsed) {
  provenance["blocks"] = blocks;
  provenance["interrupted"] = interrupted;
  provenance["elapsed_seconds"] = std::round(elapsed.count() * 10) / 10;
}

std::string MallocVariables() {
  std::vector<std::string_view> found;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const auto begins = [variable](std::string_view with) { return variable.starts_with(with); };
    if (std::any_of(std::begin(kBeginnings), std::end(kBeginnings), begins)) {
      found.push_back(variable);
    }
  }
  std::sort(found.begin(), found.end());
  return fmt::format("{}", fmt::join(found, " "));
}

}  // namespace alloclab
