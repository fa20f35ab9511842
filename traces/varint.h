// Prefix varints: 64-bit numbers in 1 to 9 bytes, the length known from the first byte.
//
//   first byte   bytes   value
//   xxxxxxx1       1      7 bits
//   xxxxxx10       2     14 bits
//   ...
//   10000000       8     56 bits
//   00000000       9     64 bits, all in the eight bytes that follow
//
// The zero bits below the lowest one bit count the bytes that follow; the value starts above that
// bit and goes on in the following bytes, little-endian. So a reader needs one 8-byte load, a shift
// and a mask and no loop over the bytes (the LEB128 alternative), at the price of reading past the
// end of what is encoded: every buffer read here is followed by kVarintPadding readable bytes.

#ifndef ALLOCLAB_TRACES_VARINT_H_
#define ALLOCLAB_TRACES_VARINT_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

#include "traces/little_endian.h"

namespace alloclab {

// Readable bytes that follow a buffer: a varint that starts before its end may end 8 bytes behind it,
// and whoever reads on from there, before looking where that is, reads up to 8 more.
inline constexpr std::size_t kVarintPadding = 16;
inline constexpr std::size_t kVarintMaxBytes = 9;

// The bits of a value whose first byte says that it takes 1 to 8 bytes.
inline constexpr std::array<std::uint64_t, 9> kVarintMasks = [] {
  std::array<std::uint64_t, 9> masks{};
  for (std::size_t bytes = 1; bytes < masks.size(); ++bytes) {
    masks[bytes] = (std::uint64_t{1} << (7 * bytes)) - 1;
  }
  return masks;
}();

inline void AppendVarint(std::string& to, std::uint64_t value) {
  const int bits = static_cast<int>(std::bit_width(value | 1));
  const int bytes = (bits + 6) / 7;
  if (bytes > 8) {
    to.push_back('\0');
    AppendLittleEndian(to, value);
    return;
  }
  char buffer[sizeof value];
  StoreLittleEndian(buffer, ((value << 1) | 1) << (bytes - 1));
  to.append(buffer, static_cast<std::size_t>(bytes));
}

// Reads the varint at `at` and moves `at` behind it. The caller has checked that `at` is before the
// end of its buffer, and afterwards checks that it has not been moved past that end.
inline std::uint64_t ReadVarint(const char*& at) {
  const auto word = LoadLittleEndian<std::uint64_t>(at);
  const auto first = static_cast<unsigned char>(word);
  if (first == 0) [[unlikely]] {
    const auto value = LoadLittleEndian<std::uint64_t>(at + 1);
    at += kVarintMaxBytes;
    return value;
  }
  const int bytes = std::countr_zero(word) + 1;
  at += bytes;
  // Without the prefix, and without what belongs to the next number.
  return (word >> bytes) & kVarintMasks[static_cast<std::size_t>(bytes)];
}

// Small numbers for small differences of either sign: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
constexpr std::uint64_t ZigZag(std::uint64_t difference) {
  return (difference << 1) ^ (0 - (difference >> 63));
}
constexpr std::uint64_t UnZigZag(std::uint64_t code) { return (code >> 1) ^ (0 - (code & 1)); }

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_VARINT_H_
