#include "fuzz/mutate_input.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "fuzz/mutator.h"

// Weak: a plain driver has none, and calls no mutator.
extern "C" [[gnu::weak]] std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                      std::size_t max_size);

namespace alloclab {
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

std::size_t MutateProgramInput(std::uint8_t* data, std::size_t size, std::size_t max_size,
                               unsigned seed) {
  // Bytes now and then, for what the other does not think of.
  if (OfBytes() || seed % 16 == 0) return LLVMFuzzerMutate(data, size, max_size);
  SplitMix random(seed);
  return Put(MutateProgram({data, size}, max_size, random), data, max_size);
}

std::size_t SpliceProgramInputs(const std::uint8_t* a, std::size_t a_size, const std::uint8_t* b,
                                std::size_t b_size, std::uint8_t* out, std::size_t max_size,
                                unsigned seed) {
  if (max_size == 0) return 0;
  SplitMix random(seed);
  return Put(SplicePrograms({a, a_size}, {b, b_size}, max_size, random), out, max_size);
}

}  // namespace alloclab
