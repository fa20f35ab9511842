// What README.md says of the embedded history, read back by a decoder of this file.

#include "bench/heapmap/history_json.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <nlohmann/json.hpp>

#include "bench/heapmap/deflate.h"
#include "bench/heapmap/random_trace.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

using nlohmann::json;

std::string FromBase64(const std::string& text) {
  static const std::string kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<unsigned>(kDigits.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

std::string Inflated(const std::string& packed) {
  z_stream stream = {};
  EXPECT_EQ(inflateInit(&stream), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string bytes;
  int result = Z_OK;
  while (result == Z_OK) {
    char buffer[4096];
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    result = inflate(&stream, Z_NO_FLUSH);
    bytes.append(buffer, sizeof buffer - stream.avail_out);
  }
  EXPECT_EQ(result, Z_STREAM_END);
  inflateEnd(&stream);
  return bytes;
}

std::vector<std::uint64_t> Numbers(const json& column) {
  std::vector<std::uint64_t> numbers;
  std::uint64_t value = 0;
  int shift = 0;
  for (const char c : Inflated(FromBase64(column.get<std::string>()))) {
    value |= static_cast<std::uint64_t>(c & 127) << shift;
    shift += 7;
    if ((c & 128) != 0) continue;
    numbers.push_back(value);
    value = 0;
    shift = 0;
  }
  return numbers;
}

std::vector<std::uint64_t> Sums(const json& column) {
  std::vector<std::uint64_t> sums;
  std::int64_t last = 0;
  for (const std::uint64_t number : Numbers(column)) {
    const auto half = static_cast<std::int64_t>(number / 2);
    last += number % 2 == 0 ? half : -half - 1;
    sums.push_back(static_cast<std::uint64_t>(last));
  }
  return sums;
}

std::uint32_t EndOf(std::uint64_t made, std::uint64_t lifetime, const json& to) {
  return lifetime == 0 ? to.get<std::uint32_t>() : static_cast<std::uint32_t>(made + lifetime);
}

std::vector<BlockLife> Blocks(const json& data) {
  const json& packed = data["blocks"];
  const auto made = Sums(packed["made"]);
  const auto lifetime = Numbers(packed["lifetime"]);
  const auto place = Sums(packed["place"]);
  const auto requested = Numbers(packed["requested"]);
  const auto padding = Numbers(packed["padding"]);
  std::vector<BlockLife> blocks;
  for (std::size_t i = 0; i < packed["count"]; ++i) {
    blocks.push_back({place.at(i) * packed["unit"].get<std::uint64_t>(), requested.at(i),
                      requested.at(i) + padding.at(i), static_cast<std::uint32_t>(made.at(i)),
                      EndOf(made.at(i), lifetime.at(i), data["to"])});
  }
  EXPECT_EQ(made.size(), blocks.size());
  return blocks;
}

std::vector<Extent> Extents(const json& packed, const json& to) {
  const auto made = Sums(packed["made"]);
  const auto lifetime = Numbers(packed["lifetime"]);
  const auto place = Sums(packed["place"]);
  const auto bytes = Numbers(packed["bytes"]);
  std::vector<Extent> extents;
  for (std::size_t i = 0; i < packed["count"]; ++i) {
    extents.push_back({place.at(i), bytes.at(i), static_cast<std::uint32_t>(made.at(i)),
                       EndOf(made.at(i), lifetime.at(i), to)});
  }
  return extents;
}

TEST(HistoryToJson, IsTheHistory) {
  const std::vector<Event> events = RandomHeapEvents(TestSeed(), 2000);
  for (const char* variant : {"first_fit_list", "slab", "bump", "system"}) {
    const History history = HistoryOf(events, {.allocator = variant, .from = 100});
    const Raster raster = DrawRaster(history, 50, 40);
    const json data = json::parse(HistoryToJson(history, raster).dump());
    EXPECT_EQ(Blocks(data), history.blocks) << variant;
    EXPECT_EQ(data["blocks"]["unit"].get<std::uint64_t>() % 16, 0u) << "all payloads are aligned";
    const auto lifetimes = Numbers(data["blocks"]["lifetime"]);
    for (std::size_t i = 0; i < lifetimes.size(); ++i) {
      EXPECT_EQ(lifetimes[i] == 0, history.blocks[i].ended == history.to);
    }
    EXPECT_EQ(Extents(data["overhead"], data["to"]), history.overhead) << variant;
    EXPECT_EQ(Extents(data["held"], data["to"]), history.held) << variant;
    EXPECT_EQ(data["arena_to"], history.arena_to);
    const auto events_of_peaks = Sums(data["arena_peaks"]["event"]);
    const auto bytes_of_peaks = Sums(data["arena_peaks"]["bytes"]);
    ASSERT_EQ(events_of_peaks.size(), history.arena_peaks.size());
    for (std::size_t i = 0; i < events_of_peaks.size(); ++i) {
      EXPECT_EQ(events_of_peaks[i], history.arena_peaks[i].event);
      EXPECT_EQ(bytes_of_peaks[i], history.arena_peaks[i].bytes);
    }
    EXPECT_EQ(data["regions"].size(), history.regions.size());
    EXPECT_EQ(data["regions"][0]["bytes"], history.regions[0].bytes);
    EXPECT_EQ(data["from"], 100);
    EXPECT_EQ(data["walkable"], std::string(variant) != "system");
    const std::string cells = Inflated(FromBase64(data["overview"]["cells"]));
    ASSERT_EQ(cells.size(), raster.cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      ASSERT_EQ(static_cast<int>(cells[i]), static_cast<int>(raster.cells[i]));
    }
  }
}

// Known answers: RFC 4648, section 10.
TEST(Base64, KnownAnswers) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foo"), "Zm9v");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64("\xff\xfe"), "//4=");
}

}  // namespace
}  // namespace alloclab
