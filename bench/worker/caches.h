// The caches that callgrind simulates, the same on every machine whatever that has itself.
//
// D1 and I1 are those of nearly every server of the last ten years. The last level is what one core
// has to itself there (a mebibyte of L2) rather than the dozens of mebibytes that it shares with
// others: a slice of a trace would fit into those, and every allocator would look the same.

#ifndef ALLOCLAB_BENCH_WORKER_CACHES_H_
#define ALLOCLAB_BENCH_WORKER_CACHES_H_

#include <cstdint>
#include <string>

namespace alloclab {

struct SimulatedCache {
  std::uint32_t bytes;
  std::uint32_t ways;
  std::uint32_t line_bytes;

  // Addresses so far apart share a set.
  constexpr std::uint32_t WayBytes() const { return bytes / ways; }
  // As callgrind reads it, and as a record says it: "32768,8,64".
  std::string Text() const {
    return std::to_string(bytes) + "," + std::to_string(ways) + "," + std::to_string(line_bytes);
  }
};

inline constexpr SimulatedCache kI1 = {32 << 10, 8, 64};
inline constexpr SimulatedCache kD1 = {32 << 10, 8, 64};
inline constexpr SimulatedCache kLastLevel = {1 << 20, 16, 64};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_CACHES_H_
