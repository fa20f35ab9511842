#include "fuzz/schedule/mutate_case.h"

#include <algorithm>
#include <vector>

#include "fuzz/random_input.h"

// libFuzzer's own mutations; not there where another engine drives the target.
extern "C" [[gnu::weak]] std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                      std::size_t max_size);

namespace alloclab {

std::size_t MutateThreadedCase(std::uint8_t* data, std::size_t size, std::size_t max_size,
                               unsigned seed) {
  if (seed % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::vector<std::uint8_t> input = RandomInput(seed, 0, max_size);
  std::ranges::copy(input, data);
  return input.size();
}

}  // namespace alloclab
