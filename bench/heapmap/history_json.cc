#include "bench/heapmap/history_json.h"

#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "bench/heapmap/deflate.h"

namespace alloclab {
namespace {

using nlohmann::json;

// Numbers of one kind, side by side: neighbours are alike, which is what deflate lives on.
class Column {
 public:
  // LEB128: seven bits a byte, the lowest first, the top bit set where more follow.
  void Add(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  // The difference to the number before (0 at first): twice it, or one less than minus twice it.
  void AddDifference(std::uint64_t value) {
    const auto difference = static_cast<std::int64_t>(value - last_);
    last_ = value;
    Add(static_cast<std::uint64_t>(difference) << 1 ^ static_cast<std::uint64_t>(difference >> 63));
  }
  json Pack() const { return Base64(Deflate(bytes_)); }

 private:
  std::string bytes_;
  std::uint64_t last_ = 0;
};

// 0 for what is there at the end.
std::uint64_t Lifetime(std::uint32_t made, std::uint32_t ended, std::uint32_t to) {
  return ended == to ? 0 : ended - made;
}

// The largest unit that all payloads are multiples of.
std::uint64_t UnitOf(const std::vector<BlockLife>& blocks) {
  std::uint64_t unit = 0;
  for (const BlockLife& block : blocks) unit = std::gcd(unit, block.offset);
  return unit == 0 ? 1 : unit;
}

json BlocksToJson(const History& history) {
  Column made;
  Column lifetime;
  Column place;
  Column requested;
  Column padding;
  const std::uint64_t unit = UnitOf(history.blocks);
  for (const BlockLife& block : history.blocks) {
    made.AddDifference(block.made);
    lifetime.Add(Lifetime(block.made, block.ended, history.to));
    place.AddDifference(block.offset / unit);
    requested.Add(block.requested);
    padding.Add(block.usable - block.requested);
  }
  return {
      {"count", history.blocks.size()}, {"unit", unit},          {"made", made.Pack()},
      {"lifetime", lifetime.Pack()},    {"place", place.Pack()}, {"requested", requested.Pack()},
      {"padding", padding.Pack()}};
}

json ExtentsToJson(const std::vector<Extent>& extents, std::uint32_t to) {
  Column made;
  Column lifetime;
  Column place;
  Column bytes;
  for (const Extent& extent : extents) {
    made.AddDifference(extent.made);
    lifetime.Add(Lifetime(extent.made, extent.ended, to));
    place.AddDifference(extent.offset);
    bytes.Add(extent.bytes);
  }
  return {{"count", extents.size()},
          {"made", made.Pack()},
          {"lifetime", lifetime.Pack()},
          {"place", place.Pack()},
          {"bytes", bytes.Pack()}};
}

json PeaksToJson(const std::vector<HeldPeak>& peaks) {
  Column event;
  Column bytes;
  for (const HeldPeak& peak : peaks) {
    event.AddDifference(peak.event);
    bytes.AddDifference(peak.bytes);
  }
  return {{"count", peaks.size()}, {"event", event.Pack()}, {"bytes", bytes.Pack()}};
}

json RasterToJson(const Raster& raster) {
  const std::string_view cells(reinterpret_cast<const char*>(raster.cells.data()),
                               raster.cells.size());
  return {{"columns", raster.columns}, {"rows", raster.rows}, {"cells", Base64(Deflate(cells))}};
}

}  // namespace

json HistoryToJson(const History& history, const Raster& overview) {
  json regions = json::array();
  for (const HeapRegion& region : history.regions) {
    regions.push_back({{"address", region.address}, {"bytes", region.bytes}});
  }
  return {{"schema", kHeapmapSchema},
          {"trace", history.trace},
          {"path", history.path},
          {"allocator", history.allocator},
          {"from", history.from},
          {"to", history.to},
          {"walkable", history.is_walkable},
          {"before", history.before},
          {"after", history.after},
          {"refused", history.refused},
          {"walks", history.walks},
          {"live_peak_before", history.live_peak_before},
          {"regions", std::move(regions)},
          {"blocks", BlocksToJson(history)},
          {"overhead", ExtentsToJson(history.overhead, history.to)},
          {"held", ExtentsToJson(history.held, history.to)},
          {"arena_to", history.arena_to},
          {"arena_peaks", PeaksToJson(history.arena_peaks)},
          {"overview", RasterToJson(overview)}};
}

}  // namespace alloclab
