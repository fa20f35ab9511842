#include "bench/heapmap/figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "bench/heapmap/stroke_font.h"

namespace alloclab {
namespace {

// Distances, in heights of capitals.
constexpr double kTickLength = 0.5;
constexpr double kTickGap = 0.7;   // between a tick and its label
constexpr double kLineGap = 1.1;   // between lines of text
constexpr double kMargin = 1.4;    // around everything
constexpr double kKeyWidth = 1.9;  // of a coloured box
// The font of an SVG is the reader's, and may be so much wider than ours.
constexpr double kWidestFont = 1.15;

std::string WithSpaces(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, " ");
  }
  return digits;
}

// Of a round number of bytes: 512 KiB, 1.5 MiB.
std::string BytesLabel(std::uint64_t bytes) {
  static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  auto value = static_cast<double>(bytes);
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:g} {}", value, kUnits[unit]);
}

// The smallest of 1, 2, 5 times a power of ten that is at least `rough`, at least 1.
std::uint64_t DecimalStep(double rough) {
  std::uint64_t power = 1;
  for (;; power *= 10) {
    for (const std::uint64_t factor : {1u, 2u, 5u}) {
      if (static_cast<double>(factor * power) >= rough) return factor * power;
    }
  }
}

std::vector<FigureTick> EventTicks(const History& history, const Figure& figure) {
  const double events = history.to - history.from;
  const double most = std::max(1.0, figure.plot_width / (figure.text_height * 11));
  const std::uint64_t step = DecimalStep(events / most);
  std::vector<FigureTick> ticks;
  for (std::uint64_t at = (history.from + step - 1) / step * step; at <= history.to; at += step) {
    ticks.push_back(
        {static_cast<double>(at - history.from) / events * figure.plot_width, WithSpaces(at)});
  }
  return ticks;
}

std::vector<FigureTick> AddressTicks(const History& history, const Figure& figure) {
  const auto bytes = static_cast<double>(history.axis_bytes());
  const double most = std::max(1.0, figure.plot_height / (figure.text_height * 5));
  const std::uint64_t step = std::bit_ceil(
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(bytes / most))));
  std::vector<FigureTick> ticks;
  for (std::uint64_t at = 0; at <= history.axis_bytes(); at += step) {
    ticks.push_back({static_cast<double>(at) / bytes * figure.plot_height, BytesLabel(at)});
  }
  return ticks;
}

std::vector<FigureKey> Keys(const History& history, const Figure& figure) {
  const char* rest = history.is_walkable ? "free" : "unknown";
  std::vector<std::pair<CellState, std::string>> said = {{CellState::kUsed, "used"},
                                                         {CellState::kPadding, "padding"}};
  if (history.is_walkable) said.push_back({CellState::kOverhead, "overhead"});
  said.push_back({CellState::kFree, rest});
  if (history.is_walkable) said.push_back({CellState::kNotHeld, "not held"});
  std::vector<FigureKey> keys;
  double x = figure.left;
  for (const auto& [state, label] : said) {
    keys.push_back({x, ColourOf(state), label});
    x +=
        figure.text_height * (kKeyWidth + 2.6) + kWidestFont * TextWidth(label, figure.text_height);
  }
  return keys;
}

}  // namespace

Colour ColourOf(CellState state) {
  switch (state) {
    case CellState::kUsed:
      return {0x21, 0x66, 0xac};
    case CellState::kPadding:
      return {0xa4, 0xc9, 0xf0};
    case CellState::kOverhead:
      return {0xc2, 0x41, 0x0c};
    case CellState::kFree:
      return {0xf3, 0xcf, 0x73};
    case CellState::kNotHeld:
      break;
  }
  return {0xee, 0xf0, 0xf3};
}

Figure LayOutFigure(const History& history, FigureSize size) {
  Figure figure{};
  figure.width = size.width;
  figure.height = size.height;
  const double text = std::clamp(size.width / 125.0, 8.0, 40.0);
  figure.text_height = text;
  figure.title = "The heap of " + history.trace + " on " + history.allocator;
  const double margin = kMargin * text;
  figure.keys_y = margin + 1.2 * text + kLineGap * text;
  figure.top = static_cast<std::uint32_t>(std::ceil(figure.keys_y + text + kLineGap * text));
  const auto below = static_cast<std::uint32_t>(
      std::ceil((kTickLength + kTickGap) * text + text + kLineGap * text + text + margin));
  figure.plot_height = size.height - figure.top - below;
  figure.addresses = AddressTicks(history, figure);
  double label = 0;
  for (const FigureTick& tick : figure.addresses) {
    label = std::max(label, kWidestFont * TextWidth(tick.label, text));
  }
  // Sideways the name of the axis, the longest label and its tick.
  figure.left = static_cast<std::uint32_t>(
      std::ceil(margin + text + kLineGap * text + label + (kTickGap + kTickLength) * text));
  const auto right = static_cast<std::uint32_t>(std::ceil(margin + 2 * text));
  figure.plot_width = size.width - figure.left - right;
  figure.events = EventTicks(history, figure);
  figure.keys = Keys(history, figure);
  figure.raster = DrawRaster(history, figure.plot_width, figure.plot_height);
  return figure;
}

Image DrawPlot(const Figure& figure) {
  const Raster& raster = figure.raster;
  Image image(figure.plot_width, figure.plot_height, ColourOf(CellState::kNotHeld));
  for (std::uint32_t y = 0; y < image.height; ++y) {
    const std::uint64_t row = std::uint64_t{image.height - 1 - y} * raster.rows / image.height;
    for (std::uint32_t x = 0; x < image.width; ++x) {
      const std::uint64_t column = std::uint64_t{x} * raster.columns / image.width;
      image.at(x, y) =
          ColourOf(raster.at(static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(row)));
    }
  }
  return image;
}

}  // namespace alloclab
