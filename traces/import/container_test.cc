// Containers: what other programs packed is unpacked, what is damaged anywhere is refused, and data
// of many buffers comes through.

#include "traces/import/container.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <random>

#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

std::string Seed(const std::string& name) { return FileBytes("fuzz/import/" + name); }

// Made by Info-ZIP, gzip and zstd, from the other seeds.
struct Packed {
  const char* packed;
  const char* inside;
};
const Packed kPacked[] = {
    {"container/zip_with_a_folder", "rep/classic"},
    {"container/zip_stored", "rep/classic"},
    {"container/zip64", "rep/classic"},
    {"container/zip_with_a_descriptor", "rep/classic"},
    {"container/gzip_of_two_members", "mtrace/small"},
    {"container/zstd_with_a_checksum", "heaptrack/small"},
};

std::string Unpacked(const std::string& bytes) {
  const auto source = Unpack(ByteSource::FromBytes("case", bytes));
  std::string result;
  while (!source->Peek(1).empty()) {
    result += source->Ahead();
    source->Skip(source->Ahead().size());
  }
  return result;
}

std::string ErrorOf(const std::string& bytes) {
  try {
    Unpacked(bytes);
  } catch (const TraceError& error) {
    return error.what();
  }
  return "";
}

TEST(Container, WhatOthersPackedIsUnpacked) {
  for (const Packed& packed : kPacked) {
    SCOPED_TRACE(packed.packed);
    EXPECT_EQ(Unpacked(Seed(packed.packed)), Seed(packed.inside));
    EXPECT_TRUE(ReadAll(*OpenTraceBytes("packed", Seed(packed.packed))) ==
                ReadAll(*OpenTraceBytes("plain", Seed(packed.inside))));
  }
  EXPECT_EQ(Unpacked("PKZIP"), "PKZIP");
}

TEST(Container, OurOwnFormsMayBePackedToo) {
  const std::vector<Event> events = RandomEvents(5, 100);
  for (const std::string& plain : {TextBytes(events), ArchiveBytes(events)}) {
    std::string packed(ZSTD_compressBound(plain.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
    EXPECT_TRUE(ReadAll(*OpenTraceBytes("packed", packed)) == events);
  }
}

// Whatever byte is changed: the file is refused, or the change was in a part that says nothing
// about the data (times, names, attributes) and the data is the same.
TEST(Container, NoDamageGoesUnseen) {
  for (const Packed& packed : kPacked) {
    SCOPED_TRACE(packed.packed);
    const std::string whole = Seed(packed.packed);
    const std::string inside = Seed(packed.inside);
    int refused = 0;
    for (std::size_t i = 4; i < whole.size(); ++i) {
      for (const int bit : {0, 3, 7}) {
        std::string bytes = whole;
        bytes[i] = static_cast<char>(bytes[i] ^ (1 << bit));
        if (!ErrorOf(bytes).empty()) {
          ++refused;
        } else {
          EXPECT_EQ(Unpacked(bytes), inside) << "byte " << i << ", bit " << bit;
        }
      }
    }
    EXPECT_GT(refused, 100);
    // Cut anywhere before its data ends, it is refused.
    for (std::size_t size = 4; size < inside.size() && size < whole.size() / 2; ++size) {
      EXPECT_NE(ErrorOf(whole.substr(0, size)), "") << "cut to " << size;
    }
  }
}

std::string Gzip(const std::string& plain, int window_bits) {
  z_stream zlib = {};
  EXPECT_EQ(deflateInit2(&zlib, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&zlib, plain.size()), '\0');
  std::string copy = plain;
  zlib.next_in = reinterpret_cast<Bytef*>(copy.data());
  zlib.avail_in = static_cast<uInt>(copy.size());
  zlib.next_out = reinterpret_cast<Bytef*>(packed.data());
  zlib.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&zlib, Z_FINISH), Z_STREAM_END);
  packed.resize(zlib.total_out);
  deflateEnd(&zlib);
  return packed;
}

TEST(Container, DataOfManyBuffersComesThrough) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  std::string plain;
  while (plain.size() < 700000) {
    plain.append(random() % 40, static_cast<char>('a' + random() % 26));
  }
  const std::string gzip = Gzip(plain, MAX_WBITS + 16);
  EXPECT_EQ(Unpacked(gzip + gzip), plain + plain) << "seed " << seed;
  std::string zstd(ZSTD_compressBound(plain.size()), '\0');
  zstd.resize(ZSTD_compress(zstd.data(), zstd.size(), plain.data(), plain.size(), 3));
  EXPECT_EQ(Unpacked(zstd + zstd), plain + plain) << "seed " << seed;
}

TEST(Container, MistakesAreNamed) {
  EXPECT_EQ(
      ErrorOf(Seed("container/zip_of_two")),
      "case: the zip archive holds more than one file (\"every_call\", \"folder/classic.rep\");"
      " unpack it and name one of them");
  EXPECT_EQ(ErrorOf(Seed("container/zip_encrypted")),
            "case: \"../rep/flags\" is encrypted; unpack it and name the file");
  EXPECT_EQ(ErrorOf(std::string("PK\x05\x06", 4) + std::string(18, '\0')),
            "case: the zip archive holds no file; pack the recording into it");
  std::string zip = Seed("container/zip_stored");
  zip[8] = 12;
  EXPECT_EQ(ErrorOf(zip),
            "case: \"folder/classic.rep\" is packed by method 12, and only 0 (stored) and 8 "
            "(deflated) are known; unpack it and name the file");
  zip = Seed("container/zip_stored");
  EXPECT_EQ(ErrorOf(zip.substr(0, 60)), "case: the zip archive is cut at byte 60; copy it again");
  zip[60] = '?';
  EXPECT_EQ(ErrorOf(zip).substr(0, 60),
            "case: \"folder/classic.rep\" is damaged: it has 64 bytes with ");
  // The size in the header, which nothing else depends on.
  zip = Seed("container/zip_with_a_folder");
  const std::size_t header = zip.find("PK\x03\x04", 4);
  zip[header + 22] = 65;
  EXPECT_EQ(ErrorOf(zip),
            "case: \"folder/classic.rep\" is damaged: it has 64 bytes with CRC b90a179f, and the "
            "archive says 65 and b90a179f; copy it again");
  EXPECT_EQ(ErrorOf(Seed("container/zstd_cut")),
            "case: is cut: the compressed data ends early, at byte 80; copy it again");
  EXPECT_EQ(ErrorOf(Seed("container/gzip_of_two_members") + "more"),
            "case: has bytes after its end, at byte 194; pack it again");
}

// A container in a container is not opened: who nests them can nest a thousand.
TEST(Container, IsUnpackedOnce) {
  const std::string twice = Gzip(Seed("container/gzip_of_two_members"), MAX_WBITS + 16);
  EXPECT_THROW(OpenTraceBytes("twice", twice), TraceError);
}

}  // namespace
}  // namespace alloclab
