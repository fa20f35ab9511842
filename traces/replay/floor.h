// The null allocator: it hands out the places of a plan made beforehand, in order. Replayed by the
// same loop as every allocator, it shows what the loop, the touching and the slots cost by
// themselves: the floor under every figure.
//
// It is an Allocator in form only. Its answers are right for the one program of its plan, and it
// knows nothing about a block: UsableSize is 0, Walk shows nothing, and a resize always succeeds in
// place because the plan left room for it.

#ifndef ALLOCLAB_TRACES_REPLAY_FLOOR_H_
#define ALLOCLAB_TRACES_REPLAY_FLOOR_H_

#include <cstddef>
#include <cstdint>

#include "allocator/allocator.h"
#include "traces/replay/placement_plan.h"

namespace alloclab {

class Floor {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = false;
  static constexpr bool kOpaque = true;
  static constexpr bool kIsCursor = true;  // replay.h

  // `span` is plan.bytes bytes on plan.alignment; it and the plan outlive the floor.
  Floor(const PlacementPlan& plan, std::byte* span) : first_(plan.places.data()), span_(span) {
    Rewind();
  }

  // Back to the beginning of the plan, for the next run of the same program.
  void Rewind() { next_ = first_; }

  void* Allocate(std::size_t) noexcept { return span_ + std::size_t{*next_++} * kPlaceUnitBytes; }
  void* AllocateAligned(std::size_t bytes, std::size_t) noexcept { return Allocate(bytes); }
  // Does not clear: zeros are the allocator's to give, and some have them at no cost.
  void* AllocateZeroed(std::size_t bytes) noexcept { return Allocate(bytes); }
  bool TryResize(void*, std::size_t) noexcept { return true; }
  void Free(void*) noexcept {}
  std::size_t UsableSize(const void*) const noexcept { return 0; }
  template <class Visit>
  void Walk(Visit&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }

 private:
  const std::uint32_t* first_;
  const std::uint32_t* next_;
  std::byte* span_;
};
static_assert(Allocator<Floor> && ResizesInPlace<Floor> && AllocatesAligned<Floor>);
static_assert(AllocatesZeroed<Floor>);
static_assert(!kWalkable<Floor>);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_FLOOR_H_
