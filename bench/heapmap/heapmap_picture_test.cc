// The pictures show the heap: the overview and the strip, by their pixels and by the cells that
// they were drawn from. The oracle is the history, looked through by brute force.

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>

#include "bench/heapmap/brute_force.h"
#include "bench/heapmap/heapmap_in_browser.h"
#include "bench/heapmap/random_trace.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

using nlohmann::json;

class HeapmapPicture : public HeapmapInBrowser {
 protected:
  // Returns how many states there are among those looked at.
  static std::size_t ExpectCells(const History& history) {
    const json image = OfView(
        "({window: view.overview.image.window, columns: view.overview.image.columns, rows: "
        "view.overview.image.rows, cells: Array.from(view.overview.image.cells)})");
    const json& w = image["window"];
    EXPECT_EQ(w, OfView("view.model.window"));
    const Window window = {w["from"], w["to"], w["low"], w["high"]};
    const std::uint32_t columns = image["columns"];
    const std::uint32_t rows = image["rows"];
    std::set<int> states;
    for (std::uint32_t row = 0; row < rows; row += 31) {
      for (std::uint32_t column = 0; column < columns; column += 61) {
        const int cell = image["cells"][std::size_t{row} * columns + column];
        states.insert(cell);
        EXPECT_EQ(cell, static_cast<int>(MostOf(history, window, {column, columns}, {row, rows})))
            << "column " << column << ", row " << row << " of " << w;
      }
    }
    return states.size();
  }
};

TEST_F(HeapmapPicture, CellsAreWhatMostOfThemIs) {
  const std::vector<Event> events = RandomHeapEvents(TestSeed(), 400);
  for (const char* variant : {"first_fit_list", "slab", "bump"}) {
    const History history = HistoryOf(events, {.allocator = variant, .from = 50});
    Show(history, kDesk);
    EXPECT_GE(ExpectCells(history), 2u);
    Focus(".heap-overview");
    for (int i = 0; i < 2; ++i) Press("+", 187);
    OfView("view.travel.zoomAddress(0.2, view.model.history.axisBytes / 2)");
    WaitUntilSharp();
    EXPECT_LT(OfView("view.model.window.to - view.model.window.from"), 100);
    ExpectCells(history);
    Press("0", 48);
    WaitUntilSharp();
    EXPECT_EQ(OfView("view.model.window.to - view.model.window.from"), 350);
    ExpectQuietAndOffline();
  }
}

// A history of no allocator: rows of the picture are two bytes high, and of each the lower byte is
// used. So every cell is a tie, but in the upper half, where only half of the blocks are.
TEST_F(HeapmapPicture, LowAddressesAreBelowAndTiesAreUsed) {
  constexpr std::uint32_t kRows = 358;
  History history;
  history.trace = "ties";
  history.allocator = "none";
  history.to = 100;
  history.regions = {{0, 2 * kRows}};
  history.held = {{0, 2 * kRows, 0, 100}};
  for (std::uint32_t row = 0; row < kRows / 2; ++row)
    history.blocks.push_back({2 * row, 1, 1, 0, 100});
  Show(history, kDesk);
  ASSERT_EQ(OfView("view.overview.image.rows"), kRows);
  const json cells = OfView("Array.from(view.overview.image.cells)");
  for (std::uint32_t row = 0; row < kRows; ++row) {
    EXPECT_EQ(cells[row * 100 + 50], row < kRows / 2 ? 0 : 3) << row;
  }
  const auto pixel = [&](const std::string& y) -> std::string {
    return OfView("Array.from(view.overview.base.getContext('2d').getImageData(200, " + y +
                  ", 1, 1).data.subarray(0, 3)).join()");
  };
  EXPECT_EQ(pixel("20"), kFreeLight);
  EXPECT_EQ(pixel("340"), kUsedLight);
}

// Where a cell of the strip holds one thing only, it has the colour of that, after any way there.
class HeapmapStripOf : public HeapmapInBrowser, public testing::WithParamInterface<const char*> {};

TEST_P(HeapmapStripOf, IsTheHeapAtTheEvent) {
  const std::uint64_t seed = TestSeed();
  std::mt19937 random(seed);
  const History history = HistoryOf(RandomHeapEvents(seed, 1200), {.allocator = GetParam()});
  Show(history, kDesk);
  const std::uint64_t cells = OfView("view.strip.cells");
  const std::uint64_t width = OfView("view.strip.width");
  const json colours = OfView("Array.from(view.model.colours.states)");
  const json edge = OfView("view.model.colours.edge");
  for (int i = 0; i < 5; ++i) {
    const auto event = static_cast<std::uint32_t>(random() % 1200);
    OfView("view.travel.goTo(" + std::to_string(event) + ")");
    browser().WaitForFrames();
    // A row of pixels through the middle of each row of the strip.
    const json pixels = OfView(
        "(canvas => { const all = []; for (let row = 0; row < 18; row += 1) all.push(...new "
        "Uint32Array(canvas.getContext('2d').getImageData(62, 4 + row * 19 + 7, view.strip.width, "
        "1).data.buffer)); return all; })(view.strip.node)");
    ASSERT_EQ(pixels.size(), cells);
    int compared = 0;
    for (std::uint64_t cell = 3; cell < cells; cell += 41) {
      const std::uint64_t begin = history.axis_bytes() * cell / cells;
      const std::uint64_t end = history.axis_bytes() * (cell + 1) / cells + 1;
      const CellState state = StateAt(history, begin, event);
      bool is_pure = true;
      for (std::uint64_t at = begin; at < end; ++at) {
        is_pure = is_pure && StateAt(history, at, event) == state;
      }
      if (!is_pure || pixels[cell] == edge) continue;
      ++compared;
      if (state == CellState::kUsed) {
        for (std::size_t other = 1; other < kCellStates; ++other) {
          ASSERT_NE(pixels[cell], colours[other]) << "cell " << cell << " of event " << event;
        }
      } else {
        ASSERT_EQ(pixels[cell], colours[static_cast<std::size_t>(state)])
            << "cell " << cell << " (row " << cell / width << ") of event " << event;
      }
    }
    EXPECT_GT(compared, 50);
  }
}

// Much overhead, much padding, and neither.
INSTANTIATE_TEST_SUITE_P(Variants, HeapmapStripOf,
                         testing::Values("bump", "buddy", "first_fit_list"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace alloclab
