#include "fuzz/exhaustive/alphabet.h"

#include <cstdint>

#include "allocator/allocator.h"

namespace alloclab {
namespace {

// A cache line: above what any variant aligns to by itself.
constexpr std::uint64_t kAlignment = 64;
// Room for an aligned page in any arena, wherever it begins.
constexpr std::size_t kRoomForPages = 16384;

}  // namespace

Alphabet EdgeAlphabet(const ClassEdges& edges, std::size_t arena_bytes) {
  Alphabet alphabet;
  alphabet.arena_bytes = arena_bytes;
  alphabet.refusals = true;
  for (const std::size_t size : {edges.least, edges.next, edges.merged}) {
    alphabet.makes.push_back({.kind = EventKind::kMalloc, .size = size});
    alphabet.resizes.push_back({.kind = EventKind::kRealloc, .size = size});
  }
  alphabet.makes.push_back({.kind = EventKind::kCalloc, .size = edges.least});
  alphabet.makes.push_back(
      {.kind = EventKind::kMemalign, .size = edges.least, .alignment = kAlignment});
  return alphabet;
}

Alphabet ExtremeAlphabet(const ClassEdges& edges) {
  constexpr std::uint64_t kTwoTo32 = std::uint64_t{1} << 32;
  constexpr std::uint64_t kTwoTo60 = std::uint64_t{1} << 60;
  constexpr std::uint64_t kTwoTo63 = std::uint64_t{1} << 63;
  Alphabet alphabet;
  alphabet.arena_bytes = kRoomForPages;
  const auto make = [&](const Event& event) { alphabet.makes.push_back(event); };
  const auto refuse = [&](Event event) {
    event.failed = true;
    alphabet.makes.push_back(event);
  };
  // Sizes: none, a usual one, the last that may be granted, and those above; the third is the
  // largest to which no header can be added.
  for (const std::size_t size : {std::size_t{0}, edges.least}) {
    make({.kind = EventKind::kMalloc, .size = size});
    alphabet.resizes.push_back({.kind = EventKind::kRealloc, .size = size});
  }
  for (const std::uint64_t size :
       {std::uint64_t{kMaxRequestBytes}, kTwoTo63, UINT64_MAX - 47, UINT64_MAX}) {
    refuse({.kind = EventKind::kMalloc, .size = size});
    alphabet.resizes.push_back({.kind = EventKind::kRealloc, .failed = true, .size = size});
  }
  make({.kind = EventKind::kRealloc, .size = 0});
  // Whole pages: of nothing, and rounded up past the end.
  make({.kind = EventKind::kValloc, .size = 0});
  refuse({.kind = EventKind::kPvalloc, .size = UINT64_MAX - 4094});
  // Products: one that fits, and those that wrap to 16, to 6 and to 0.
  make({.kind = EventKind::kCalloc, .size = edges.least / 2, .count = 2});
  refuse({.kind = EventKind::kCalloc, .size = 16, .count = kTwoTo60 + 1});
  refuse({.kind = EventKind::kCalloc, .size = 2, .count = kTwoTo63 + 3});
  refuse({.kind = EventKind::kCalloc, .size = kTwoTo32, .count = kTwoTo32});
  alphabet.resizes.push_back(
      {.kind = EventKind::kReallocArray, .failed = true, .size = kTwoTo32, .count = kTwoTo32});
  alphabet.resizes.push_back(
      {.kind = EventKind::kReallocArray, .failed = true, .size = 16, .count = kTwoTo60 + 1});
  // Alignments: the largest there is, with sizes that wrap beside it or do not; above it; none.
  refuse({.kind = EventKind::kMemalign, .size = edges.least, .alignment = kTwoTo63});
  refuse({.kind = EventKind::kMemalign, .size = kMaxRequestBytes, .alignment = kTwoTo63});
  refuse({.kind = EventKind::kMemalign, .size = edges.least, .alignment = kTwoTo63 + 1});
  refuse({.kind = EventKind::kMemalign, .size = UINT64_MAX, .alignment = kAlignment});
  refuse({.kind = EventKind::kPosixMemalign, .size = edges.least, .alignment = kAlignment + 1});
  return alphabet;
}

}  // namespace alloclab
