// A figure as PNG: every pixel drawn here.

#include <algorithm>
#include <cmath>

#include "bench/heapmap/figure.h"
#include "bench/heapmap/stroke_font.h"

namespace alloclab {
namespace {

constexpr Colour kInk = {0x1b, 0x1f, 0x24};
constexpr Colour kPaper = {0xff, 0xff, 0xff};

class FigurePainter {
 public:
  explicit FigurePainter(const Figure& figure)
      : figure_(figure),
        text_(figure.text_height),
        line_(std::max(1.0, std::round(text_ / 10))),
        image_(figure.width, figure.height, kPaper) {}

  Image Paint() {
    DrawText(image_, figure_.title, {static_cast<double>(figure_.left), 1.4 * text_, 1.2 * text_},
             kInk);
    for (const FigureKey& key : figure_.keys) PaintKey(key);
    PaintPlot();
    PaintEvents();
    PaintAddresses();
    return std::move(image_);
  }

 private:
  // A frame that lies outside of the rectangle.
  void Frame(double left, double top, double right, double bottom) {
    const double half = line_ / 2;
    const Line sides[] = {{left - half, top - half, right + half, top - half},
                          {left - half, bottom + half, right + half, bottom + half},
                          {left - half, top - half, left - half, bottom + half},
                          {right + half, top - half, right + half, bottom + half}};
    for (const Line& side : sides) DrawLine(image_, side, line_, kInk);
  }

  void PaintKey(const FigureKey& key) {
    const auto left = static_cast<std::uint32_t>(key.x);
    const auto top = static_cast<std::uint32_t>(figure_.keys_y);
    const auto right = static_cast<std::uint32_t>(left + 1.9 * text_);
    const auto bottom = static_cast<std::uint32_t>(top + text_);
    for (std::uint32_t y = top; y < bottom; ++y) {
      for (std::uint32_t x = left; x < std::min(right, image_.width); ++x) {
        image_.at(x, y) = key.colour;
      }
    }
    Frame(left, top, right, bottom);
    DrawText(image_, key.label, {right + 0.7 * text_, figure_.keys_y, text_}, kInk);
  }

  void PaintPlot() {
    const Image plot = DrawPlot(figure_);
    for (std::uint32_t y = 0; y < plot.height; ++y) {
      for (std::uint32_t x = 0; x < plot.width; ++x) {
        image_.at(figure_.left + x, figure_.top + y) = plot.at(x, y);
      }
    }
    Frame(figure_.left, figure_.top, figure_.left + plot.width, figure_.top + plot.height);
  }

  void PaintEvents() {
    const double bottom = figure_.top + figure_.plot_height + line_;
    for (const FigureTick& tick : figure_.events) {
      const double x = std::floor(figure_.left + tick.at) + 0.5;
      DrawLine(image_, {x, bottom, x, bottom + 0.5 * text_}, line_, kInk);
      DrawText(image_, tick.label,
               {x - TextWidth(tick.label, text_) / 2, bottom + 1.2 * text_, text_}, kInk);
    }
    const std::string name = "event";
    DrawText(image_, name,
             {figure_.left + (figure_.plot_width - TextWidth(name, text_)) / 2,
              bottom + 3.3 * text_, text_},
             kInk);
  }

  void PaintAddresses() {
    const double bottom = figure_.top + figure_.plot_height;
    for (const FigureTick& tick : figure_.addresses) {
      const double y = std::floor(bottom - tick.at) + 0.5;
      const double right = figure_.left - line_;
      DrawLine(image_, {right - 0.5 * text_, y, right, y}, line_, kInk);
      DrawText(image_, tick.label,
               {right - 1.2 * text_ - TextWidth(tick.label, text_), y - text_ / 2, text_}, kInk);
    }
    const std::string name = "address";
    DrawText(
        image_, name,
        {1.2 * text_, bottom - (figure_.plot_height - TextWidth(name, text_)) / 2, text_, true},
        kInk);
  }

  const Figure& figure_;
  double text_;
  double line_;
  Image image_;
};

}  // namespace

std::string FigureToPng(const Figure& figure) { return EncodePng(FigurePainter(figure).Paint()); }

}  // namespace alloclab
