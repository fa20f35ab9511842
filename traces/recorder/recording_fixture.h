// A test that records programs: an empty folder for the output, and the traces read back.

#ifndef ALLOCLAB_TRACES_RECORDER_RECORDING_FIXTURE_H_
#define ALLOCLAB_TRACES_RECORDER_RECORDING_FIXTURE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "traces/event.h"
#include "traces/recorder/record.h"
#include "traces/trace_io.h"

namespace alloclab::recorder {

inline constexpr char kPreloadLibrary[] = "traces/recorder/preload/liballoclab_record.so";

struct ReadTrace {
  Metadata metadata;
  std::vector<Event> events;

  std::int64_t Count(EventKind kind) const {
    return std::ranges::count_if(events, [&](const Event& e) { return e.kind == kind; });
  }
  std::int64_t CountMallocs(std::uint64_t size) const {
    return std::ranges::count_if(
        events, [&](const Event& e) { return e.kind == EventKind::kMalloc && e.size == size; });
  }
};

class RecordingTest : public testing::Test {
 protected:
  RecordingTest()
      : folder_(std::filesystem::path(testing::TempDir()) /
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }

  RecordOptions Options(std::vector<std::string> argv) const {
    RecordOptions options;
    options.output = Path("out.alt");
    options.argv = std::move(argv);
    options.preload_library = kPreloadLibrary;
    return options;
  }

  RecordResult RecordProgram(std::vector<std::string> argv) {
    return Record(Options(std::move(argv)));
  }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  ReadTrace Read(const std::string& name = "out.alt") const {
    const std::unique_ptr<TraceReader> reader = OpenTrace(Path(name));
    ReadTrace trace{.metadata = reader->metadata(), .events = {}};
    std::vector<Event> batch;
    while (reader->Next(batch)) {
      trace.events.insert(trace.events.end(), batch.begin(), batch.end());
    }
    EXPECT_TRUE(reader->warnings().empty());
    return trace;
  }

  // What is in the output folder, hidden files too.
  std::set<std::string> Files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

  std::filesystem::path folder_;
};

inline void ExpectUntainted(const RecordResult& result) {
  for (const std::string& warning : result.warnings) ADD_FAILURE() << warning;
  for (const ImageSummary& image : result.images) EXPECT_EQ(image.tainted, "") << image.program;
}

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_RECORDING_FIXTURE_H_
