// Text in images, from letters that are drawn with a pen: each is a few lines between points of a
// grid, so they are smooth at every size.
//
//     y 0  top of capitals and digits      Distances are in units; a unit is an eighth of the
//       3  top of small letters            height of capitals. The pen is as wide as kPenUnits.
//       8  the line they stand on
//      10  the lowest
//
// ASCII's letters, digits and some marks; anything else is an empty box.

#ifndef ALLOCLAB_BENCH_HEAPMAP_STROKE_FONT_H_
#define ALLOCLAB_BENCH_HEAPMAP_STROKE_FONT_H_

#include <string_view>

#include "bench/heapmap/png.h"

namespace alloclab {

// Width in pixels of a text whose capitals are `height` pixels high.
double TextWidth(std::string_view text, double height);

struct TextPlace {
  double x;                // of the left end, in pixels
  double y;                // of the top of capitals
  double height;           // of capitals
  bool is_upward = false;  // turned to the left: (x, y) is then the lower left corner
};

void DrawText(Image& image, std::string_view text, const TextPlace& place, Colour colour);

// A straight line of this width, its edges blended with what is there.
struct Line {
  double x0;
  double y0;
  double x1;
  double y1;
};
void DrawLine(Image& image, const Line& line, double width, Colour colour);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_STROKE_FONT_H_
