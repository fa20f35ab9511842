#include "fuzz/size_grammar.h"

#include <array>
#include <cstddef>

namespace alloclab {
namespace {

// Headers of 8 and 16 bytes, units of 16, least blocks of 32: the edges are a few bytes around.
constexpr std::array<int, 16> kDistances = {0,  -1,  1, -8, 8,   -9, 7,  9,
                                            16, -16, 0, 24, -24, 32, 15, -17};
constexpr std::uint64_t kHeaderBytes = 8;

std::uint64_t Near(std::uint64_t place, std::uint8_t by) {
  const int distance = kDistances[by % kDistances.size()];
  const std::uint64_t size =
      place + static_cast<std::uint64_t>(static_cast<std::int64_t>(distance));
  const bool wrapped = distance < 0 ? size > place : size < place;
  return wrapped ? 0 : size;
}

// The sum of `count` sizes, the first of them the `back`-th from the end, going round, with a
// header between two; 0 when there is none.
std::uint64_t Together(const std::vector<std::uint64_t>& sizes, std::size_t back,
                       std::size_t count) {
  if (sizes.empty()) return 0;
  std::uint64_t sum = kHeaderBytes * (count - 1);
  for (std::size_t i = 0; i < count; ++i)
    sum += sizes[sizes.size() - 1 - (back + i) % sizes.size()];
  return sum;
}

std::uint64_t Absurd(std::uint64_t which, std::uint8_t by) {
  constexpr auto kPtrdiffMax = static_cast<std::uint64_t>(INT64_MAX);
  switch (which % 8) {
    case 0:
    case 1:
      return kPtrdiffMax + 8 - by % 32;
    case 2:
      return UINT64_MAX - by;
    case 3:
      return UINT64_MAX - std::uint64_t{by} * 32;
    case 4:
      return (std::uint64_t{1} << (32 + by % 32)) - (by >> 5);
    case 5:
      return by < 128 ? UINT32_MAX - std::uint64_t{by} + 8 : kPtrdiffMax - std::uint64_t{by} * 4096;
    case 6:
      return std::uint64_t{1} << (20 + by % 44);
    default:
      return UINT64_MAX / (1 + by % 128);
  }
}

}  // namespace

std::uint64_t SizeAt(std::uint8_t place, std::uint8_t distance, const SizesSoFar& sizes) {
  const std::uint64_t which = place >> 3;
  const std::uint64_t more = distance >> 4;
  switch (place & 7) {
    case 0:
      return distance;
    case 1:
      return Near(which << (sizes.large ? 20 : 4), distance);
    case 2: {
      const std::uint64_t power = std::uint64_t{1} << (which % 22 + (sizes.large ? 11 : 0));
      return Near(power + power / 16 * more, distance);
    }
    case 3:
      return Near(Together(sizes.freed, which, 1 + more % 4), distance);
    case 4:
      return Near(Together(sizes.live, which, 1), distance);
    case 5:
      return Near(Together(sizes.live, which, 2 + more % 4), distance);
    case 6: {
      const std::uint64_t arena = sizes.arena_bytes;
      const std::uint64_t rest = arena - (sizes.live_bytes < arena ? sizes.live_bytes : arena);
      return Near((more % 2 == 0 ? arena : rest) / 32 * (which + more % 2), distance);
    }
    default:
      return Absurd(which, distance);
  }
}

}  // namespace alloclab
