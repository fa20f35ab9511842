// One operation of a fuzz program as its input spells it: four bytes, whatever it does. So an
// operation can be put in, taken out or moved, and all others keep their meaning.
//
//   byte 0   what to do: kOperations[byte % 64]
//   byte 1   to which live block, how often, with which alignment: see the list
//   byte 2   the size: where to look (size_grammar.h)
//   byte 3   the size: how far from there
//
// The tables are part of the decoding (kProgramVersion in program.h).

#ifndef ALLOCLAB_FUZZ_OPERATION_H_
#define ALLOCLAB_FUZZ_OPERATION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace alloclab {

enum class OperationKind : std::uint8_t {
  kMalloc,
  kFree,      // of the block that byte 1 names
  kRealloc,   // of the block that byte 1 names
  kCalloc,    // byte 1: the count, whether the product fits, what lies beyond
  kAligned,   // byte 1: the alignment, by which function
  kBurst,     // byte 1: how many mallocs of one size
  kComb,      // byte 1: as many, each with a small block behind it, and then all are freed: holes
  kChurn,     // byte 1: as many times malloc and free
  kFreeMany,  // byte 1: which of the live blocks, in which order
  kOrder,     // to the page source; byte 1: what it is to do; byte 3: more of it
  kReallocArray,  // of the block that byte 2 names; byte 1 as for kCalloc
  kReallocNull,   // a realloc of NULL
  kReallocZero,   // to nothing, of the block that byte 1 names
  kFreeNull,
};

// How often a random byte means each.
inline constexpr auto kOperations = [] {
  using enum OperationKind;
  std::array<OperationKind, 64> table{};
  std::size_t at = 0;
  const auto add = [&](OperationKind kind, std::size_t share) {
    for (std::size_t i = 0; i < share; ++i) table[at++] = kind;
  };
  add(kMalloc, 18);
  add(kFree, 17);
  add(kRealloc, 9);
  add(kCalloc, 4);
  add(kAligned, 4);
  add(kBurst, 2);
  add(kComb, 1);
  add(kChurn, 1);
  add(kFreeMany, 2);
  add(kOrder, 2);
  add(kReallocArray, 1);
  add(kReallocNull, 1);
  add(kReallocZero, 1);
  add(kFreeNull, 1);
  return table;
}();

struct Operation {
  static constexpr std::size_t kBytes = 4;

  std::uint8_t what = 0;
  std::uint8_t which = 0;
  std::uint8_t place = 0;
  std::uint8_t distance = 0;

  OperationKind kind() const { return kOperations[what % kOperations.size()]; }
  bool operator==(const Operation&) const = default;
};

// How many of a burst, a comb or a churn: every small number, and what fits just into or just not
// into a counter of a few bits, a bitmap's word, a page of small blocks.
inline constexpr std::array<std::uint16_t, 32> kCounts = {
    2,  3,  4,  5,  6,  7,  8,  9,  10, 12, 14,  15,  16,  17,  20,  24,
    30, 31, 32, 33, 40, 48, 63, 64, 65, 96, 127, 128, 129, 255, 257, 300};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_OPERATION_H_
