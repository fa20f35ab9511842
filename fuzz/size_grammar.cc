#include "fuzz/size_grammar.h"

#include <array>

namespace alloclab {
namespace {

// Headers of 8 and 16 bytes, units of 16, least blocks of 32: the edges are a few bytes around.
constexpr std::array<int, 16> kDistances = {0,  -1,  1, -8, 8,   -9, 7,  9,
                                            16, -16, 0, 24, -24, 32, 15, -17};

std::uint64_t Near(ByteReader& in, std::uint64_t place) {
  const int distance = kDistances[in.Byte() % kDistances.size()];
  const std::uint64_t size =
      place + static_cast<std::uint64_t>(static_cast<std::int64_t>(distance));
  const bool wrapped = distance < 0 ? size > place : size < place;
  return wrapped ? 0 : size;
}

// The `back`-th from the end, going round; 0 when there is none.
std::uint64_t FromEnd(const std::vector<std::uint64_t>& sizes, std::size_t back) {
  return sizes.empty() ? 0 : sizes[sizes.size() - 1 - back % sizes.size()];
}

std::uint64_t Absurd(ByteReader& in, std::uint64_t more) {
  constexpr auto kPtrdiffMax = static_cast<std::uint64_t>(INT64_MAX);
  switch (more % 4) {
    case 0:
      return kPtrdiffMax + 8 - in.Byte() % 64;
    case 1:
      return UINT64_MAX - in.Byte();
    case 2:
      return UINT64_MAX - in.Number(2) % 8193;
    default:
      return in.Number(8);
  }
}

}  // namespace

std::uint64_t DrawSize(ByteReader& in, const SizesSoFar& sizes) {
  constexpr std::uint64_t kHeaderBytes = 8;
  const std::uint8_t byte = in.Byte();
  const std::uint64_t more = byte >> 3;
  switch (byte & 7) {
    case 0:
      return in.Byte();
    case 1:
      return Near(in, more * 16);
    case 2:
      return Near(in, std::uint64_t{1} << (more % 21));
    case 3:
      return Near(in, FromEnd(sizes.freed, more));
    case 4:
      return Near(in, FromEnd(sizes.live, more));
    case 5:
      return Near(in, FromEnd(sizes.live, more) + FromEnd(sizes.live, more + 1) + kHeaderBytes);
    case 6:
      return Near(in, sizes.arena_bytes / 32 * more);
    default:
      return Absurd(in, more);
  }
}

}  // namespace alloclab
