// PNG images: eight bits each of red, green and blue, no interlacing (PNG specification, third
// edition: https://www.w3.org/TR/png-3/).

#ifndef ALLOCLAB_BENCH_HEAPMAP_PNG_H_
#define ALLOCLAB_BENCH_HEAPMAP_PNG_H_

#include <cstdint>
#include <string>
#include <vector>

namespace alloclab {

struct Colour {
  std::uint8_t red;
  std::uint8_t green;
  std::uint8_t blue;
  bool operator==(const Colour&) const = default;
};

// Row by row from the top.
struct Image {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<Colour> pixels;

  Image(std::uint32_t image_width, std::uint32_t image_height, Colour ground)
      : width(image_width),
        height(image_height),
        pixels(std::size_t{image_width} * image_height, ground) {}

  Colour& at(std::uint32_t x, std::uint32_t y) { return pixels[std::size_t{y} * width + x]; }
  Colour at(std::uint32_t x, std::uint32_t y) const { return pixels[std::size_t{y} * width + x]; }
};

// The bytes of a PNG file. Both sides of `image` are at least 1. O(pixels).
std::string EncodePng(const Image& image);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_PNG_H_
