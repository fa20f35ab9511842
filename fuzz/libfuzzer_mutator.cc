// libFuzzer's way to the mutator, for targets whose input is a fuzz program.

#include "fuzz/mutate_input.h"

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return alloclab::MutateProgramInput(data, size, max_size, seed);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* a, std::size_t a_size,
                                                 const std::uint8_t* b, std::size_t b_size,
                                                 std::uint8_t* out, std::size_t max_size,
                                                 unsigned seed) {
  return alloclab::SpliceProgramInputs(a, a_size, b, b_size, out, max_size, seed);
}
