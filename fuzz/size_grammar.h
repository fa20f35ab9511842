// The sizes a fuzz program asks for. Uniform sizes find little: faults live at the edges of size
// classes, at sums that fill a hole exactly, and where arithmetic wraps. So a size is a place worth
// looking at, and a small distance from it.
//
//   place    low 3 bits: where              high 5 bits: which of them
//   0        a small number                 (the distance itself)
//   1        a multiple of 16               up to 31
//   2        between two powers of two      the lower's exponent, up to 21
//   3        what was freed before          last first
//   4        what is live                   last first
//   5        several live ones and headers  the first of them, last first
//   6        a share of the arena           in 32nds
//   7        absurd                         near a limit of 32, 63 or 64 bits; a power of two
//
//   distance low 4 bits: bytes from there (kDistances)
//            high 4 bits: 2: sixteenths of the way to the next power; 3: how many freed together,
//            headers included; 5: how many; 6: an odd number: the share is of what is not live
//
// The table is part of the decoding (kProgramVersion in program.h).

#ifndef ALLOCLAB_FUZZ_SIZE_GRAMMAR_H_
#define ALLOCLAB_FUZZ_SIZE_GRAMMAR_H_

#include <cstdint>
#include <vector>

namespace alloclab {

// What a size may refer to: requested sizes, oldest first.
struct SizesSoFar {
  bool large = false;  // multiples are of 1 MiB, powers of two 2^11 times as large
  std::uint64_t arena_bytes = 0;
  std::uint64_t live_bytes = 0;
  std::vector<std::uint64_t> live;
  std::vector<std::uint64_t> freed;
};

// O(1). Any 64-bit value near a limit may come out.
std::uint64_t SizeAt(std::uint8_t place, std::uint8_t distance, const SizesSoFar& sizes);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SIZE_GRAMMAR_H_
