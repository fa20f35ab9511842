// How libFuzzer changes an input that is a fuzz program.

#ifndef ALLOCLAB_FUZZ_MUTATE_INPUT_H_
#define ALLOCLAB_FUZZ_MUTATE_INPUT_H_

#include <cstddef>
#include <cstdint>

namespace alloclab {

// For LLVMFuzzerCustomMutator. With ALLOCLAB_FUZZ_MUTATOR=bytes in the environment inputs are
// mutated as if they were any bytes: to measure what the mutator is worth.
std::size_t MutateProgramInput(std::uint8_t* data, std::size_t size, std::size_t max_size,
                               unsigned seed);

// For LLVMFuzzerCustomCrossOver.
std::size_t SpliceProgramInputs(const std::uint8_t* a, std::size_t a_size, const std::uint8_t* b,
                                std::size_t b_size, std::uint8_t* out, std::size_t max_size,
                                unsigned seed);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_MUTATE_INPUT_H_
