// FORMAT.md keeps its word: the bytes of its example are the bytes that are written and read.

#include <gtest/gtest.h>

#include <charconv>
#include <cstdio>
#include <sstream>

#include "traces/open_trace.h"
#include "traces/sample_events.h"

namespace alloclab {
namespace {

// The hexadecimal digits of the indented lines "    OFFSET  xx xx ...  comment" behind "##
// Example".
std::string ExampleBytes() {
  std::istringstream document(FileBytes("traces/FORMAT.md"));
  std::string bytes;
  std::string line;
  while (std::getline(document, line) && line != "## Example") continue;
  while (std::getline(document, line)) {
    if (!line.starts_with("    0x")) continue;
    const std::string digits = line.substr(11, 48);
    for (std::size_t i = 0; i + 1 < digits.size() && digits[i] != ' '; i += 3) {
      unsigned char byte = 0;
      std::from_chars(&digits[i], &digits[i] + 2, byte, 16);
      bytes.push_back(static_cast<char>(byte));
    }
  }
  return bytes;
}

// The events that the document lists above its bytes.
const std::vector<Event> kEvents = {
    {.id = 0, .size = 24},
    {.kind = EventKind::kCalloc, .thread = 1, .id = 1, .size = 16, .count = 4},
    {.kind = EventKind::kFree, .ref = 0},
};

std::string Hex(const std::string& bytes) {
  std::string text;
  char digits[4];
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % 16 == 0) {
      char offset[16];
      std::snprintf(offset, sizeof offset, "\n    0x%04zx ", i);
      text += offset;
    }
    std::snprintf(digits, sizeof digits, " %02x", static_cast<unsigned char>(bytes[i]));
    text += digits;
  }
  return text;
}

TEST(Format, TheExampleIsWhatIsWritten) {
  const std::string written = ArchiveBytes(kEvents, {{"program", "tiny"}});
  EXPECT_EQ(ExampleBytes(), written) << "FORMAT.md should show:" << Hex(written);
}

TEST(Format, TheExampleIsRead) {
  const std::string bytes = ExampleBytes();
  const auto reader = OpenTraceBytes("FORMAT.md", bytes);
  EXPECT_EQ(reader->metadata(), (Metadata{{"program", "tiny"}}));
  EXPECT_TRUE(ReadAll(*reader) == kEvents);
  EXPECT_TRUE(reader->warnings().empty());
}

}  // namespace
}  // namespace alloclab
