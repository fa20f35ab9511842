// A history as a figure for a paper: the picture, its axes, a legend and a title, laid out once and
// written as PNG or as SVG.

#ifndef ALLOCLAB_BENCH_HEAPMAP_FIGURE_H_
#define ALLOCLAB_BENCH_HEAPMAP_FIGURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "bench/heapmap/history.h"
#include "bench/heapmap/png.h"
#include "bench/heapmap/raster.h"

namespace alloclab {

// The colour of a state: those of web/heapmap.css in light, which are told apart with any colour
// vision and on paper.
Colour ColourOf(CellState state);

// Pixels. What is smaller has no room for its labels.
inline constexpr std::uint32_t kLeastFigureWidth = 320;
inline constexpr std::uint32_t kLeastFigureHeight = 200;
inline constexpr std::uint32_t kMostFigureSide = 10000;

struct FigureSize {
  std::uint32_t width = 1600;
  std::uint32_t height = 900;
};

struct FigureTick {
  double at;  // the distance from the left or the lower end of the plot, in pixels
  std::string label;
};

struct FigureKey {
  double x;  // of the left end of its coloured box
  Colour colour;
  std::string label;
};

// All in pixels from the upper left corner.
struct Figure {
  std::uint32_t width;
  std::uint32_t height;
  double text_height;  // of capitals; everything else follows from it
  std::string title;
  std::uint32_t left, top, plot_width, plot_height;
  std::vector<FigureTick> events;
  std::vector<FigureTick> addresses;
  std::vector<FigureKey> keys;
  double keys_y;  // of the top of their boxes
  Raster raster;
};

Figure LayOutFigure(const History& history, FigureSize size);

// The plot alone, a pixel of the figure each.
Image DrawPlot(const Figure& figure);

// The figure as the bytes of a file. SVG holds the plot as an image; its text is text.
std::string FigureToPng(const Figure& figure);
std::string FigureToSvg(const Figure& figure);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_FIGURE_H_
