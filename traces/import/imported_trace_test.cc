// Recordings are read twice, wherever they come from, and have to stay the same meanwhile.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "traces/import/import_cases.h"
#include "traces/sample_events.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

TEST(Import, PipesAreReadTwiceToo) {
  const std::string path = TemporaryPath("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::string text;
  const std::vector<Call> calls =
      MadeUpCalls(1, {.kinds = {EventKind::kMalloc, EventKind::kFree}, .threads = 3});
  for (const Call& call : calls) text += AndroidLine(call);
  std::thread writer([&] { std::ofstream(path) << text; });
  const auto reader = OpenTrace(path);
  writer.join();
  EXPECT_TRUE(ReadAll(*reader) == EventsOf(calls));
}

TEST(Import, AFileThatChangesIsRefused) {
  const std::string path = TemporaryPath("changing");
  const std::string whole = "1: malloc 0x10 8\n1: malloc 0x20 8\n";
  for (const std::string& changed : {whole + "1: free 0x10\n", whole.substr(0, 17)}) {
    std::ofstream(path) << whole;
    const auto reader = OpenTrace(path);
    std::ofstream(path) << changed;
    try {
      ReadAll(*reader);
      ADD_FAILURE() << "read: " << changed;
    } catch (const TraceError& error) {
      EXPECT_EQ(error.what(),
                path + ": changed while it was read; read it again when it is finished");
    }
  }
}

}  // namespace
}  // namespace alloclab
