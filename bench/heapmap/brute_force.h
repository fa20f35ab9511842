// What a picture must show, by looking up every byte at every event. Slow on purpose: nothing in it
// is shared with what it is compared to.

#ifndef ALLOCLAB_BENCH_HEAPMAP_BRUTE_FORCE_H_
#define ALLOCLAB_BENCH_HEAPMAP_BRUTE_FORCE_H_

#include <algorithm>
#include <array>
#include <cstdint>

#include "bench/heapmap/history.h"
#include "bench/heapmap/raster.h"

namespace alloclab {

// The state of a byte of the axis right after an event. O(lives).
inline CellState StateAt(const History& history, std::uint64_t at, std::uint64_t event) {
  const auto is_there = [&](const auto& life) { return life.made <= event && event < life.ended; };
  const auto holds = [&](std::uint64_t begin, std::uint64_t bytes) {
    return begin <= at && at < begin + bytes;
  };
  for (const BlockLife& block : history.blocks) {
    if (!is_there(block)) continue;
    if (holds(block.offset, block.requested)) return CellState::kUsed;
    if (holds(block.offset, block.usable)) return CellState::kPadding;
    if (holds(block.offset - history.before, history.before) ||
        holds(block.offset + block.usable, history.after)) {
      return CellState::kOverhead;
    }
  }
  for (const Extent& extent : history.overhead) {
    if (is_there(extent) && holds(extent.offset, extent.bytes)) return CellState::kOverhead;
  }
  if (!history.is_walkable) return CellState::kFree;
  for (const Extent& extent : history.held) {
    if (is_there(extent) && holds(extent.offset, extent.bytes)) return CellState::kFree;
  }
  return CellState::kNotHeld;
}

// What a picture shows: the events [from, to) and the bytes [low, high) of the axis.
struct Window {
  std::uint64_t from;
  std::uint64_t to;
  std::uint64_t low;
  std::uint64_t high;
};

inline Window WholeWindow(const History& history) {
  return {history.from, history.to, 0, history.axis_bytes()};
}

// One of so many equal parts.
struct Part {
  std::uint32_t index;
  std::uint32_t count;
};

// What most of a cell is, of equals the first.
inline CellState MostOf(const History& history, const Window& window, Part column, Part row) {
  const std::uint64_t events = window.to - window.from;
  const std::uint64_t bytes = window.high - window.low;
  std::array<std::uint64_t, kCellStates> counts{};
  for (std::uint64_t e = events * column.index / column.count;
       e < events * (column.index + 1) / column.count; ++e) {
    for (std::uint64_t at = bytes * row.index / row.count; at < bytes * (row.index + 1) / row.count;
         ++at) {
      ++counts[static_cast<std::size_t>(StateAt(history, window.low + at, window.from + e))];
    }
  }
  return static_cast<CellState>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_BRUTE_FORCE_H_
