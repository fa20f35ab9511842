// libFuzzer's way to the mutator, for targets whose input is a fuzz program. With
// ALLOCLAB_FUZZ_MUTATOR=bytes in the environment inputs are mutated as if they were any bytes: to
// measure what the mutator is worth.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "fuzz/mutator.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

bool OfBytes() {
  static const bool bytes = [] {
    const char* value = std::getenv("ALLOCLAB_FUZZ_MUTATOR");
    return value != nullptr && std::string_view(value) == "bytes";
  }();
  return bytes;
}

std::size_t Put(const std::vector<std::uint8_t>& program, std::uint8_t* out, std::size_t max_size) {
  const std::size_t size = std::min(program.size(), max_size);
  std::copy_n(program.begin(), size, out);
  return size;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  // Bytes now and then, for what the other does not think of.
  if (OfBytes() || seed % 16 == 0) return LLVMFuzzerMutate(data, size, max_size);
  alloclab::SplitMix random(seed);
  return Put(alloclab::MutateProgram({data, size}, max_size, random), data, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* a, std::size_t a_size,
                                                 const std::uint8_t* b, std::size_t b_size,
                                                 std::uint8_t* out, std::size_t max_size,
                                                 unsigned seed) {
  if (max_size == 0) return 0;
  alloclab::SplitMix random(seed);
  return Put(alloclab::SplicePrograms({a, a_size}, {b, b_size}, max_size, random), out, max_size);
}
