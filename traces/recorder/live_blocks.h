// The blocks that are live at one moment of a recording, by address: open addressing with linear
// probing, because every event of a merge comes through here.
//
// Invariant: between a block's home place and the place it lies at, no place is empty. Erase keeps
// it by shifting later blocks back, so there are no tombstones and the table never fills with them.
// At most half of the places are taken, hence a search ends.

#ifndef ALLOCLAB_TRACES_RECORDER_LIVE_BLOCKS_H_
#define ALLOCLAB_TRACES_RECORDER_LIVE_BLOCKS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace alloclab::recorder {

struct LiveBlock {
  std::uint64_t address = 0;  // 0: an empty place
  std::uint64_t id = 0;       // of the allocation, as in the trace
  std::uint64_t size = 0;     // bytes asked for
  std::uint64_t alignment = 0;
};

class LiveBlocks {
 public:
  LiveBlocks() : places_(kPlacesMin) {}

  std::size_t size() const { return size_; }
  // Asked for, of all blocks together.
  std::uint64_t bytes() const { return bytes_; }

  // The block at `address` (not 0), or null. Valid until the next Insert or Erase. O(1) expected.
  const LiveBlock* Find(std::uint64_t address) const {
    const LiveBlock& place = places_[PlaceOf(address)];
    return place.address == 0 ? nullptr : &place;
  }

  // `block.address` must not be 0 and not be live.
  void Insert(const LiveBlock& block) {
    if (2 * (size_ + 1) > places_.size()) Grow();
    places_[PlaceOf(block.address)] = block;
    ++size_;
    bytes_ += block.size;
  }

  // `address` must be live.
  void Erase(std::uint64_t address) {
    std::size_t hole = PlaceOf(address);
    bytes_ -= places_[hole].size;
    for (std::size_t next = After(hole); places_[next].address != 0; next = After(next)) {
      // A block may fill the hole unless its home lies behind the hole.
      if (Distance(Home(places_[next].address), next) >= Distance(hole, next)) {
        places_[hole] = places_[next];
        hole = next;
      }
    }
    places_[hole] = {};
    --size_;
  }

  // All blocks, oldest allocation first. O(n log n).
  std::vector<LiveBlock> ByAge() const;

 private:
  static constexpr std::size_t kPlacesMin = 1024;

  // Addresses are multiples of 16 and lie close together: Fibonacci hashing spreads them.
  std::size_t Home(std::uint64_t address) const {
    return static_cast<std::size_t>(((address >> 4) * 0x9e3779b97f4a7c15u) >> 20) &
           (places_.size() - 1);
  }
  std::size_t After(std::size_t place) const { return (place + 1) & (places_.size() - 1); }
  std::size_t Distance(std::size_t from, std::size_t to) const {
    return (to - from) & (places_.size() - 1);
  }
  std::size_t PlaceOf(std::uint64_t address) const {
    std::size_t place = Home(address);
    while (places_[place].address != 0 && places_[place].address != address) place = After(place);
    return place;
  }
  void Grow();

  std::vector<LiveBlock> places_;  // a power of two
  std::size_t size_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_LIVE_BLOCKS_H_
