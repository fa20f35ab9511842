// Random inputs for a fuzz target, the same everywhere.

#ifndef ALLOCLAB_FUZZ_RANDOM_INPUT_H_
#define ALLOCLAB_FUZZ_RANDOM_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace alloclab {

// splitmix64 (Steele et al., 2014).
class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    std::uint64_t x = state_ += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }

 private:
  std::uint64_t state_;
};

// The n-th input of a seed, of 1 to `max_bytes` bytes, whatever came before: made again without the
// others.
inline std::vector<std::uint8_t> RandomInput(std::uint64_t seed, std::uint64_t n,
                                             std::size_t max_bytes) {
  SplitMix random(SplitMix(seed).Next() + n);
  std::vector<std::uint8_t> input(1 + random.Next() % max_bytes);
  for (std::uint8_t& byte : input) byte = static_cast<std::uint8_t>(random.Next());
  return input;
}

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_RANDOM_INPUT_H_
