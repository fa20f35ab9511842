#include "bench/heapmap/png.h"

#include <zlib.h>

#include <string_view>

#include "bench/heapmap/deflate.h"

namespace alloclab {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr char kBitDepth = 8;
constexpr char kTrueColour = 2;
// Each byte is stored as the difference to the one above it: columns of one colour become zeros.
constexpr char kFilterUp = 2;

std::string BigEndian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

std::string Chunk(std::string_view type, std::string_view data) {
  const std::string body = std::string(type) + std::string(data);
  const uLong crc =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return BigEndian(static_cast<std::uint32_t>(data.size())) + body +
         BigEndian(static_cast<std::uint32_t>(crc));
}

std::string Filtered(const Image& image) {
  std::string bytes;
  bytes.reserve(std::size_t{image.height} * (1 + 3 * std::size_t{image.width}));
  for (std::uint32_t y = 0; y < image.height; ++y) {
    bytes += kFilterUp;
    for (std::uint32_t x = 0; x < image.width; ++x) {
      const Colour here = image.at(x, y);
      const Colour above = y == 0 ? Colour{0, 0, 0} : image.at(x, y - 1);
      bytes += static_cast<char>(here.red - above.red);
      bytes += static_cast<char>(here.green - above.green);
      bytes += static_cast<char>(here.blue - above.blue);
    }
  }
  return bytes;
}

}  // namespace

std::string EncodePng(const Image& image) {
  std::string header = BigEndian(image.width) + BigEndian(image.height);
  // The last three: deflate, the usual filters, not interlaced.
  for (const char byte : {kBitDepth, kTrueColour, '\0', '\0', '\0'}) header += byte;
  return std::string(kSignature) + Chunk("IHDR", header) + Chunk("IDAT", Deflate(Filtered(image))) +
         Chunk("IEND", "");
}

}  // namespace alloclab
