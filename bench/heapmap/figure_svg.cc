// A figure as SVG: the plot is an image in it, everything else is text and lines that can be
// edited.

#include <fmt/format.h>

#include <string_view>

#include "bench/heapmap/deflate.h"
#include "bench/heapmap/figure.h"

namespace alloclab {
namespace {

// Of capitals to the size that SVG calls a font's.
constexpr double kFontSizePerCapital = 1.4;

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<') {
      escaped += "&lt;";
    } else if (c == '&') {
      escaped += "&amp;";
    } else if (static_cast<unsigned char>(c) < ' ') {
      escaped += ' ';  // XML has no way to write it
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// `y` is the line that the text stands on.
std::string Text(double x, double y, std::string_view anchor, std::string_view text,
                 std::string_view more = "") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y,
                     anchor, more, Escaped(text));
}

std::string LineFrom(double x0, double y0, double x1, double y1) {
  return fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\"/>\n", x0, y0, x1, y1);
}

std::string Ticks(const Figure& figure) {
  const double text = figure.text_height;
  const double bottom = figure.top + figure.plot_height;
  std::string lines = "<g stroke=\"#1b1f24\">\n";
  std::string labels;
  for (const FigureTick& tick : figure.events) {
    const double x = figure.left + tick.at;
    lines += LineFrom(x, bottom, x, bottom + 0.5 * text);
    labels += Text(x, bottom + 2.2 * text, "middle", tick.label);
  }
  for (const FigureTick& tick : figure.addresses) {
    const double y = bottom - tick.at;
    lines += LineFrom(figure.left - 0.5 * text, y, figure.left, y);
    labels += Text(figure.left - 1.2 * text, y + text / 2, "end", tick.label);
  }
  return lines + "</g>\n" + labels;
}

std::string Names(const Figure& figure) {
  const double text = figure.text_height;
  const double middle = figure.top + figure.plot_height / 2.0;
  return Text(figure.left + figure.plot_width / 2.0, figure.top + figure.plot_height + 4.3 * text,
              "middle", "event") +
         Text(2.2 * text, middle, "middle", "address",
              fmt::format(" transform=\"rotate(-90 {:.1f} {:.1f})\"", 2.2 * text, middle));
}

std::string KeyBoxes(const Figure& figure) {
  const double text = figure.text_height;
  std::string keys;
  for (const FigureKey& key : figure.keys) {
    keys += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
        "fill=\"#{:02x}{:02x}{:02x}\" stroke=\"#1b1f24\"/>\n",
        key.x, figure.keys_y, 1.9 * text, text, key.colour.red, key.colour.green, key.colour.blue);
    keys += Text(key.x + 2.6 * text, figure.keys_y + text, "start", key.label);
  }
  return keys;
}

}  // namespace

std::string FigureToSvg(const Figure& figure) {
  const double text = figure.text_height;
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
             "viewBox=\"0 0 {0} {1}\" font-family=\"Helvetica, Arial, sans-serif\" "
             "font-size=\"{2:.1f}\" fill=\"#1b1f24\">\n<title>{3}</title>\n"
             "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
             figure.width, figure.height, kFontSizePerCapital * text, Escaped(figure.title)) +
         Text(figure.left, 2.6 * text, "start", figure.title,
              fmt::format(" font-size=\"{:.1f}\"", 1.2 * kFontSizePerCapital * text)) +
         KeyBoxes(figure) +
         fmt::format(
             "<image x=\"{0}\" y=\"{1}\" width=\"{2}\" height=\"{3}\" preserveAspectRatio=\"none\" "
             "style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{4}\"/>\n"
             "<rect x=\"{0}\" y=\"{1}\" width=\"{2}\" height=\"{3}\" fill=\"none\" "
             "stroke=\"#1b1f24\"/>\n",
             figure.left, figure.top, figure.plot_width, figure.plot_height,
             Base64(EncodePng(DrawPlot(figure)))) +
         Ticks(figure) + Names(figure) + "</svg>\n";
}

}  // namespace alloclab
