// A history as a picture: cells of address by event, each with the state that most of it is in.
//
// "Most" is by area: bytes times events. The area of each state in each cell is summed exactly, in
// whole numbers, from the rectangles of the history; of states with the same area the first of
// CellState counts. Column c covers the events from from + c*n/columns (rounded down) up to where
// column c + 1 begins, for n events; rows likewise cover the axis, row 0 its lowest bytes.

#ifndef ALLOCLAB_BENCH_HEAPMAP_RASTER_H_
#define ALLOCLAB_BENCH_HEAPMAP_RASTER_H_

#include <cstdint>
#include <vector>

#include "bench/heapmap/history.h"

namespace alloclab {

// The values are part of the format in README.md.
enum class CellState : std::uint8_t {
  kUsed = 0,      // asked for by the program
  kPadding = 1,   // in a block, and more than was asked for
  kOverhead = 2,  // the allocator's own
  kFree = 3,      // held and neither of the above; unknown where the heap cannot be seen into
  kNotHeld = 4,   // not held from the system at that time
};
inline constexpr std::size_t kCellStates = 5;

struct Raster {
  std::uint32_t columns = 0;
  std::uint32_t rows = 0;
  std::vector<CellState> cells;  // row by row, the lowest addresses first

  CellState at(std::uint32_t column, std::uint32_t row) const {
    return cells[std::size_t{row} * columns + column];
  }
};

// Where part `index` of `parts` equal parts of `whole` begins.
constexpr std::uint64_t PartBegin(std::uint64_t whole, std::uint64_t index, std::uint64_t parts) {
  return static_cast<std::uint64_t>(static_cast<unsigned __int128>(whole) * index / parts);
}

// The whole history in at most so many columns and rows: fewer when there are fewer events or
// bytes. O(lives + rows that they touch + cells), and 32 bytes a cell while it works.
Raster DrawRaster(const History& history, std::uint32_t columns, std::uint32_t rows);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_RASTER_H_
