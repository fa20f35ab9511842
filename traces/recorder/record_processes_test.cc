// Programs that become several processes or end abruptly, recorded.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "traces/recorder/recording_fixture.h"

namespace alloclab::recorder {
namespace {

namespace fs = std::filesystem;
using E = EventKind;
using testing::HasSubstr;

constexpr char kSubject[] = "traces/recorder/subjects/subject";
constexpr char kRecordMain[] = "traces/recorder/record_main";

class RecordProcesses : public RecordingTest {
 protected:
  std::string Refusal(const RecordOptions& options) {
    try {
      Record(options);
    } catch (const TraceError& error) {
      EXPECT_TRUE(!Files().contains("out.alt"));
      return error.what();
    }
    return "nothing was thrown";
  }
};

TEST_F(RecordProcesses, ForkedChildrenInheritTheirParentsBlocks) {
  const RecordResult result = RecordProgram({kSubject, "fork"});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  ASSERT_EQ(result.images.size(), 3u);
  EXPECT_EQ(Files(), (std::set<std::string>{"out.alt", "out.1.alt", "out.2.alt"}));
  const ReadTrace parent = Read();
  const ReadTrace child = Read("out.1.alt");
  const ReadTrace grandchild = Read("out.2.alt");
  EXPECT_EQ(parent.Count(E::kFork), 1);
  EXPECT_EQ(child.Count(E::kFork), 1);
  for (const Event& event : parent.events) {
    if (event.kind != E::kFork) continue;
    EXPECT_EQ(std::to_string(event.count), FindMetadata(child.metadata, "process"));
  }
  // Every block once, as it was: the parent's, resized by the child, freed by the grandchild.
  for (std::uint64_t size = 5000; size < 5100; ++size) {
    EXPECT_EQ(child.CountMallocs(size), 1) << size;
    EXPECT_EQ(grandchild.CountMallocs(size), 0) << size;
  }
  EXPECT_EQ(grandchild.CountMallocs(6000), 50);
  EXPECT_GE(std::stoi(FindMetadata(child.metadata, "inherited")), 100);
  EXPECT_THAT(FindMetadata(child.metadata, "parent"), HasSubstr("out.alt"));
}

TEST_F(RecordProcesses, VforkedChildAllocatesForItsParent) {
  const RecordResult result = RecordProgram({kSubject, "vfork"});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  const ReadTrace trace = Read();
  EXPECT_EQ(trace.CountMallocs(8888), 1);
  EXPECT_EQ(trace.CountMallocs(9999), 1);
}

TEST_F(RecordProcesses, EachImageOfAnExecChain) {
  const RecordResult result = RecordProgram({kSubject, "exec", "3"});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  ASSERT_EQ(result.images.size(), 4u);
  EXPECT_EQ(Read("out.1.alt").CountMallocs(10'003), 1);
  EXPECT_EQ(Read("out.2.alt").CountMallocs(10'002), 1);
  EXPECT_EQ(Read("out.3.alt").CountMallocs(10'001), 1);
  EXPECT_EQ(Read().CountMallocs(10'000), 1);
  EXPECT_EQ(FindMetadata(Read().metadata, "exit"), "status 0");
}

TEST_F(RecordProcesses, OnlyTheMainImageWhenToldSo) {
  RecordOptions options = Options({kSubject, "exec", "2"});
  options.keep_children = false;
  Record(options);
  EXPECT_EQ(Files(), std::set<std::string>{"out.alt"});
  EXPECT_EQ(Read().CountMallocs(10'000), 1);
}

TEST_F(RecordProcesses, UnderscoreExitInAThread) {
  const RecordResult result = RecordProgram({kSubject, "quick_exit"});
  EXPECT_EQ(result.exit_code, 3);
  ExpectUntainted(result);
  EXPECT_EQ(Read().CountMallocs(4242), 10);
}

TEST_F(RecordProcesses, SigkillLosesNothing) {
  const RecordResult result = RecordProgram({kSubject, "kill"});
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_EQ(result.exit_code, 128 + SIGKILL);
  ASSERT_EQ(result.warnings.size(), 1u);
  EXPECT_THAT(result.warnings[0], HasSubstr("died by signal 9"));
  const ReadTrace trace = Read();
  EXPECT_EQ(trace.CountMallocs(4242), 5000);
  EXPECT_EQ(FindMetadata(trace.metadata, "tainted"), "");
  EXPECT_EQ(FindMetadata(trace.metadata, "exit"), "signal 9 (Killed)");
  EXPECT_EQ(Files(), std::set<std::string>{"out.alt"});
}

TEST_F(RecordProcesses, PassesSigtermOn) {
  const std::string ready = Path("ready");
  const std::string output = Path("out.alt");
  const char* argv[] = {kRecordMain, kPreloadLibrary, output.c_str(), kSubject,
                        "wait",      ready.c_str(),   nullptr};
  pid_t recorder = 0;
  ASSERT_EQ(
      posix_spawn(&recorder, kRecordMain, nullptr, nullptr, const_cast<char**>(argv), environ), 0);
  for (int i = 0; i < 1000 && !fs::exists(ready); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_TRUE(fs::exists(ready)) << "the program did not start within ten seconds";
  kill(recorder, SIGTERM);
  int status = 0;
  ASSERT_EQ(waitpid(recorder, &status, 0), recorder);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7) << "the program's own exit code after SIGTERM";
  EXPECT_EQ(Read().CountMallocs(700'001), 1);
  EXPECT_EQ(Files(), (std::set<std::string>{"out.alt", "ready"}));
}

TEST_F(RecordProcesses, KeepsTheUsersPreload) {
  setenv("LD_PRELOAD", fs::absolute("traces/recorder/subjects/libown_malloc.so").c_str(), 1);
  const RecordResult result = RecordProgram({kSubject, "single"});
  unsetenv("LD_PRELOAD");
  ExpectUntainted(result);
  const std::string inner = FindMetadata(Read().metadata, "nested");
  EXPECT_NE(inner, "") << "the user's allocator, which calls its own malloc, was not there";
}

TEST_F(RecordProcesses, UsesTheRawFolderItIsGiven) {
  RecordOptions options = Options({kSubject, "fill"});
  options.raw_folder = Path("nowhere");
  EXPECT_THAT(Refusal(options), HasSubstr("cannot keep the raw recording there"));
  fs::create_directory(options.raw_folder);
  ExpectUntainted(Record(options));
  EXPECT_TRUE(fs::is_empty(options.raw_folder));
}

TEST_F(RecordProcesses, SaysWhyAProgramCannotBeStarted) {
  EXPECT_THAT(Refusal(Options({"no-such-program-here"})), HasSubstr("no such program in PATH"));
  EXPECT_THAT(Refusal(Options({"./nor/here"})), HasSubstr("No such file"));
  EXPECT_THAT(Refusal(Options({folder_.string()})), HasSubstr("it is not a file"));
  std::ofstream(Path("text")) << "no program";
  EXPECT_THAT(Refusal(Options({Path("text")})), HasSubstr("not executable"));
  fs::permissions(Path("text"), fs::perms::owner_all);
  EXPECT_THAT(Refusal(Options({Path("text")})), HasSubstr("a script needs #!"));
  EXPECT_THAT(Refusal(Options({})), HasSubstr("no program to record"));
  EXPECT_EQ(Files(), std::set<std::string>{"text"});
}

TEST_F(RecordProcesses, RefusesOutputsItCannotWrite) {
  RecordOptions options = Options({kSubject, "fill"});
  options.output = "-";
  EXPECT_THAT(Refusal(options), HasSubstr("standard output"));
  options.output = Path("no/folder/out.alt");
  EXPECT_THAT(Refusal(options), HasSubstr("cannot write a file into this folder"));
  options.output = Path("out.alt");
  options.preload_library = "no/library.so";
  EXPECT_THAT(Refusal(options), HasSubstr("no recorder library here"));
  EXPECT_TRUE(Files().empty());
}

}  // namespace
}  // namespace alloclab::recorder
