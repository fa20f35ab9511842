// An axis without large gaps: stretches of addresses laid one after the other.

#ifndef ALLOCLAB_BENCH_HEAPMAP_ADDRESS_AXIS_H_
#define ALLOCLAB_BENCH_HEAPMAP_ADDRESS_AXIS_H_

#include <cstdint>
#include <vector>

#include "bench/heapmap/extent_log.h"
#include "bench/heapmap/history.h"

namespace alloclab {

// The stretches in order of address; those that overlap, or have at most `gap_bytes` between them,
// made one. O(n log n).
std::vector<HeapRegion> MergedRegions(std::vector<Stretch> stretches, std::uint64_t gap_bytes);

class AddressAxis {
 public:
  explicit AddressAxis(const std::vector<HeapRegion>& regions);

  // Where on the axis an address of a region lies. O(log regions).
  std::uint64_t OffsetOf(std::uint64_t address) const;

 private:
  struct Part {
    std::uint64_t address;
    std::uint64_t offset;
  };
  std::vector<Part> parts_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_ADDRESS_AXIS_H_
