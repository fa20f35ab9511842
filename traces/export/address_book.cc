#include "traces/export/address_book.h"

#include <algorithm>
#include <bit>

#include "traces/event_kind.h"

namespace alloclab {
namespace {

constexpr std::uint64_t kGranule = 16;
constexpr std::uint64_t kPage = 4096;
// A trace may ask for more than there are addresses; nobody looks into these blocks.
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

constexpr std::uint64_t RoundUp(std::uint64_t value, std::uint64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

}  // namespace

AddressBook::Shape AddressBook::ShapeFor(const Event& event) {
  constexpr std::uint64_t kHeader = 8;
  const std::uint64_t bytes =
      RoundUp(std::min(RequestedBytes(event), kMostBytes) + kHeader, kGranule);
  std::uint64_t alignment = kGranule;
  if (event.kind == EventKind::kValloc || event.kind == EventKind::kPvalloc) alignment = kPage;
  if (std::has_single_bit(event.alignment)) {
    alignment = std::clamp(event.alignment, kGranule, kMostBytes);
  }
  return {std::max(bytes, 2 * kGranule), alignment};
}

std::uint64_t AddressBook::Make(const Shape& shape) {
  if (const auto found = free_.find(shape); found != free_.end() && !found->second.empty()) {
    const std::uint64_t address = found->second.back();
    found->second.pop_back();
    return address;
  }
  const std::uint64_t address = RoundUp(end_ + kGranule, shape.second);
  end_ = address - kGranule + shape.first;
  return address;
}

AddressBook::Places AddressBook::Follow(const Event& event) {
  Places places;
  const bool makes = MakesAllocation(event);
  if (!EndsAllocation(event)) {
    if (event.ref != kNoAllocation) places.from = live_.Find(event.ref)->address;
    if (makes) {
      const Shape shape = ShapeFor(event);
      places.to = Make(shape);
      live_.Insert({places.to, shape});
    }
    return places;
  }
  const Block old = live_.Take(event.ref);
  places.from = old.address;
  if (makes) {
    const Shape shape = ShapeFor(event);
    places.to = shape == old.shape ? old.address : Make(shape);
    live_.Insert({places.to, shape});
  }
  // Behind the making of the new block, which has to be filled from the old.
  if (places.to != places.from) free_[old.shape].push_back(old.address);
  return places;
}

}  // namespace alloclab
