// What the bytes of the preload_abi target mean: which library, and a fuzz program (program.h).
//
//   byte 0   the library: byte % libraries; byte / libraries, if odd, the small arena: what sizes
//            of the program's grammar are shares of
//   the rest operations, as in program.h
//
// The mutator of programs (fuzz/mutator.h) is that of these inputs too.

#ifndef ALLOCLAB_FUZZ_PRELOAD_ABI_INPUT_H_
#define ALLOCLAB_FUZZ_PRELOAD_ABI_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/program.h"

namespace alloclab {

struct AbiCase {
  std::size_t subject = 0;  // which of the libraries
  FuzzProgram program;
};

inline AbiCase DecodeAbiCase(std::span<const std::uint8_t> input, std::size_t libraries) {
  constexpr std::uint8_t kSmallArena = 14;     // 40 KiB
  constexpr std::uint8_t kLargestArena = 255;  // 1 MiB: large blocks come from the system as such
  std::vector<std::uint8_t> program(input.begin(), input.end());
  const std::size_t first = input.empty() ? 0 : input[0];
  if (!program.empty()) program[0] = first / libraries % 2 == 1 ? kSmallArena : kLargestArena;
  return {first % libraries, DecodeFuzzProgram(program)};
}

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_PRELOAD_ABI_INPUT_H_
