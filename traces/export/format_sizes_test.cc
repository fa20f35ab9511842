// Sizes against files written and packed by other means.

#include "traces/export/format_sizes.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>

#include "traces/convert.h"
#include "traces/export/export.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"

namespace alloclab {
namespace {

std::string WriteTrace() {
  const std::string path = TemporaryPath("sizes.alt");
  // More than one buffer of every kind.
  std::vector<Event> events = RecordingLikeEvents(7, 50000);
  // Left out of all that is measured.
  for (std::size_t i = 0; i < events.size(); ++i)
    events[i].site = static_cast<std::uint32_t>(i % 9);
  const Metadata table = {
      {"module", "/p -"}, {"frames", "0+1"}, {"sites", "0"}, {"sites_lost", "7"}};
  std::ofstream(path, std::ios::binary) << ArchiveBytes(events, table);
  return path;
}

TEST(FormatSizes, AreThoseOfTheFiles) {
  const std::string path = WriteTrace();
  const TraceSizes sizes = MeasureFormats(path);
  EXPECT_EQ(sizes.events, 50000u);
  ASSERT_EQ(sizes.formats.size(), 3 + ExportFormats().size());
  EXPECT_EQ(sizes.formats[1].format, "alt 3");
  EXPECT_EQ(sizes.formats[1].bytes, ArchiveBytes(RecordingLikeEvents(7, 50000)).size());
  EXPECT_LE(sizes.formats[0].bytes, sizes.formats[1].bytes);
  EXPECT_EQ(sizes.formats[2].bytes, TextBytes(RecordingLikeEvents(7, 50000)).size());
  for (std::size_t i = 0; i < ExportFormats().size(); ++i) {
    const ExportFormat& format = *ExportFormats()[i];
    const std::string target = TemporaryPath("sizes.one");
    const auto reader = OpenTrace(path);
    CopyTrace(*reader, *format.create(target, {}));
    const std::string bytes = FileBytes(target);
    const FormatSize& size = sizes.formats[3 + i];
    EXPECT_EQ(size.format, format.name);
    EXPECT_EQ(size.bytes, bytes.size());
    // In one piece zstd knows the size beforehand, and may choose a little better or worse.
    std::string packed(ZSTD_compressBound(bytes.size()), '\0');
    const std::size_t at_once =
        ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3);
    EXPECT_NEAR(static_cast<double>(size.packed_bytes), static_cast<double>(at_once),
                0.05 * static_cast<double>(at_once))
        << format.name;
  }
}

TEST(FormatSizes, TellsOfACutAndRefusesAPipe) {
  const std::string path = WriteTrace();
  const std::string whole = FileBytes(path);
  std::ofstream(path, std::ios::binary) << whole.substr(0, whole.size() - 1);
  const TraceSizes sizes = MeasureFormats(path);
  EXPECT_EQ(sizes.events, 50000u);
  EXPECT_EQ(sizes.warnings.size(), 1u);
  for (const char* pipe : {"-", "/dev/null"}) {
    try {
      MeasureFormats(pipe);
      ADD_FAILURE() << pipe;
    } catch (const TraceError& error) {
      EXPECT_EQ(error.what(), std::string(pipe) +
                                  ": is read once for each format, so it must be a "
                                  "file; write it into one");
    }
  }
}

TEST(FormatSizes, LeavesNoFileBehind) {
  const std::string folder = TemporaryPath("formats");
  std::filesystem::create_directory(folder);
  const std::string path = WriteTrace();
  ASSERT_EQ(setenv("TMPDIR", folder.c_str(), 1), 0);
  MeasureFormats(path);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  EXPECT_THROW(MeasureFormats(folder + "/missing"), TraceError);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  // Nor in another folder, where there is none to write in.
  ASSERT_EQ(setenv("TMPDIR", (folder + "/none").c_str(), 1), 0);
  try {
    MeasureFormats(path);
    ADD_FAILURE() << "no folder, and no error";
  } catch (const TraceError& error) {
    EXPECT_EQ(std::string(error.what()).rfind("TMPDIR: names no folder", 0), 0u) << error.what();
  }
}

}  // namespace
}  // namespace alloclab
