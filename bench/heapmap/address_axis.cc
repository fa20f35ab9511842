#include "bench/heapmap/address_axis.h"

#include <algorithm>
#include <iterator>

namespace alloclab {

std::vector<HeapRegion> MergedRegions(std::vector<Stretch> stretches, std::uint64_t gap_bytes) {
  std::sort(stretches.begin(), stretches.end(),
            [](const Stretch& a, const Stretch& b) { return a.begin < b.begin; });
  std::vector<HeapRegion> regions;
  for (const Stretch& stretch : stretches) {
    const std::uint64_t end = stretch.begin + stretch.bytes;
    if (!regions.empty() &&
        regions.back().address + regions.back().bytes + gap_bytes >= stretch.begin) {
      HeapRegion& last = regions.back();
      last.bytes = std::max(last.bytes, end - last.address);
    } else {
      regions.push_back({stretch.begin, stretch.bytes});
    }
  }
  return regions;
}

AddressAxis::AddressAxis(const std::vector<HeapRegion>& regions) {
  std::uint64_t offset = 0;
  for (const HeapRegion& region : regions) {
    parts_.push_back({region.address, offset});
    offset += region.bytes;
  }
}

std::uint64_t AddressAxis::OffsetOf(std::uint64_t address) const {
  const auto above =
      std::upper_bound(parts_.begin(), parts_.end(), address,
                       [](std::uint64_t value, const Part& part) { return value < part.address; });
  const Part& part = *std::prev(above);
  return part.offset + (address - part.address);
}

}  // namespace alloclab
