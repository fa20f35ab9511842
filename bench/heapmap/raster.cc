#include "bench/heapmap/raster.h"

#include <algorithm>

namespace alloclab {
namespace {

// Equal parts of a range of whole numbers, which differ by one at most.
class Parts {
 public:
  Parts(std::uint64_t whole, std::uint32_t parts) : whole_(whole), parts_(parts) {}

  std::uint64_t Begin(std::uint32_t index) const { return PartBegin(whole_, index, parts_); }
  std::uint64_t Length(std::uint32_t index) const { return Begin(index + 1) - Begin(index); }
  // The part in which `at`, below the whole, lies.
  std::uint32_t Holding(std::uint64_t at) const {
    auto index = static_cast<std::uint32_t>(PartBegin(parts_, at, whole_));
    while (index + 1 < parts_ && Begin(index + 1) <= at) ++index;
    return index;
  }
  std::uint32_t count() const { return parts_; }

 private:
  std::uint64_t whole_;
  std::uint32_t parts_;
};

struct Rectangle {
  std::uint64_t from;  // events after the first shown: [from, to)
  std::uint64_t to;
  std::uint64_t low;  // bytes of the axis: [low, high)
  std::uint64_t high;
};

// The area of rectangles in each cell. A rectangle that covers a column of a row from end to end
// adds its height to a sum that runs along the row; only its two ends are added to cells. So the
// cost is by rows, whatever its length.
class AreaSum {
 public:
  AreaSum(const Parts& columns, const Parts& rows)
      : columns_(columns),
        rows_(rows),
        ends_(std::size_t{columns.count()} * rows.count()),
        steps_(std::size_t{columns.count()} * rows.count()) {}

  void Clear() {
    std::fill(ends_.begin(), ends_.end(), 0);
    std::fill(steps_.begin(), steps_.end(), 0);
  }

  void Add(const Rectangle& r) {
    if (r.from >= r.to || r.low >= r.high) return;
    const std::uint32_t first = columns_.Holding(r.from);
    const std::uint32_t last = columns_.Holding(r.to - 1);
    const std::uint64_t first_events = std::min(r.to, columns_.Begin(first + 1)) - r.from;
    const std::uint64_t last_events = r.to - columns_.Begin(last);
    const std::uint32_t top = rows_.Holding(r.high - 1);
    for (std::uint32_t row = rows_.Holding(r.low); row <= top; ++row) {
      const std::uint64_t bytes =
          std::min(r.high, rows_.Begin(row + 1)) - std::max(r.low, rows_.Begin(row));
      const std::size_t begin = std::size_t{row} * columns_.count();
      ends_[begin + first] += bytes * first_events;
      if (first == last) continue;
      ends_[begin + last] += bytes * last_events;
      steps_[begin + first + 1] += bytes;
      steps_[begin + last] -= bytes;  // wraps, and back when the sum is taken
    }
  }

  // Calls visit(cell, area) for every cell, row by row.
  template <class Visit>
  void ForEach(Visit&& visit) const {
    std::size_t cell = 0;
    for (std::uint32_t row = 0; row < rows_.count(); ++row) {
      std::uint64_t bytes = 0;
      for (std::uint32_t column = 0; column < columns_.count(); ++column, ++cell) {
        bytes += steps_[cell];
        visit(cell, ends_[cell] + bytes * columns_.Length(column));
      }
    }
  }

 private:
  const Parts& columns_;
  const Parts& rows_;
  std::vector<std::uint64_t> ends_;
  std::vector<std::uint64_t> steps_;
};

class Painter {
 public:
  Painter(const History& history, std::uint32_t columns, std::uint32_t rows)
      : history_(history),
        events_(history.to - history.from),
        columns_(events_, static_cast<std::uint32_t>(std::min<std::uint64_t>(columns, events_))),
        rows_(history.axis_bytes(),
              static_cast<std::uint32_t>(std::min<std::uint64_t>(rows, history.axis_bytes()))),
        sum_(columns_, rows_),
        rest_(std::size_t{columns_.count()} * rows_.count()),
        best_(rest_.size()),
        cells_(rest_.size(), CellState::kUsed) {}

  Raster Paint() {
    SetRest();
    sum_.ForEach([&](std::size_t cell, std::uint64_t area) {
      best_[cell] = area;
      rest_[cell] -= area;
    });
    for (const CellState state : {CellState::kPadding, CellState::kOverhead}) {
      AddAll(state);
      sum_.ForEach([&](std::size_t cell, std::uint64_t area) {
        Offer(cell, state, area);
        rest_[cell] -= area;
      });
    }
    PaintRest();
    return {columns_.count(), rows_.count(), std::move(cells_)};
  }

 private:
  // What is held of each cell; leaves the sum with what is used.
  void SetRest() {
    if (history_.is_walkable) {
      for (const Extent& extent : history_.held)
        Add(extent.made, extent.ended, extent.offset, extent.bytes);
      sum_.ForEach([&](std::size_t cell, std::uint64_t area) { rest_[cell] = area; });
    } else {
      ForEachCell([&](std::size_t cell, std::uint64_t area) { rest_[cell] = area; });
    }
    AddAll(CellState::kUsed);
  }

  void PaintRest() {
    for (std::size_t cell = 0; cell < rest_.size(); ++cell) {
      Offer(cell, CellState::kFree, rest_[cell]);
    }
    if (!history_.is_walkable) return;
    sum_.Clear();
    for (const Extent& extent : history_.held) {
      Add(extent.made, extent.ended, extent.offset, extent.bytes);
    }
    std::vector<std::uint64_t>& whole = rest_;
    ForEachCell([&](std::size_t cell, std::uint64_t area) { whole[cell] = area; });
    sum_.ForEach([&](std::size_t cell, std::uint64_t area) {
      Offer(cell, CellState::kNotHeld, whole[cell] - area);
    });
  }

  void Offer(std::size_t cell, CellState state, std::uint64_t area) {
    if (area <= best_[cell]) return;
    best_[cell] = area;
    cells_[cell] = state;
  }

  // The sum of all rectangles of a state that the history lists.
  void AddAll(CellState state) {
    sum_.Clear();
    for (const BlockLife& block : history_.blocks) {
      const std::uint64_t end = block.offset + block.usable;
      switch (state) {
        case CellState::kUsed:
          Add(block.made, block.ended, block.offset, block.requested);
          break;
        case CellState::kPadding:
          Add(block.made, block.ended, block.offset + block.requested,
              block.usable - block.requested);
          break;
        default:
          Add(block.made, block.ended, block.offset - history_.before, history_.before);
          Add(block.made, block.ended, end, history_.after);
      }
    }
    if (state != CellState::kOverhead) return;
    for (const Extent& extent : history_.overhead) {
      Add(extent.made, extent.ended, extent.offset, extent.bytes);
    }
  }

  void Add(std::uint32_t made, std::uint32_t ended, std::uint64_t offset, std::uint64_t bytes) {
    const std::uint32_t from = std::max(made, history_.from);
    sum_.Add({from - history_.from, ended - history_.from, offset, offset + bytes});
  }

  template <class Visit>
  void ForEachCell(Visit&& visit) const {
    std::size_t cell = 0;
    for (std::uint32_t row = 0; row < rows_.count(); ++row) {
      for (std::uint32_t column = 0; column < columns_.count(); ++column, ++cell) {
        visit(cell, rows_.Length(row) * columns_.Length(column));
      }
    }
  }

  const History& history_;
  std::uint64_t events_;
  Parts columns_;
  Parts rows_;
  AreaSum sum_;
  std::vector<std::uint64_t> rest_;  // of each cell: held and not yet given to a state
  std::vector<std::uint64_t> best_;  // the largest area so far
  std::vector<CellState> cells_;
};

}  // namespace

Raster DrawRaster(const History& history, std::uint32_t columns, std::uint32_t rows) {
  return Painter(history, columns, rows).Paint();
}

}  // namespace alloclab
