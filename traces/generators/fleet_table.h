// Tables of what a fleet of servers asks for, by size, as fleetbench publishes them: one line for
// each size, "bytes, allocations in some time, blocks live", the last two as measured and so not
// whole.
//
// Source: google/fleetbench, fleetbench/tcmalloc/distributions.

#ifndef ALLOCLAB_TRACES_GENERATORS_FLEET_TABLE_H_
#define ALLOCLAB_TRACES_GENERATORS_FLEET_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace alloclab::generators {

struct FleetRow {
  std::uint64_t size = 0;  // bytes
  double rate = 0;         // finite, not negative
  double live = 0;         // the same

  friend bool operator==(const FleetRow&, const FleetRow&) = default;
};

// By growing size. Blank lines, and lines that begin with '#', are passed over. Throws TraceError,
// naming the line and the mend.
std::vector<FleetRow> FleetTableFromText(const std::string& name, std::string_view text);
std::vector<FleetRow> ReadFleetTable(const std::string& path);

// Whole numbers in proportion to `shares`, for drawing: the largest becomes 2^40, and what is not 0
// is at least 1. The same everywhere, for nothing but a division is rounded.
std::vector<std::uint64_t> Weights(const std::vector<double>& shares);

}  // namespace alloclab::generators

#endif  // ALLOCLAB_TRACES_GENERATORS_FLEET_TABLE_H_
