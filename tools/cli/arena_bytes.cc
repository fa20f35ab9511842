#include "tools/cli/arena_bytes.h"

#include <fmt/format.h>

#include <cstdlib>

#include "traces/checked/arena.h"

namespace alloclab::cli {
namespace {

constexpr std::size_t kDefaultArenaBytes = std::size_t{1} << 30;

std::size_t StatedBytes(const std::string& trace, const Metadata& metadata) {
  const std::string stated = FindMetadata(metadata, "arena");
  if (stated.empty()) return kDefaultArenaBytes;
  char* end = nullptr;
  const unsigned long long bytes = std::strtoull(stated.c_str(), &end, 10);
  if (*end != '\0' || bytes == 0) {
    throw TraceError(
        fmt::format("{}: the metadata 'arena' is '{}', not a number of bytes; mend it or "
                    "give --arena BYTES",
                    trace, stated));
  }
  return bytes;
}

}  // namespace

std::size_t ArenaBytes(const std::string& trace, std::size_t given, const Metadata& metadata) {
  const std::size_t bytes = given != 0 ? given : StatedBytes(trace, metadata);
  if (bytes > Arena::kMaxBytes) {
    throw TraceError(
        fmt::format("an arena of {} bytes is too large; give --arena BYTES, at most {}", bytes,
                    Arena::kMaxBytes));
  }
  return bytes;
}

}  // namespace alloclab::cli
