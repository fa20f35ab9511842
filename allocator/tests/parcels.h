// Threads that pass blocks to each other, and look at every byte: one allocates, another frees.

#ifndef ALLOCLAB_ALLOCATOR_TESTS_PARCELS_H_
#define ALLOCLAB_ALLOCATOR_TESTS_PARCELS_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <random>
#include <utility>

#include "allocator/malloc_api.h"

namespace alloclab {

// A block and the byte that all of it is filled with.
struct Parcel {
  unsigned char* bytes = nullptr;
  std::size_t size = 0;
  unsigned char fill = 0;

  bool Intact() const {
    for (std::size_t i = 0; i < size; ++i) {
      if (bytes[i] != fill) return false;
    }
    return true;
  }
};

// Where threads leave parcels for each other.
class Exchange {
 public:
  // Leaves `parcel` and takes what lay there before.
  Parcel Swap(std::size_t place, Parcel parcel) {
    const std::scoped_lock lock(mutex_);
    return std::exchange(places_[place % places_.size()], parcel);
  }
  static constexpr std::size_t kPlaces = 64;

 private:
  std::mutex mutex_;
  std::array<Parcel, kPlaces> places_;
};

// Makes blocks, leaves them in `exchange`, and frees what others have left there. `damaged` counts
// what is not as it was left.
template <class Heap>
void PassParcels(Heap& heap, Exchange& exchange, std::uint64_t seed, std::atomic<int>& damaged,
                 int times = 2000) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < times; ++i) {
    Parcel parcel;
    parcel.size = random() % (random() % 16 == 0 ? 20000 : 300);
    parcel.fill = static_cast<unsigned char>(random());
    parcel.bytes = static_cast<unsigned char*>(heap.Allocate(parcel.size));
    if (parcel.bytes == nullptr) continue;
    std::memset(parcel.bytes, parcel.fill, parcel.size);
    Parcel got = exchange.Swap(random(), parcel);
    if (got.bytes == nullptr) continue;
    damaged += got.Intact() ? 0 : 1;
    if (i % 4 == 0) {
      const std::size_t size = random() % 2000 + 1;
      if (void* moved = Realloc(heap, got.bytes, size)) {
        got.bytes = static_cast<unsigned char*>(moved);
        got.size = std::min(got.size, size);
        damaged += got.Intact() ? 0 : 1;
      }
    }
    damaged += heap.UsableSize(got.bytes) >= got.size ? 0 : 1;
    heap.Free(got.bytes);
  }
}

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_TESTS_PARCELS_H_
