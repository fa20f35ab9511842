// Sealed archives: nothing is left for a checksum to notice, and a good archive stays as it is.

#include "traces/archive_seal.h"

#include <gtest/gtest.h>

#include <string>

#include "traces/open_trace.h"
#include "traces/sample_events.h"

namespace alloclab {
namespace {

std::string SmallArchive() {
  constexpr std::uint32_t kEventsInBlock = 40;
  return ArchiveBytes(RandomEvents(5, 200), {{"program", "p"}}, kEventsInBlock);
}

std::string Sealed(std::string bytes) {
  SealArchive({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return bytes;
}

std::string ErrorOf(const std::string& bytes) {
  try {
    ReadAll(*OpenTraceBytes("sealed.alt", bytes));
  } catch (const TraceError& error) {
    return error.what();
  }
  return "";
}

bool NamesAChecksum(const std::string& error) {
  return error.find("checksum") != std::string::npos || error.find("index at") != std::string::npos;
}

TEST(ArchiveSeal, AGoodArchiveStaysAsItIs) {
  const std::string bytes = SmallArchive();
  EXPECT_EQ(Sealed(bytes), bytes);
  EXPECT_EQ(Sealed("alloclab trace text 1\n"), "alloclab trace text 1\n");
}

TEST(ArchiveSeal, NoChangeOfAByteIsLeftToAChecksum) {
  const std::string bytes = SmallArchive();
  int refused = 0;
  int read = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    refused += NamesAChecksum(ErrorOf(changed)) ? 1 : 0;
    const std::string error = ErrorOf(Sealed(changed));
    EXPECT_FALSE(NamesAChecksum(error)) << at << ": " << error;
    read += error.empty() ? 1 : 0;
  }
  // Nearly every change without a seal; and with one there is something to read.
  EXPECT_GT(refused, static_cast<int>(bytes.size()) * 9 / 10);
  EXPECT_GT(read, 100);
}

TEST(ArchiveSeal, LooksAtNothingBehindAnEnd) {
  const std::string bytes = SmallArchive();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    // Its own memory, so that a sanitizer sees the end.
    EXPECT_EQ(Sealed(bytes.substr(0, length)), bytes.substr(0, length)) << length;
  }
}

}  // namespace
}  // namespace alloclab
