// FORMAT.md keeps its word: the bytes of its example are the bytes that are written and read.

#include <gtest/gtest.h>

#include <charconv>
#include <iomanip>
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
    const std::string digits = line.substr(12, 47);
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
  std::ostringstream text;
  text << std::hex << std::setfill('0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % 16 == 0) text << "\n    0x" << std::setw(4) << i << ' ';
    text << ' ' << std::setw(2) << static_cast<unsigned>(static_cast<unsigned char>(bytes[i]));
  }
  return text.str();
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
