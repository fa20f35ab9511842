#include "traces/recorder/live_blocks.h"

#include <algorithm>
#include <utility>

namespace alloclab::recorder {

std::vector<LiveBlock> LiveBlocks::ByAge() const {
  std::vector<LiveBlock> blocks;
  blocks.reserve(size_);
  for (const LiveBlock& place : places_) {
    if (place.address != 0) blocks.push_back(place);
  }
  std::ranges::sort(blocks, {}, &LiveBlock::id);
  return blocks;
}

void LiveBlocks::Grow() {
  std::vector<LiveBlock> old(places_.size() * 2);
  std::swap(old, places_);
  for (const LiveBlock& place : old) {
    if (place.address != 0) places_[PlaceOf(place.address)] = place;
  }
}

}  // namespace alloclab::recorder
