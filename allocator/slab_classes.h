// Size classes of a slab of S bytes: which requests share a slab, and how it is laid out.
//
//     | header, bitmap | unused | object | object | ........ | object |
//     ^ multiple of S                                                 ^ S bytes on
//
// Objects lie against the end of the slab. So each is aligned to the largest power of two that
// divides its size, whatever the header takes: a class of 4096 bytes serves requests aligned to
// 4096.
//
// The table: multiples of 16 up to 128, then four sizes per power of two (160, 192, 224, 256, 320,
// ...) up to an eighth of a slab; above that, the size of which just 7, 6, 5, 4, 3 and 2 fit into a
// slab, because there a round size would leave much of the slab unused. For 4 KiB:
//
//     16 32 48 64 80 96 112 128 160 192 224 256 320 384 448 512 576 672 800 1008 1344 2016
//
// Bound: a request of more than 128 bytes leaves at most 21 % of its object unused, 25 % and 34 %
// in the two largest classes; a smaller one leaves less than 16 bytes. A full slab leaves at most
// an eighth of itself unused, header included. slab_test computes all of it.
//
// Source: slabs, Bonwick, "The Slab Allocator", USENIX 1994; four classes per power of two as in
// jemalloc.

#ifndef ALLOCLAB_ALLOCATOR_SLAB_CLASSES_H_
#define ALLOCLAB_ALLOCATOR_SLAB_CLASSES_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace alloclab {

// `kHeaderBytes` is what a slab's header takes without its bitmap of 64-bit words.
template <std::size_t kSlabBytes, std::size_t kHeaderBytes>
class SlabClasses {
 public:
  struct Class {
    std::uint32_t bytes;       // of an object
    std::uint32_t objects;     // in a slab
    std::uint32_t reciprocal;  // 2^32 / bytes, rounded up
    std::uint32_t first;       // offset of the first object

    constexpr std::uint32_t words() const { return (objects + 63) / 64; }
    // Number of the object at `offset`, which is where an object begins: d = i * bytes gives
    // d * reciprocal / 2^32 = i + i * (less than bytes) / 2^32, and i * bytes is below 2^32.
    constexpr std::uint32_t IndexAt(std::uint32_t offset) const {
      return static_cast<std::uint32_t>((std::uint64_t{offset - first} * reciprocal) >> 32);
    }
  };

  static constexpr std::size_t kUnitBytes = 16;
  static constexpr std::size_t kSmallBytes = 128;

 private:
  static_assert(std::has_single_bit(kSlabBytes) && kSlabBytes >= 4096 && kSlabBytes <= 65536);
  static constexpr std::size_t kMaxClasses = 64;

  // How many objects of `bytes` bytes fit beside the header and their own bits.
  static constexpr std::size_t ObjectsOf(std::size_t bytes) {
    std::size_t objects = (kSlabBytes - kHeaderBytes) / bytes;
    while (kHeaderBytes + (objects + 63) / 64 * 8 + objects * bytes > kSlabBytes) --objects;
    return objects;
  }
  // The largest object of which `objects` (at most 64) fit.
  static constexpr std::size_t LargestOf(std::size_t objects) {
    return (kSlabBytes - kHeaderBytes - 8) / objects & ~(kUnitBytes - 1);
  }

  struct Table {
    std::array<Class, kMaxClasses> classes{};
    std::size_t count = 0;

    constexpr void Add(std::size_t bytes) {
      const std::size_t objects = ObjectsOf(bytes);
      classes[count++] = {
          static_cast<std::uint32_t>(bytes), static_cast<std::uint32_t>(objects),
          static_cast<std::uint32_t>(((std::uint64_t{1} << 32) + bytes - 1) / bytes),
          static_cast<std::uint32_t>(kSlabBytes - objects * bytes)};
    }
  };
  static constexpr Table Make() {
    Table table;
    std::size_t bytes = kUnitBytes;
    while (bytes <= kSlabBytes / 8) {
      table.Add(bytes);
      bytes += std::max(kUnitBytes, std::bit_floor(bytes) / 4 * (bytes >= kSmallBytes ? 1 : 0));
    }
    for (std::size_t objects = 7; objects >= 2; --objects) table.Add(LargestOf(objects));
    return table;
  }
  static constexpr Table kTable = Make();

 public:
  static constexpr std::size_t kCount = kTable.count;
  static constexpr std::size_t kMaxBytes = kTable.classes[kCount - 1].bytes;

  static constexpr const Class& At(std::size_t number) { return kTable.classes[number]; }

  // The smallest class that holds n bytes, n at most kMaxBytes. One load.
  static constexpr std::size_t ClassOf(std::size_t n) {
    return kClassOf[(n + kUnitBytes - 1) / kUnitBytes];
  }

  // The smallest class that holds n bytes, n at most kMaxBytes, and whose objects are aligned to
  // `alignment`; kCount when there is none. O(classes).
  static constexpr std::size_t AlignedClassOf(std::size_t n, std::size_t alignment) {
    std::size_t number = ClassOf(n);
    while (number < kCount && At(number).bytes % alignment != 0) ++number;
    return number;
  }

 private:
  using ClassMap = std::array<std::uint8_t, kMaxBytes / kUnitBytes + 1>;
  static constexpr ClassMap MakeClassOf() {
    ClassMap map{};
    std::size_t number = 0;
    for (std::size_t unit = 0; unit < map.size(); ++unit) {
      if (unit * kUnitBytes > At(number).bytes) ++number;
      map[unit] = static_cast<std::uint8_t>(number);
    }
    return map;
  }
  static constexpr ClassMap kClassOf = MakeClassOf();
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_SLAB_CLASSES_H_
