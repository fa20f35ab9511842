// The sizes a fuzz program asks for. Uniform sizes find little: faults live at the edges of size
// classes, at sums that fill a hole exactly, and where arithmetic wraps. So a size is a place worth
// looking at, told in one byte, and a small distance from it.
//
//   byte   low 3 bits: where            high 5 bits: more of it
//   0      a small number               (then a byte)
//   1      a multiple of 16             which, up to 31
//   2      a power of two               its exponent, up to 20
//   3      what was freed before        which, last first
//   4      what is live                 which, last first
//   5      two live ones and a header   which, last first
//   6      a share of the arena         in 32nds
//   7      absurd: near PTRDIFF_MAX, near SIZE_MAX, or 8 raw bytes
//
// 1 to 6 are followed by a byte for the distance. The table is part of the decoding
// (kProgramVersion).

#ifndef ALLOCLAB_FUZZ_SIZE_GRAMMAR_H_
#define ALLOCLAB_FUZZ_SIZE_GRAMMAR_H_

#include <cstdint>
#include <vector>

#include "fuzz/byte_reader.h"

namespace alloclab {

// What a size may refer to: requested sizes, oldest first.
struct SizesSoFar {
  std::uint64_t arena_bytes = 0;
  std::vector<std::uint64_t> live;
  std::vector<std::uint64_t> freed;
};

// O(1). Any 64-bit value may come out.
std::uint64_t DrawSize(ByteReader& in, const SizesSoFar& sizes);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SIZE_GRAMMAR_H_
