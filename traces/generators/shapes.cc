// Requests of a shape that a way of building allocators finds hard, whatever is freed when.
//
//     growth           a  aa  aaaa  aaaaaaaa    buffers that grow by realloc, in each other's way
//     comb             | a |   | a |   | a |    every other block is freed, larger ones follow
//     power_plus_one   2^k + 1 bytes            the worst there is for sizes that are powers of two
//     alignment        |   [a]  |   [a]  |      small blocks at large alignments, others between
//
// Each event is O(1), memory is the live set.

#include <fmt/format.h>

#include <utility>

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

// Several buffers grow in turns, from start to limit, where they are freed. Twice as much each time
// never fits into the sum of what was given up before; one and a half times as much does after a
// few steps, if these lie side by side; with a constant step the bytes copied are quadratic.
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

// A marker stands where the comb is left: after every other block was freed.
void Comb(const Arguments& arguments, Random&, Emitter& out) {
  const std::uint64_t bytes = arguments["bytes"];
  for (std::uint64_t round = 0; round < arguments["rounds"]; ++round) {
    std::vector<Id> teeth;
    std::vector<Id> gaps;
    for (std::uint64_t i = 0; i < arguments["blocks"]; ++i) {
      (i % 2 == 0 ? gaps : teeth).push_back(out.Malloc(bytes));
    }
    for (const Id gap : gaps) out.Free(gap);
    out.Marker(round);
    std::vector<Id> large;
    for (std::uint64_t i = 0; i < gaps.size() / 2; ++i) large.push_back(out.Malloc(2 * bytes));
    for (const Id block : large) out.Free(block);
    for (const Id tooth : teeth) out.Free(tooth);
  }
}

std::string CombBound(const Arguments& arguments) {
  return fmt::format(
      "an allocator that lays the blocks side by side and moves none holds 3/2 of the {} bytes "
      "live",
      arguments["blocks"] * arguments["bytes"]);
}

void PowerPlusOne(const Arguments& arguments, Random& random, Emitter& out) {
  const std::uint64_t live = arguments["live"];
  std::vector<Id> blocks;
  for (std::uint64_t n = arguments["operations"]; n > 0; --n) {
    const std::uint64_t power = random.Between(arguments["least_power"], arguments["most_power"]);
    const std::uint64_t size = (std::uint64_t{1} << power) + 1;
    if (blocks.size() < live) {
      blocks.push_back(out.Malloc(size));
      continue;
    }
    Id& block = blocks[static_cast<std::size_t>(random.Below(blocks.size()))];
    out.Free(block);
    block = out.Malloc(size);
  }
  for (const Id block : blocks) out.Free(block);
}

std::string PowerPlusOneBound(const Arguments& arguments) {
  const std::uint64_t power = std::uint64_t{1} << arguments["most_power"];
  return fmt::format(
      "sizes rounded up to powers of two take {} bytes for {}, and less than twice what is asked "
      "for",
      2 * power, power + 1);
}

void CheckPowers(const Arguments& arguments) { CheckOrder(arguments, "least_power", "most_power"); }

// A storm is a burst of small blocks at one alignment, behind each a block at none; then as many
// random ones are freed as are live too many.
void Alignment(const Arguments& arguments, Random& random, Emitter& out) {
  constexpr EventKind kKinds[] = {EventKind::kMemalign, EventKind::kAlignedAlloc,
                                  EventKind::kPosixMemalign};
  std::vector<Id> blocks;
  for (std::uint64_t storm = 0; storm < arguments["storms"]; ++storm) {
    const EventKind kind = kKinds[random.Below(3)];
    const std::uint64_t alignment = std::uint64_t{1} << random.Between(4, arguments["most_power"]);
    for (std::uint64_t i = 0; i < arguments["burst"]; ++i) {
      blocks.push_back(out.Aligned(kind, alignment, random.Size(1, arguments["most"])));
      blocks.push_back(out.Malloc(random.Size(1, arguments["most"])));
    }
    while (blocks.size() > arguments["live"]) {
      std::swap(blocks[static_cast<std::size_t>(random.Below(blocks.size()))], blocks.back());
      out.Free(blocks.back());
      blocks.pop_back();
    }
  }
  for (const Id block : blocks) out.Free(block);
}

}  // namespace

std::vector<Generator> ShapeGenerators() {
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
      {.name = "comb",
       .summary = "Every other block is freed, and then blocks are asked for that fit no gap",
       .source = "the first step of Robson's attack (see robson)",
       .parameters = {{"blocks", 10'000, 4, kMostLive, "Of the comb", true},
                      {"bytes", 256, 1, 1 << 30,
                       "Of each block; the large ones have twice as many"},
                      {"rounds", 3, 1, 1'000'000, "Combs, one after the other"}},
       .run = Comb,
       .bound = CombBound},
      {.name = "power_plus_one",
       .summary = "Sizes of a power of two and one more, at random replaced",
       .source = "Knowlton, A Fast Storage Allocator, 1965: what buddies cost",
       .parameters = {{"operations", 50'000, 1, kMostOperations, "Blocks made", true},
                      {"live", 2000, 1, kMostLive, "Blocks live at once"},
                      {"least_power", 4, 0, 39, "The smallest k of 2^k + 1"},
                      {"most_power", 13, 0, 39, "The largest"}},
       .run = PowerPlusOne,
       .bound = PowerPlusOneBound,
       .check = CheckPowers},
      {.name = "alignment",
       .summary = "Storms of small blocks at large alignments, with others between them",
       .source = "",
       .parameters = {{"storms", 500, 1, 100'000'000, "How many", true},
                      {"burst", 50, 1, 100'000, "Aligned blocks in one, and as many others"},
                      {"live", 2000, 0, kMostLive, "Blocks that stay after a storm"},
                      {"most_power", 12, 4, 30, "Alignments are 2^4 up to 2^this"},
                      {"most", 255, 1, kMostBytes, "Bytes of the largest block"}},
       .run = Alignment},
  };
}

}  // namespace alloclab::generators
