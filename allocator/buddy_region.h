// BuddyRegion: one span of a buddy heap, and the byte map that says what its memory is.
//
//     | header | map: one byte a unit | pad | unit | unit | ........ | unit | pad |
//     ^ span                                ^ first(), 32-aligned           ^ end of the units
//
// A unit is 32 bytes, the smallest block. The byte of a block's first unit tells its order and
// whether it is free; the bytes of its other units are 0. So a block has no header, and a request
// for a power of two takes exactly that. A block of order k lies at a multiple of 2^k, which makes
// its buddy's address that of the block with bit k turned over; the map says whether that is there,
// free, and of the same order. The pads, less than a unit each, and the map (a 33rd of the region)
// are the heap's own.

#ifndef ALLOCLAB_ALLOCATOR_BUDDY_REGION_H_
#define ALLOCLAB_ALLOCATOR_BUDDY_REGION_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <new>

#include "allocator/allocator.h"
#include "allocator/pages/page_source.h"

namespace alloclab {

struct alignas(kMallocAlignment) BuddyRegion {
  static constexpr unsigned kMinOrder = 5;
  static constexpr unsigned kMaxOrder = 60;
  static constexpr std::size_t kUnitBytes = std::size_t{1} << kMinOrder;

  // What a byte of the map says.
  static constexpr std::uint8_t kInside = 0;
  static constexpr std::uint8_t kFree = 0x40;  // | order
  static constexpr std::uint8_t kUsed = 0x80;  // | order
  static constexpr std::uint8_t kOrder = 0x3F;

  BuddyRegion* older;
  std::size_t bytes;  // of the span
  std::uintptr_t units_begin;
  std::size_t units;
  std::size_t used_blocks;

  // The order of the smallest block of n bytes.
  static constexpr unsigned OrderOf(std::size_t n) {
    return n <= kUnitBytes ? kMinOrder : static_cast<unsigned>(std::bit_width(n - 1));
  }

  // The bytes a span needs to hold a block of this order wherever it begins (`anywhere`), or where
  // it is just as well placed as can be.
  static constexpr std::size_t SpanBytes(unsigned order, bool anywhere) {
    const std::size_t block_units = std::size_t{1} << (order - kMinOrder);
    const std::size_t units = anywhere ? 2 * block_units - 1 : block_units;
    return sizeof(BuddyRegion) + units * (kUnitBytes + 1) + 2 * (kUnitBytes - 1);
  }

  // Lays a region out over a span of at least SpanBytes(kMinOrder, true) bytes. Its map says
  // nothing yet.
  static BuddyRegion* Make(Span span, BuddyRegion* older) {
    const auto begin = reinterpret_cast<std::uintptr_t>(span.begin);
    const std::uintptr_t end = (begin + span.bytes) & ~(std::uintptr_t{kUnitBytes} - 1);
    const std::size_t units = (end - begin - sizeof(BuddyRegion)) / (kUnitBytes + 1);
    auto* region =
        new (span.begin) BuddyRegion{older, span.bytes, end - units * kUnitBytes, units, 0};
    std::memset(region->map(), kInside, units);
    return region;
  }

  const std::byte* begin() const { return reinterpret_cast<const std::byte*>(this); }
  std::byte* begin() { return reinterpret_cast<std::byte*>(this); }
  const std::byte* end() const { return begin() + bytes; }
  std::uintptr_t units_end() const { return units_begin + units * kUnitBytes; }
  std::byte* first() const { return reinterpret_cast<std::byte*>(units_begin); }

  std::uint8_t* map() { return reinterpret_cast<std::uint8_t*>(this + 1); }
  const std::uint8_t* map() const { return reinterpret_cast<const std::uint8_t*>(this + 1); }
  // Number of the unit at `address`; units or more when that is outside.
  std::size_t UnitAt(std::uintptr_t address) const { return (address - units_begin) >> kMinOrder; }
  bool Holds(const void* p) const { return UnitAt(reinterpret_cast<std::uintptr_t>(p)) < units; }
  std::uint8_t& ByteOf(const void* p) { return map()[UnitAt(reinterpret_cast<std::uintptr_t>(p))]; }
  std::uint8_t ByteOf(const void* p) const {
    return map()[UnitAt(reinterpret_cast<std::uintptr_t>(p))];
  }
  unsigned OrderAt(const void* p) const { return ByteOf(p) & kOrder; }
  // Whether a used block begins at p, an address among the units.
  bool IsUsed(const void* p) const {
    return reinterpret_cast<std::uintptr_t>(p) % kUnitBytes == 0 && (ByteOf(p) & kUsed) != 0;
  }
  // Whether a free block of just this order lies at `address`, which may be outside.
  bool IsFree(std::uintptr_t address, unsigned order) const {
    const std::size_t unit = UnitAt(address);
    return unit < units && map()[unit] == (kFree | order);
  }

  // Calls visit(address, order) for the blocks that the units are cut into when nothing is used:
  // from the front, each as large as its place and the rest allow. None is another's buddy.
  template <class Visitor>
  void Cut(Visitor&& visit) const {
    for (std::uintptr_t at = units_begin; at != units_end();) {
      const auto aligned = static_cast<unsigned>(std::countr_zero(at));
      const auto fits = static_cast<unsigned>(std::bit_width(units_end() - at)) - 1;
      const unsigned order = std::min({aligned, fits, kMaxOrder});
      visit(reinterpret_cast<std::byte*>(at), order);
      at += std::uintptr_t{1} << order;
    }
  }

  // Calls visit(block, order, used) in address order until it returns false. A byte that no block
  // has ends it; returns the place it came to, units_end() when all was well.
  template <class Visitor>
  const std::byte* ForEach(Visitor&& visit) const {
    std::uintptr_t at = units_begin;
    while (at != units_end()) {
      const std::uint8_t byte = map()[UnitAt(at)];
      const unsigned order = byte & kOrder;
      const bool used = (byte & kUsed) != 0;
      const bool valid = used != ((byte & kFree) != 0) && order >= kMinOrder &&
                         order <= kMaxOrder && units_end() - at >= (std::uintptr_t{1} << order) &&
                         static_cast<unsigned>(std::countr_zero(at)) >= order;
      if (!valid || !visit(reinterpret_cast<const std::byte*>(at), order, used)) break;
      at += std::uintptr_t{1} << order;
    }
    return reinterpret_cast<const std::byte*>(at);
  }
};
static_assert(BuddyRegion::OrderOf(0) == 5 && BuddyRegion::OrderOf(32) == 5);
static_assert(BuddyRegion::OrderOf(33) == 6 && BuddyRegion::OrderOf(64) == 6);
static_assert(BuddyRegion::OrderOf(kMaxRequestBytes) == 63);
static_assert(BuddyRegion::SpanBytes(BuddyRegion::kMaxOrder, true) < SIZE_MAX / 2 + SIZE_MAX / 4);

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_BUDDY_REGION_H_
