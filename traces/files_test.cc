// Opening and creating: the sentences for files that cannot be had, and what is left behind.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "traces/open_trace.h"
#include "traces/sample_events.h"

namespace alloclab {
namespace {

template <class Action>
std::string ErrorOf(Action action) {
  try {
    action();
  } catch (const TraceError& error) {
    return error.what();
  }
  return "";
}

std::string OpenError(const std::string& path) {
  return ErrorOf([&] { OpenTrace(path); });
}

std::string CreateError(const std::string& path, const Metadata& metadata = {}) {
  return ErrorOf([&] { CreateTrace(path, TraceForm::kArchive, {.metadata = metadata}); });
}

std::size_t FilesIn(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder),
                                                std::filesystem::directory_iterator()));
}

std::string NewFolder(const std::string& name) {
  const std::string path = TemporaryPath(name);
  std::filesystem::create_directory(path);
  return path;
}

TEST(Open, MissingFolderEmptyAndForeign) {
  const std::string folder = NewFolder("open");
  EXPECT_EQ(OpenError(folder + "/none.alt"),
            folder + "/none.alt: cannot open the trace: No such file or directory; check the name");
  EXPECT_EQ(OpenError(folder),
            folder + ": cannot open the trace: Is a directory; name a trace file inside it");
  std::ofstream(folder + "/empty.alt").close();
  EXPECT_EQ(OpenError(folder + "/empty.alt"),
            folder + "/empty.alt: is empty, so it is no trace; record or convert it again");
  std::ofstream(folder + "/foreign.alt") << "%PDF-1.7\n";
  EXPECT_EQ(OpenError(folder + "/foreign.alt"),
            folder +
                "/foreign.alt: is no trace: it begins neither like an archive nor with "
                "\"alloclab trace text 1\", nor like another tool's recording (android, rep, "
                "heaptrack, mtrace, dj); if it is one of these, say which (convert --from)");
}

TEST(Open, FormIsToldFromTheBytes) {
  const std::string folder = NewFolder("form");
  const std::vector<Event> events = {{.id = 0, .size = 8}};
  std::ofstream(folder + "/text.alt") << TextBytes(events);
  std::ofstream(folder + "/archive.txt", std::ios::binary) << ArchiveBytes(events);
  EXPECT_TRUE(ReadAll(*OpenTrace(folder + "/text.alt")) == events);
  EXPECT_TRUE(ReadAll(*OpenTrace(folder + "/archive.txt")) == events);
}

TEST(Open, PipesAreRead) {
  const std::string path = TemporaryPath("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const std::vector<Event> events = RandomEvents(3, 20000);
  const std::string bytes = ArchiveBytes(events);
  std::thread writer([&] { std::ofstream(path, std::ios::binary) << bytes; });
  std::vector<Event> read;
  {
    const auto reader = OpenTrace(path);
    read = ReadAll(*reader);
  }
  writer.join();
  EXPECT_TRUE(read == events);
}

TEST(Form, FollowsTheName) {
  EXPECT_EQ(FormFromName("a/b.alt"), TraceForm::kArchive);
  EXPECT_EQ(FormFromName("a.alt.txt"), TraceForm::kText);
  EXPECT_EQ(FormFromName("-"), TraceForm::kText);
  EXPECT_EQ(
      ErrorOf([] { FormFromName("trace.json"); }),
      "trace.json: the name does not say which form to write; end it in .alt for an archive or "
      ".txt for text");
}

TEST(Create, MissingFolderAndFolder) {
  const std::string folder = NewFolder("create");
  EXPECT_EQ(CreateError(folder + "/no/a.alt"),
            folder +
                "/no/a.alt: cannot be created: No such file or directory; make its folder "
                "first");
  EXPECT_EQ(CreateError(folder),
            folder + ": cannot be created: Is a directory; name a file inside it");
}

TEST(Create, FullDiskIsAnError) {
  for (const TraceForm form : {TraceForm::kArchive, TraceForm::kText}) {
    const auto writer = CreateTrace("/dev/full", form, {});
    writer->Add({.size = 1});
    EXPECT_NE(ErrorOf([&] { writer->Finish(); }).find(": No space left on device; make room"),
              std::string::npos);
  }
}

TEST(Create, NothingIsLeftWithoutFinishAndNothingIsReplaced) {
  const std::string folder = NewFolder("unfinished");
  std::ofstream(folder + "/old.alt") << "old";
  {
    const auto writer = CreateTrace(folder + "/old.alt", TraceForm::kArchive, {});
    writer->Add({.size = 1});
    EXPECT_EQ(FilesIn(folder), 2U);
  }
  EXPECT_EQ(FilesIn(folder), 1U);
  EXPECT_EQ(FileBytes(folder + "/old.alt"), "old");
  const auto writer = CreateTrace(folder + "/old.alt", TraceForm::kArchive, {});
  writer->Add({.size = 1});
  writer->Finish();
  EXPECT_EQ(FilesIn(folder), 1U);
  EXPECT_EQ(ReadAll(*OpenTrace(folder + "/old.alt")).size(), 1U);
}

TEST(Create, LinksAreFollowed) {
  const std::string folder = NewFolder("links");
  std::ofstream(folder + "/target.alt") << "old";
  std::filesystem::create_symlink("target.alt", folder + "/link.alt");
  CreateTrace(folder + "/link.alt", TraceForm::kArchive, {})->Finish();
  EXPECT_TRUE(std::filesystem::is_symlink(folder + "/link.alt"));
  EXPECT_TRUE(ReadAll(*OpenTrace(folder + "/target.alt")).empty());
}

TEST(Create, MetadataIsChecked) {
  const std::string path = TemporaryPath("metadata.alt");
  EXPECT_EQ(
      CreateError(path, {{"two words", ""}}),
      path + ": \"two words\" is no metadata key; use 1 to 64 letters, digits, '_', '-' and '.'");
  EXPECT_EQ(CreateError(path, {{"big", std::string(1 << 20, 'x')}}),
            path + ": metadata up to \"big\" takes more than 1048576 bytes; shorten it");
  EXPECT_EQ(CreateError(path, {{"uuid", "12"}}),
            path +
                ": metadata \"uuid\" is \"12\", which is not 32 hexadecimal digits; correct it or "
                "leave it out");
  EXPECT_EQ(
      CreateError(path, {{"wall_time_ns", "-1"}}),
      path +
          ": metadata \"wall_time_ns\" is \"-1\", which is no whole number below 2^64; correct "
          "it or leave it out");
}

TEST(Create, EventsThatCannotHappenAreRefused) {
  const std::vector<std::pair<Event, std::string>> cases = {
      {{.kind = EventKind::kFree, .ref = 1}, "free names allocation 1, which is not live"},
      {{.kind = EventKind::kFree}, "free names no allocation; freeing NULL is an event of its own"},
      {{.kind = EventKind::kRealloc, .ref = 9, .size = 1},
       "realloc names allocation 9, which is not live"},
      {{.kind = EventKind::kMarker, .failed = true},
       "marker is marked as failed, which it cannot do"},
      {{.kind = static_cast<EventKind>(200)}, "there is no event kind 200"},
      {{.size = 1, .time = 7}, "it has a time, and the metadata has no clock_hz to measure it by"},
  };
  for (const TraceForm form : {TraceForm::kArchive, TraceForm::kText}) {
    const std::string path = TemporaryPath("refused");
    for (const auto& [event, why] : cases) {
      const auto writer = CreateTrace(path, form, {});
      writer->Add({.size = 1});
      EXPECT_EQ(ErrorOf([&, &wrong = event] { writer->Add(wrong); }),
                path + ": cannot write event 1: " + why + "; correct what makes the events");
    }
  }
}

}  // namespace
}  // namespace alloclab
