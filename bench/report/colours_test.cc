// What is drawn is seen, and told apart with any colour vision: the colours of the style sheets
// themselves, by the usual measures.
//
// Contrast is that of WCAG 2.2, which asks 3 of graphics (1.4.11). How far two colours are apart
// is the distance in CIELAB (CIE 1976) of what is seen of them: of all, and without red, green or
// blue cones by the matrices of Machado, Oliveira and Fernandes ("A Physiologically-based Model for
// Simulation of Color Vision Deficiency", 2009; severity 1).

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace alloclab {
namespace {

using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;

constexpr double kLeastContrast = 3;
// A tenth of the way from black to white is 10.
constexpr double kLeastDistance = 20;

constexpr Matrix kXyzOfLinear = {{{0.4124564, 0.3575761, 0.1804375},
                                  {0.2126729, 0.7151522, 0.0721750},
                                  {0.0193339, 0.1191920, 0.9503041}}};
constexpr Vector kWhite = {0.95047, 1, 1.08883};

const std::pair<const char*, Matrix> kVisions[] = {
    {"of all", {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
    {"without red",
     {{{0.152286, 1.052583, -0.204868},
       {0.114503, 0.786281, 0.099216},
       {-0.003882, -0.048116, 1.051998}}}},
    {"without green",
     {{{0.367322, 0.860646, -0.227968},
       {0.280085, 0.672501, 0.047413},
       {-0.011820, 0.042940, 0.968881}}}},
    {"without blue",
     {{{1.255528, -0.076749, -0.178779},
       {-0.078411, 0.930809, 0.147602},
       {0.004733, 0.691367, 0.303900}}}},
};

Vector Times(const Matrix& matrix, const Vector& vector) {
  Vector product = {};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t i = 0; i < 3; ++i) product[row] += matrix[row][i] * vector[i];
  }
  return product;
}

// "#rrggbb" as shares of red, green and blue light.
Vector Linear(const std::string& colour) {
  Vector light = {};
  for (std::size_t i = 0; i < 3; ++i) {
    const double value = std::stoi(colour.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
    light[i] = value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  }
  return light;
}

double Contrast(const std::string& a, const std::string& b) {
  const double one = Times(kXyzOfLinear, Linear(a))[1];
  const double other = Times(kXyzOfLinear, Linear(b))[1];
  return (std::max(one, other) + 0.05) / (std::min(one, other) + 0.05);
}

Vector Lab(const std::string& colour, const Matrix& vision) {
  Vector seen = Times(vision, Linear(colour));
  for (double& share : seen) share = std::clamp(share, 0.0, 1.0);
  const Vector xyz = Times(kXyzOfLinear, seen);
  Vector f = {};
  for (std::size_t i = 0; i < 3; ++i) {
    const double share = xyz[i] / kWhite[i];
    f[i] = share > 216.0 / 24389 ? std::cbrt(share) : (24389.0 / 27 * share + 16) / 116;
  }
  return {116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
}

double Distance(const std::string& a, const std::string& b, const Matrix& vision) {
  const Vector one = Lab(a, vision);
  const Vector other = Lab(b, vision);
  return std::hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The part of a style sheet that is about one theme.
std::string Theme(const std::string& file, bool is_dark) {
  const std::string style = ReadFile(file);
  const std::size_t dark = style.find("prefers-color-scheme: dark");
  EXPECT_NE(dark, std::string::npos) << file;
  return is_dark ? style.substr(dark) : style.substr(0, dark);
}

std::string ColourOf(const std::string& theme, const std::string& name) {
  std::smatch found;
  EXPECT_TRUE(std::regex_search(theme, found, std::regex("--" + name + ": (#[0-9a-f]{6});")))
      << name;
  return found.size() == 2 ? found[1].str() : "#000000";
}

std::string Mixed(const std::string& a, const std::string& b, double share) {
  std::string mixed = "#";
  for (const std::size_t at : {1u, 3u, 5u}) {
    const double one = std::stoi(a.substr(at, 2), nullptr, 16);
    const double other = std::stoi(b.substr(at, 2), nullptr, 16);
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x",
                  static_cast<unsigned>(std::lround(one + (other - one) * share)) & 0xff);
    mixed += digits;
  }
  return mixed;
}

TEST(Colours, TheMeasuresAreTheUsualOnes) {
  EXPECT_NEAR(Contrast("#000000", "#ffffff"), 21, 1e-4);
  EXPECT_NEAR(Contrast("#767676", "#ffffff"), 4.54, 0.005);
  EXPECT_NEAR(Lab("#ff0000", kVisions[0].second)[0], 53.24, 0.01);
  EXPECT_NEAR(Lab("#ff0000", kVisions[0].second)[1], 80.09, 0.02);
  EXPECT_NEAR(Lab("#ff0000", kVisions[0].second)[2], 67.20, 0.02);
  // Grey is grey to all.
  for (const auto& [name, vision] : kVisions) {
    EXPECT_LT(Distance("#808080", "#808080", vision), 1e-9) << name;
    EXPECT_LT(std::abs(Lab("#808080", vision)[1]), 0.5) << name;
  }
}

// Marks and bars have an edge on white, which is of the text's colour; lines have none.
TEST(Colours, OfAllocatorsAreSeen) {
  const std::string palette = ReadFile("bench/report/web/palette.js");
  const std::string light = ColourOf(Theme("bench/web/page.css", false), "ground");
  const std::string dark = ColourOf(Theme("bench/web/page.css", true), "ground");
  const std::regex pair("\\{ colour: \"(#[0-9A-F]{6})\", line: \"(#[0-9A-F]{6})\" \\}");
  int count = 0;
  for (std::sregex_iterator it(palette.begin(), palette.end(), pair), end; it != end; ++it) {
    ++count;
    const std::string colour = (*it)[1];
    const std::string line = (*it)[2];
    EXPECT_GE(Contrast(line, light), kLeastContrast) << line;
    EXPECT_GE(Contrast(colour, dark), kLeastContrast) << colour;
  }
  EXPECT_EQ(count, 7);
  EXPECT_NE(Theme("bench/report/web/report.css", false).find("--mark-edge: var(--text);"),
            std::string::npos);
  EXPECT_GE(Contrast(ColourOf(Theme("bench/web/page.css", false), "text"), light), 7);
}

// The kinds of memory lie beside each other in any order; used blocks have all shades between new
// and old.
TEST(Colours, OfMemoryAreToldApart) {
  for (const bool is_dark : {false, true}) {
    const std::string theme = Theme("bench/heapmap/web/heapmap.css", is_dark);
    std::vector<std::string> used = {ColourOf(theme, "heap-used")};
    const std::string young = ColourOf(theme, "heap-young");
    const std::string old = ColourOf(theme, "heap-old");
    for (int i = 0; i <= 8; ++i) used.push_back(Mixed(young, old, i / 8.0));
    const char* others[] = {"heap-padding", "heap-overhead", "heap-free", "heap-absent"};
    for (const auto& [name, vision] : kVisions) {
      for (const char* one : others) {
        const std::string colour = ColourOf(theme, one);
        for (const std::string& shade : used) {
          EXPECT_GE(Distance(colour, shade, vision), kLeastDistance)
              << one << " and used " << shade << ", " << name << (is_dark ? ", dark" : "");
        }
        for (const char* other : others) {
          if (one == other) continue;
          EXPECT_GE(Distance(colour, ColourOf(theme, other), vision), kLeastDistance)
              << one << " and " << other << ", " << name << (is_dark ? ", dark" : "");
        }
      }
    }
  }
}

}  // namespace
}  // namespace alloclab
