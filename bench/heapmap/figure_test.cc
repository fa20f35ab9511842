// Figures read back: the PNG by a decoder of this file, the SVG as XML.

#include "bench/heapmap/figure.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string_view>

#include "bench/heapmap/random_trace.h"
#include "bench/heapmap/stroke_font.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

std::uint32_t BigEndianAt(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
  }
  return value;
}

// Any PNG of eight bits of red, green and blue with the filters None, Sub and Up. The checks of its
// form are those of the specification.
Image DecodePng(std::string_view file) {
  Image image(0, 0, {});
  EXPECT_EQ(file.substr(0, 8), "\x89PNG\r\n\x1a\n");
  std::string packed;
  bool has_ended = false;
  for (std::size_t at = 8; at < file.size();) {
    EXPECT_FALSE(has_ended) << "a chunk behind IEND";
    const std::uint32_t bytes = BigEndianAt(file, at);
    const std::string_view type = file.substr(at + 4, 4);
    const std::string_view data = file.substr(at + 8, bytes);
    const std::string_view body = file.substr(at + 4, 4 + bytes);
    EXPECT_EQ(crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())),
              BigEndianAt(file, at + 8 + bytes))
        << type;
    if (type == "IHDR") {
      EXPECT_EQ(bytes, 13u);
      EXPECT_EQ(data.substr(8), std::string_view("\x08\x02\0\0\0", 5));
      image = Image(BigEndianAt(data, 0), BigEndianAt(data, 4), {});
    }
    if (type == "IDAT") packed += data;
    has_ended = type == "IEND";
    at += 12 + bytes;
  }
  EXPECT_TRUE(has_ended);
  const std::size_t stride = 1 + 3 * std::size_t{image.width};
  std::string raw(stride * image.height, '\0');
  uLongf size = raw.size();
  EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(raw.data()), &size,
                       reinterpret_cast<const Bytef*>(packed.data()), packed.size()),
            Z_OK);
  EXPECT_EQ(size, raw.size());
  for (std::size_t y = 0; y < image.height; ++y) {
    for (std::size_t x = 1; x < stride; ++x) {
      char& byte = raw[y * stride + x];
      const char filter = raw[y * stride];
      EXPECT_LE(filter, 2);
      if (filter == 1 && x > 3) byte = static_cast<char>(byte + raw[y * stride + x - 3]);
      if (filter == 2 && y > 0) byte = static_cast<char>(byte + raw[(y - 1) * stride + x]);
    }
    for (std::uint32_t x = 0; x < image.width; ++x) {
      const char* pixel = &raw[y * stride + 1 + 3 * std::size_t{x}];
      image.at(x, static_cast<std::uint32_t>(y)) = {static_cast<std::uint8_t>(pixel[0]),
                                                    static_cast<std::uint8_t>(pixel[1]),
                                                    static_cast<std::uint8_t>(pixel[2])};
    }
  }
  return image;
}

History SomeHistory(const std::string& variant = "slab") {
  return HistoryOf(RandomHeapEvents(TestSeed(), 500), {.allocator = variant});
}

TEST(EncodePng, AnyPixelsComeBack) {
  std::mt19937 random(TestSeed());
  for (const auto& [width, height] : {std::pair{1u, 1u}, {1u, 9u}, {9u, 1u}, {37u, 23u}}) {
    Image image(width, height, {});
    for (Colour& pixel : image.pixels) {
      pixel = {static_cast<std::uint8_t>(random()), static_cast<std::uint8_t>(random()),
               static_cast<std::uint8_t>(random())};
    }
    const Image decoded = DecodePng(EncodePng(image));
    EXPECT_EQ(decoded.width, width);
    EXPECT_EQ(decoded.height, height);
    EXPECT_EQ(decoded.pixels, image.pixels);
  }
}

TEST(FigureToPng, HoldsTheRasterInItsPlot) {
  const Figure figure = LayOutFigure(SomeHistory(), {.width = 700, .height = 420});
  const Image image = DecodePng(FigureToPng(figure));
  ASSERT_EQ(image.width, 700u);
  ASSERT_EQ(image.height, 420u);
  const Raster& raster = figure.raster;
  ASSERT_EQ(raster.columns, 500u) << "an event is wider than a pixel";
  ASSERT_EQ(raster.rows, figure.plot_height);
  std::set<int> states;
  for (std::uint32_t y = 0; y < figure.plot_height; ++y) {
    for (std::uint32_t x = 0; x < figure.plot_width; ++x) {
      const CellState state = raster.at(x * 500 / figure.plot_width, raster.rows - 1 - y);
      states.insert(static_cast<int>(state));
      ASSERT_EQ(image.at(figure.left + x, figure.top + y), ColourOf(state)) << x << ", " << y;
    }
  }
  EXPECT_GE(states.size(), 3u) << "too plain a picture to show anything";
}

// Ink where the title, the labels and the legend belong, and none at the edge.
TEST(FigureToPng, HasTextAroundThePlotAndNoneCutOff) {
  for (const FigureSize size : {FigureSize{320, 200}, {700, 420}, {1600, 900}, {3000, 1000}}) {
    const Figure figure = LayOutFigure(SomeHistory("tlsf"), size);
    const Image image = DecodePng(FigureToPng(figure));
    const auto ink = [&](std::uint32_t left, std::uint32_t top, std::uint32_t right,
                         std::uint32_t bottom) {
      int dark = 0;
      for (std::uint32_t y = top; y < bottom; ++y) {
        for (std::uint32_t x = left; x < right; ++x) dark += image.at(x, y).red < 90 ? 1 : 0;
      }
      return dark;
    };
    EXPECT_GT(ink(figure.left, 2, size.width - 2, figure.top - 2), 100);
    EXPECT_GT(ink(2, figure.top, figure.left - 8, size.height - 2), 100);
    const std::uint32_t below = figure.top + figure.plot_height + 4;
    EXPECT_GT(ink(figure.left, below, size.width - 2, size.height - 2), 50);
    EXPECT_EQ(ink(0, 0, size.width, 2) + ink(0, size.height - 2, size.width, size.height), 0);
    EXPECT_EQ(ink(0, 0, 2, size.height) + ink(size.width - 2, 0, size.width, size.height), 0);
  }
}

// Every letter looks different from every other, and from the box for those that there are not.
TEST(StrokeFont, LettersAreToldApart) {
  std::set<std::vector<std::uint8_t>> pictures;
  const std::string letters =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,:;-_/()+=%'#@\x01";
  int same = 0;
  for (const char letter : letters) {
    Image image(24, 30, {255, 255, 255});
    DrawText(image, std::string(1, letter), {4, 4, 16}, {0, 0, 0});
    std::vector<std::uint8_t> picture;
    for (const Colour& pixel : image.pixels) picture.push_back(pixel.red);
    same += pictures.insert(picture).second ? 0 : 1;
    EXPECT_GT(std::count_if(picture.begin(), picture.end(), [](int red) { return red < 128; }), 2);
  }
  EXPECT_EQ(same, 2) << "only 0 and O, I and l look the same";
}

// XML as far as these figures need it: one root, every tag closed in order, attributes quoted, no
// bare & or <.
std::string WhyNotWellFormed(std::string_view xml) {
  std::vector<std::string> open;
  int roots = 0;
  for (std::size_t at = 0; at < xml.size();) {
    if (xml[at] != '<') {
      if (xml[at] == '&' && xml.substr(at, 5) != "&amp;" && xml.substr(at, 4) != "&lt;") {
        return "a bare &";
      }
      ++at;
      continue;
    }
    const std::size_t end = xml.find('>', at);
    if (end == std::string_view::npos) return "a tag that does not end";
    std::string_view tag = xml.substr(at + 1, end - at - 1);
    if (tag.find('<') != std::string_view::npos) return "a bare <";
    at = end + 1;
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return "</> of another element";
      open.pop_back();
      continue;
    }
    if (open.empty() && ++roots > 1) return "two roots";
    const bool is_empty = tag.ends_with('/');
    if (is_empty) tag.remove_suffix(1);
    const std::string name(tag.substr(0, tag.find(' ')));
    std::string_view attributes = tag.substr(name.size());
    while (!attributes.empty()) {
      const std::size_t quote = attributes.find("=\"");
      if (attributes[0] != ' ' || quote == std::string_view::npos) return "an odd attribute";
      const std::size_t close = attributes.find('"', quote + 2);
      if (close == std::string_view::npos) return "an attribute that does not end";
      attributes.remove_prefix(close + 1);
    }
    if (!is_empty) open.push_back(name);
  }
  return open.empty() && roots == 1 ? "" : "an element that does not end";
}

TEST(FigureToSvg, IsWellFormedWhateverTheNames) {
  History history = SomeHistory();
  history.trace = "a<b> & \"c\" \x01 \xc3\xa9";
  const std::string svg = FigureToSvg(LayOutFigure(history, {}));
  EXPECT_EQ(WhyNotWellFormed(svg), "");
  EXPECT_NE(svg.find(">The heap of a&lt;b> &amp; \"c\"   \xc3\xa9 on slab</text>"),
            std::string::npos);
  EXPECT_EQ(svg.find('\x01'), std::string::npos);
}

TEST(FigureToSvg, HoldsThePlotAndItsText) {
  const Figure figure = LayOutFigure(SomeHistory(), {.width = 900, .height = 500});
  const std::string svg = FigureToSvg(figure);
  for (const char* text :
       {">event</text>", ">address</text>", ">used</text>", ">padding</text>", ">overhead</text>",
        ">free</text>", ">not held</text>", ">0 B</text>", ">100</text>"}) {
    EXPECT_NE(svg.find(text), std::string::npos) << text;
  }
  EXPECT_EQ(svg.find("http", svg.find("xmlns=") + 30), std::string::npos) << "nothing from afar";
}

// What cannot be seen into has no free memory to show.
TEST(FigureToSvg, OfSystemSaysUnknown) {
  const std::string svg = FigureToSvg(LayOutFigure(SomeHistory("system"), {}));
  EXPECT_NE(svg.find(">unknown</text>"), std::string::npos);
  EXPECT_EQ(svg.find(">free</text>"), std::string::npos);
  EXPECT_EQ(svg.find(">overhead</text>"), std::string::npos);
}

// One fact in two places: the figures' colours are those of the page in light.
TEST(ColourOf, IsWhatTheStyleSheetSays) {
  std::ifstream file("bench/heapmap/web/heapmap.css");
  std::stringstream style;
  style << file.rdbuf();
  const std::pair<CellState, const char*> names[] = {{CellState::kUsed, "--heap-used"},
                                                     {CellState::kPadding, "--heap-padding"},
                                                     {CellState::kOverhead, "--heap-overhead"},
                                                     {CellState::kFree, "--heap-free"},
                                                     {CellState::kNotHeld, "--heap-absent"}};
  for (const auto& [state, name] : names) {
    const Colour colour = ColourOf(state);
    char value[16];
    std::snprintf(value, sizeof value, ": #%02x%02x%02x;", colour.red, colour.green, colour.blue);
    const std::size_t at = style.str().find(name);
    ASSERT_NE(at, std::string::npos) << name;
    EXPECT_EQ(style.str().substr(at, std::string(name).size() + 10), name + std::string(value));
  }
}

}  // namespace
}  // namespace alloclab
