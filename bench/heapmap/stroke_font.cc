#include "bench/heapmap/stroke_font.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace alloclab {
namespace {

constexpr double kUnitsHigh = 8;
constexpr double kPenUnits = 0.95;
constexpr double kGapUnits = 1.9;  // between letters
constexpr double kSpaceUnits = 2.6;

struct Glyph {
  char letter;
  // Points as two digits, x and y (a is 10), with a space before each that the pen is drawn to and
  // a comma where it is lifted.
  std::string_view strokes;
};

constexpr Glyph kGlyphs[] = {
    {'0', "10 30 41 47 38 18 07 01 10"},
    {'1', "02 20 28,08 48"},
    {'2', "01 10 30 41 43 08 48"},
    {'3', "01 10 30 41 43 34 14,34 45 47 38 18 07"},
    {'4', "38 30 05 45"},
    {'5', "40 00 04 13 33 44 47 38 18 07"},
    {'6', "41 30 10 01 07 18 38 47 45 34 14 05"},
    {'7', "00 40 18"},
    {'8', "14 03 01 10 30 41 43 34 14 05 07 18 38 47 45 34"},
    {'9', "07 18 38 47 41 30 10 01 03 14 34 43"},
    {'a', "43 48,44 33 13 04 07 18 38 47"},
    {'b', "00 08,04 13 33 44 47 38 18 07"},
    {'c', "44 33 13 04 07 18 38 47"},
    {'d', "40 48,44 33 13 04 07 18 38 47"},
    {'e', "05 45 44 33 13 04 07 18 38 47"},
    {'f', "30 20 11 18,03 33"},
    {'g', "43 49 3a 1a 09,44 33 13 04 07 18 38 47"},
    {'h', "00 08,04 13 33 44 48"},
    {'i', "03 08,00 01"},
    {'j', "13 19 0a,10 11"},
    {'k', "00 08,33 05 38"},
    {'l', "00 08"},
    {'m', "03 08,04 13 23 34 38,34 43 53 64 68"},
    {'n', "03 08,04 13 33 44 48"},
    {'o', "13 33 44 47 38 18 07 04 13"},
    {'p', "03 0a,04 13 33 44 47 38 18 07"},
    {'q', "43 4a,44 33 13 04 07 18 38 47"},
    {'r', "03 08,05 14 23 33"},
    {'s', "44 33 13 04 15 36 47 38 18 07"},
    {'t', "11 17 28 38,03 33"},
    {'u', "03 07 18 38 47,43 48"},
    {'v', "03 28 43"},
    {'w', "03 18 34 58 63"},
    {'x', "03 48,43 08"},
    {'y', "03 28,43 1a 0a"},
    {'z', "03 43 08 48"},
    {'A', "08 20 48,15 35"},
    {'B', "00 08 38 47 45 34 04,34 43 41 30 00"},
    {'C', "41 30 10 01 07 18 38 47"},
    {'D', "00 08 28 46 42 20 00"},
    {'E', "40 00 08 48,04 34"},
    {'F', "40 00 08,04 34"},
    {'G', "41 30 10 01 07 18 38 47 44 24"},
    {'H', "00 08,40 48,04 44"},
    {'I', "00 08"},
    {'J', "30 37 28 18 07"},
    {'K', "00 08,40 04 48"},
    {'L', "00 08 48"},
    {'M', "08 00 35 60 68"},
    {'N', "08 00 48 40"},
    {'O', "10 30 41 47 38 18 07 01 10"},
    {'P', "08 00 30 41 43 34 04"},
    {'Q', "10 30 41 47 38 18 07 01 10,26 48"},
    {'R', "08 00 30 41 43 34 04,24 48"},
    {'S', "41 30 10 01 03 14 34 45 47 38 18 07"},
    {'T', "00 40,20 28"},
    {'U', "00 07 18 38 47 40"},
    {'V', "00 28 40"},
    {'W', "00 18 33 58 60"},
    {'X', "00 48,40 08"},
    {'Y', "00 24 40,24 28"},
    {'Z', "00 40 08 48"},
    {'.', "08 08"},
    {',', "18 0a"},
    {':', "04 04,08 08"},
    {';', "14 14,18 0a"},
    {'-', "05 35"},
    {'_', "09 49"},
    {'/', "30 0a"},
    {'(', "20 02 07 29"},
    {')', "00 22 27 09"},
    {'+', "23 27,05 45"},
    {'=', "04 44,06 46"},
    {'%', "08 60,01 10 20 31 22 12 01,46 55 65 67 58 48 46"},
    {'\'', "00 02"},
    {'#', "12 18,32 38,04 44,06 46"},
    {'@', "36 26 15 14 23 33 37 47 52 41 20 01 06 18 38"},
};
constexpr std::string_view kBox = "00 40 48 08 00";

std::string_view StrokesOf(char letter) {
  const auto* const found = std::find_if(std::begin(kGlyphs), std::end(kGlyphs),
                                         [&](const Glyph& g) { return g.letter == letter; });
  return found == std::end(kGlyphs) ? kBox : found->strokes;
}

double Units(char digit) { return digit == 'a' ? 10 : digit - '0'; }

// Calls visit(x0, y0, x1, y1) for each line of a letter, in units.
template <class Visit>
void ForEachLine(std::string_view strokes, Visit&& visit) {
  for (std::size_t at = 3; at < strokes.size(); at += 3) {
    if (strokes[at - 1] == ',') continue;
    visit(Units(strokes[at - 3]), Units(strokes[at - 2]), Units(strokes[at]),
          Units(strokes[at + 1]));
  }
}

double UnitsWide(char letter) {
  if (letter == ' ') return kSpaceUnits;
  double widest = 0;
  ForEachLine(StrokesOf(letter),
              [&](double x0, double, double x1, double) { widest = std::max({widest, x0, x1}); });
  return widest;
}

std::uint8_t Blend(std::uint8_t below, std::uint8_t above, double share) {
  return static_cast<std::uint8_t>(std::lround(below + (above - below) * share));
}

// How far a point is from a line.
double Distance(const Line& line, double x, double y) {
  const double dx = line.x1 - line.x0;
  const double dy = line.y1 - line.y0;
  const double length = dx * dx + dy * dy;
  double along = 0;
  if (length > 0) {
    along = std::clamp(((x - line.x0) * dx + (y - line.y0) * dy) / length, 0.0, 1.0);
  }
  return std::hypot(x - line.x0 - along * dx, y - line.y0 - along * dy);
}

std::uint32_t Inside(double at, std::uint32_t size) {
  return static_cast<std::uint32_t>(std::clamp(at, 0.0, static_cast<double>(size)));
}

}  // namespace

double TextWidth(std::string_view text, double height) {
  double units = 0;
  for (const char letter : text) units += UnitsWide(letter) + kGapUnits;
  return text.empty() ? 0 : (units - kGapUnits) * height / kUnitsHigh;
}

void DrawLine(Image& image, const Line& line, double width, Colour colour) {
  const double reach = width / 2 + 1;
  const std::uint32_t left = Inside(std::min(line.x0, line.x1) - reach, image.width);
  const std::uint32_t right = Inside(std::max(line.x0, line.x1) + reach + 1, image.width);
  const std::uint32_t top = Inside(std::min(line.y0, line.y1) - reach, image.height);
  const std::uint32_t bottom = Inside(std::max(line.y0, line.y1) + reach + 1, image.height);
  for (std::uint32_t y = top; y < bottom; ++y) {
    for (std::uint32_t x = left; x < right; ++x) {
      // The share of the pixel that the pen covers, as if its edge were straight there.
      const double share = std::clamp(width / 2 + 0.5 - Distance(line, x + 0.5, y + 0.5), 0.0, 1.0);
      if (share == 0) continue;
      Colour& pixel = image.at(x, y);
      pixel = {Blend(pixel.red, colour.red, share), Blend(pixel.green, colour.green, share),
               Blend(pixel.blue, colour.blue, share)};
    }
  }
}

void DrawText(Image& image, std::string_view text, const TextPlace& place, Colour colour) {
  const double unit = place.height / kUnitsHigh;
  double pen = 0;
  for (const char letter : text) {
    if (letter != ' ') {
      ForEachLine(StrokesOf(letter), [&](double x0, double y0, double x1, double y1) {
        const Line flat = {(pen + x0) * unit, y0 * unit, (pen + x1) * unit, y1 * unit};
        const Line line =
            place.is_upward
                ? Line{place.x + flat.y0, place.y - flat.x0, place.x + flat.y1, place.y - flat.x1}
                : Line{place.x + flat.x0, place.y + flat.y0, place.x + flat.x1, place.y + flat.y1};
        DrawLine(image, line, kPenUnits * unit, colour);
      });
    }
    pen += UnitsWide(letter) + kGapUnits;
  }
}

}  // namespace alloclab
