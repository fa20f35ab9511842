// Varints and CRC-32C against published values and slow, independent computations.

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "traces/crc32c.h"
#include "traces/test_seed.h"
#include "traces/varint.h"

namespace alloclab {
namespace {

// One bit at a time, from the definition.
std::uint32_t SlowCrc32c(const std::string& bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
  }
  return ~crc;
}

// RFC 3720, appendix B.4, and the check value of the CRC catalogue.
TEST(Crc32c, KnownAnswers) {
  EXPECT_EQ(Crc32c(""), 0U);
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62A8AB43U);
}

TEST(Crc32c, AgreesWithBitAtATimeAndContinues) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  for (std::size_t length = 0; length < 100; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) bytes.push_back(static_cast<char>(random()));
    EXPECT_EQ(Crc32c(bytes), SlowCrc32c(bytes)) << "seed " << seed;
    const std::size_t cut = length / 3;
    EXPECT_EQ(Crc32c(bytes.substr(cut), Crc32c(bytes.substr(0, cut))), SlowCrc32c(bytes));
  }
}

std::string Encoded(std::uint64_t value) {
  std::string bytes;
  AppendVarint(bytes, value);
  return bytes;
}

TEST(Varint, Layout) {
  EXPECT_EQ(Encoded(0), "\x01");
  EXPECT_EQ(Encoded(1), "\x03");
  EXPECT_EQ(Encoded(127), "\xff");
  EXPECT_EQ(Encoded(128), std::string("\x02\x02"));
  EXPECT_EQ(Encoded(16383), "\xfe\xff");
  EXPECT_EQ(Encoded(16384), std::string("\x04\x00\x02", 3));
  EXPECT_EQ(Encoded((std::uint64_t{1} << 56) - 1), std::string("\x80\xff\xff\xff\xff\xff\xff\xff"));
  EXPECT_EQ(Encoded(UINT64_MAX), std::string(1, '\0') + std::string(8, '\xff'));
}

TEST(Varint, RoundTripAtEveryWidth) {
  for (int bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t value :
         {std::uint64_t{1} << bit, (std::uint64_t{1} << bit) - 1, UINT64_MAX >> bit}) {
      std::string bytes = Encoded(value);
      const std::size_t length = bytes.size();
      // Whatever follows is no part of the number.
      bytes.append(kVarintPadding, '\xff');
      const char* at = bytes.data();
      EXPECT_EQ(ReadVarint(at), value);
      EXPECT_EQ(at, bytes.data() + length) << value;
    }
  }
}

TEST(ZigZag, SmallDifferencesAreSmall) {
  EXPECT_EQ(ZigZag(0), 0U);
  EXPECT_EQ(ZigZag(static_cast<std::uint64_t>(-1)), 1U);
  EXPECT_EQ(ZigZag(1), 2U);
  EXPECT_EQ(ZigZag(static_cast<std::uint64_t>(-2)), 3U);
  for (const std::uint64_t difference : {std::uint64_t{0}, UINT64_MAX, UINT64_MAX / 2}) {
    EXPECT_EQ(UnZigZag(ZigZag(difference)), difference);
  }
}

}  // namespace
}  // namespace alloclab
