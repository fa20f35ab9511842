// Random numbers that are the same on every machine: xoshiro256** (Blackman and Vigna, 2018), whose
// state is filled by splitmix64 (Steele, Lea and Flood, 2014), as its authors advise.
//
// A generated trace is named by its seed, so nothing here may depend on a library: the standard
// leaves its distributions to whoever implements them, and the last bit of a logarithm differs
// between C libraries. Every draw is whole numbers only. All functions are O(1), expected.

#ifndef ALLOCLAB_TRACES_GENERATORS_RANDOM_H_
#define ALLOCLAB_TRACES_GENERATORS_RANDOM_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace alloclab::generators {

// A step of splitmix64: moves `state` on and returns 64 bits that depend on all of it.
constexpr std::uint64_t SplitMix64(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15u;
  std::uint64_t x = state;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

class Random {
 public:
  using State = std::array<std::uint64_t, 4>;

  constexpr explicit Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) word = SplitMix64(seed);
  }
  constexpr explicit Random(const State& state) : state_(state) {}

  // 64 random bits.
  constexpr std::uint64_t Next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // One of 0 .. n - 1, each as likely as the others; n is not 0. The high half of a product is the
  // number, and the few products that would favour some numbers are drawn again (Lemire, 2019).
  constexpr std::uint64_t Below(std::uint64_t n) {
    Wide product = Wide{Next()} * n;
    if (static_cast<std::uint64_t>(product) < n) {
      const std::uint64_t unfair = (0 - n) % n;
      while (static_cast<std::uint64_t>(product) < unfair) product = Wide{Next()} * n;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

  // One of least .. most, each as likely as the others; least <= most.
  constexpr std::uint64_t Between(std::uint64_t least, std::uint64_t most) {
    const std::uint64_t count = most - least + 1;
    return count == 0 ? Next() : least + Below(count);  // 0: all of the 2^64
  }

  // True `times` out of `out_of`.
  constexpr bool Chance(std::uint64_t times, std::uint64_t out_of) { return Below(out_of) < times; }

  // A size in bytes from least .. most such that every power of two between them is as likely, and
  // every size within one: what is asked of an allocator is mostly small, and now and then not.
  constexpr std::uint64_t Size(std::uint64_t least, std::uint64_t most) {
    const auto narrow = static_cast<std::uint64_t>(std::bit_width(least));
    const auto wide = static_cast<std::uint64_t>(std::bit_width(most));
    const std::uint64_t width = Between(narrow, wide);
    if (width == 0) return 0;
    const std::uint64_t first = std::uint64_t{1} << (width - 1);
    return Between(std::max(least, first), std::min(most, first | (first - 1)));
  }

 private:
  __extension__ using Wide = unsigned __int128;

  State state_{};
};

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_RANDOM_H_
