// Growing buffers: what vectors, strings and readers of unknown length do with realloc.
//
//     malloc(start) -> realloc(start x (1 + percent/100) + step) -> ...  until limit: free
//
// Several buffers grow in turns, so that each finds the others in its way. Twice as much each time
// never fits into the sum of what was given up before, one and a half times as much does after a
// few steps, if these lie side by side; with a constant step the bytes copied are quadratic.
// Each event is O(1); memory is the buffers.

#include <fmt/format.h>

#include "traces/generators/families.h"
#include "traces/generators/limits.h"

namespace alloclab::generators {
namespace {

// `size` is at most kMostBytes and percent at most 1000, so nothing here overflows.
std::uint64_t Grown(const Arguments& arguments, std::uint64_t size) {
  return size + size * arguments["percent"] / 100 + arguments["step"];
}

void CheckGrowth(const Arguments& arguments) {
  CheckOrder(arguments, "start", "limit");
  const std::uint64_t start = arguments["start"];
  if (Grown(arguments, start) == start) {
    throw GeneratorError(fmt::format(
        "{} bytes and {} percent more are {} bytes: nothing grows; raise start, percent or step",
        start, arguments["percent"], start));
  }
}

void Growth(const Arguments& arguments, Random& random, Emitter& out) {
  struct Buffer {
    Id id = kNoAllocation;
    std::uint64_t size = 0;
  };
  std::vector<Buffer> buffers(static_cast<std::size_t>(arguments["buffers"]));
  for (std::uint64_t n = arguments["operations"]; n > 0; --n) {
    Buffer& buffer = buffers[static_cast<std::size_t>(random.Below(buffers.size()))];
    const std::uint64_t grown = Grown(arguments, buffer.size);
    if (buffer.id == kNoAllocation) {
      buffer = {out.Malloc(arguments["start"]), arguments["start"]};
    } else if (grown <= arguments["limit"]) {
      buffer = {out.Realloc(buffer.id, grown), grown};
    } else {
      out.Free(buffer.id);
      buffer = {};
    }
  }
  for (const Buffer& buffer : buffers) {
    if (buffer.id != kNoAllocation) out.Free(buffer.id);
  }
}

}  // namespace

std::vector<Generator> ResizeGenerators() {
  return {
      {.name = "growth",
       .summary = "Buffers that grow by realloc: percent 100 doubles, 50 is x1.5, step alone is +k",
       .source = "",
       .parameters = {{"operations", 100'000, 1, kMostOperations, "Calls before the end", true},
                      {"buffers", 64, 1, 1 << 20, "That grow in turns"},
                      {"percent", 100, 0, 1000, "By how much a buffer grows"},
                      {"step", 0, 0, kMostBytes, "Bytes by which it grows as well"},
                      {"start", 16, 1, kMostBytes, "Bytes it begins with"},
                      {"limit", 1 << 18, 1, kMostBytes, "Bytes past which it is freed instead"}},
       .run = Growth,
       .check = CheckGrowth},
  };
}

}  // namespace alloclab::generators
