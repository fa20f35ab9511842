// What Robson proved of the memory that allocators need when they cannot move blocks. At most M
// units are live at once, and a block has at most n units. In whole numbers, so that what goes into
// a trace is the same everywhere; what is not whole is rounded to the safe side.
//
//   any allocator  blocks of 1, 2, 4 .. n: M (1 + log2(n)/2) - n + 1 units are needed by every
//                  allocator for some program, and are enough for the best one (Robson, "Bounds for
//                  some functions concerning dynamic storage allocation", 1974)
//   first fit      at most M H(n) / ln 2, H(n) = 1 + 1/2 + .. + 1/n, which is M log2(n) and a
//   little
//                  (Robson, "Worst case fragmentation of first fit and best fit storage allocation
//                  strategies", 1977; Knuth, TAOCP 1, 2.5, exercise 43)
//   best fit       at least (M - 4n + 11)(n - 2) for some program, nearly the M n that no sensible
//                  allocator exceeds (the same; exercise 42)

#ifndef ALLOCLAB_TRACES_GENERATORS_ROBSON_BOUNDS_H_
#define ALLOCLAB_TRACES_GENERATORS_ROBSON_BOUNDS_H_

#include <bit>
#include <cstdint>

namespace alloclab::generators {

// `n` is a power of two, n <= m <= 2^32.
constexpr std::uint64_t RobsonUnits(std::uint64_t m, std::uint64_t n) {
  return m + m * static_cast<std::uint64_t>(std::countr_zero(n)) / 2 - n + 1;
}

// n <= m <= 2^32. Not below M H(n) / ln 2. O(n).
constexpr std::uint64_t FirstFitMostUnits(std::uint64_t m, std::uint64_t n) {
  constexpr std::uint64_t kOne = std::uint64_t{1} << 40;
  __extension__ using Wide = unsigned __int128;
  Wide harmonic = 0;  // in units of 1 / kOne
  for (std::uint64_t i = 1; i <= n; ++i) harmonic += kOne / i + 1;
  // 1 / ln 2 is 1.442695040888...
  const Wide scaled = harmonic * 1'442'695'041 * m / 1'000'000'000;
  return static_cast<std::uint64_t>(scaled / kOne) + 1;
}

// m >= 4 n >= 24.
constexpr std::uint64_t BestFitLeastUnits(std::uint64_t m, std::uint64_t n) {
  return (m - 4 * n + 11) * (n - 2);
}

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_ROBSON_BOUNDS_H_
