// Children that behave badly, and what is left of them: nothing.

#include "bench/contained_child/contained_child.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <thread>

#include "bench/contained_child/write_only_in.h"

namespace alloclab {
namespace {

using std::chrono::milliseconds;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

ContainedChildEnd RunShell(const std::string& script, milliseconds time_out = milliseconds(10'000),
                           std::uint64_t file_bytes = 0) {
  ContainedChildRequest request;
  request.command = {"sh", "-c", script};
  request.time_out = time_out;
  request.file_bytes = file_bytes;
  return RunContainedChild(request);
}

// Of a process that says its number in the output.
bool Lives(const std::string& output) { return kill(std::stoi(output), 0) == 0; }

TEST(ContainedChild, EndsByItself) {
  const ContainedChildEnd outcome = RunShell("echo out; echo err >&2; exit 3");
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_TRUE(WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 3);
  EXPECT_EQ(outcome.output, "out\nerr\n");
  const ContainedChildEnd killed = RunShell("kill -SEGV $$");
  EXPECT_TRUE(WIFSIGNALED(killed.status) && WTERMSIG(killed.status) == SIGSEGV);
}

TEST(ContainedChild, HasNothingOnStandardInputAndTheSettingsAskedFor) {
  ContainedChildRequest request;
  request.command = {"sh", "-c", "cat; echo $GIVEN"};
  request.environment = {{"GIVEN", "value"}};
  EXPECT_EQ(RunContainedChild(request).output, "value\n");
  request.command = {"alloclab-no-such-program"};
  const ContainedChildEnd missing = RunContainedChild(request);
  EXPECT_EQ(WEXITSTATUS(missing.status), 127);
  EXPECT_NE(missing.output.find("cannot run alloclab-no-such-program"), std::string::npos);
}

TEST(ContainedChild, IsEndedWithAllItsGroup) {
  const ContainedChildEnd outcome = RunShell("sleep 1000 & echo $!; wait", milliseconds(300));
  EXPECT_TRUE(outcome.timed_out);
  EXPECT_FALSE(Lives(outcome.output));
}

// Whoever leaves the group comes to us as an orphan.
TEST(ContainedChild, IsEndedWithThoseWhoLeftTheGroup) {
  for (const char* rest : {"exit 0", "sleep 1000"}) {
    const ContainedChildEnd outcome =
        RunShell(std::string("setsid sh -c 'echo $$; sleep 1000 & wait' & sleep 0.3; ") + rest,
                 milliseconds(2000));
    EXPECT_FALSE(Lives(outcome.output)) << rest;
  }
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "somebody is left";
}

TEST(ContainedChild, WritesNoMoreThanItMay) {
  const ContainedChildEnd outcome =
      RunShell("trap '' XFSZ; head -c 100000000 /dev/zero 2>/dev/null; exit 5",
               milliseconds(10'000), 1 << 20);
  EXPECT_EQ(WEXITSTATUS(outcome.status), 5);
  EXPECT_EQ(outcome.output.size(), kKeptOutputBytes);
}

TEST(ContainedChild, IsEndedWhenItsParentIsToEnd) {
  const HeldEndingSignals held;
  const pid_t self = getpid();
  std::thread interrupter([self] {
    std::this_thread::sleep_for(milliseconds(300));
    kill(self, SIGTERM);
  });
  try {
    RunShell("sleep 1000");
    ADD_FAILURE() << "it was not interrupted";
  } catch (const EndingSignal& ending) {
    EXPECT_EQ(ending.number, SIGTERM);
  }
  interrupter.join();
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "the child is left";
}

std::string Folder(const std::string& name) {
  const std::string path = testing::TempDir() + name;
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

// In a process of its own, for it cannot be undone.
bool HasLandlock(const std::string& folder) {
  const pid_t child = fork();
  if (child == 0) _exit(WriteOnlyIn(folder.c_str()) ? 0 : 1);
  int status = 1;
  waitpid(child, &status, 0);
  return status == 0;
}

TEST(ContainedChild, ChangesFilesInItsFolderOnly) {
  const std::string inside = Folder("inside"), outside = Folder("outside");
  if (!HasLandlock(inside)) GTEST_SKIP() << "the system has no Landlock";
  std::ofstream(outside + "/kept") << "kept";
  ContainedChildRequest request;
  request.writes_only_in = inside;
  const auto fails = [&](const std::string& script) {
    request.command = {"sh", "-c", "cd " + outside + " && " + script};
    return RunContainedChild(request).status != 0;
  };
  for (const char* script : {"echo x >made", "echo x >kept", ": >>kept", "rm kept", "mv kept moved",
                             "mkdir made", "ln kept made", "ln -s kept made", "mkfifo made",
                             "mv kept ../inside/kept", "truncate -s 0 kept"}) {
    EXPECT_TRUE(fails(script)) << script;
  }
  EXPECT_FALSE(fails("cat kept")) << "it may read";
  EXPECT_FALSE(fails("echo x >../inside/made && mv ../inside/made ../inside/moved"));
  EXPECT_FALSE(fails("[ \"$TMPDIR\" = " + inside + " ]"));
  std::string line;
  std::getline(std::ifstream(outside + "/kept"), line);
  EXPECT_EQ(line, "kept");
  EXPECT_FALSE(std::filesystem::exists(outside + "/made"));
}

void DoNothing(int) {}

// poll refuses more descriptors than the process may have.
TEST(ContainedChild, IsEndedWhenItCannotBeWaitedFor) {
  if (kSanitized) GTEST_SKIP() << "the sanitizers need descriptors of their own";
  rlimit had = {};
  getrlimit(RLIMIT_NOFILE, &had);
  signal(SIGUSR1, DoNothing);
  std::thread disturber([waiter = pthread_self(), had] {
    std::this_thread::sleep_for(milliseconds(300));
    const rlimit few = {1, had.rlim_max};
    setrlimit(RLIMIT_NOFILE, &few);
    pthread_kill(waiter, SIGUSR1);
  });
  EXPECT_THROW(RunShell("exec sleep 1000"), std::system_error);
  disturber.join();
  setrlimit(RLIMIT_NOFILE, &had);
  signal(SIGUSR1, SIG_DFL);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "the child is left";
}

// As the system tells of a process and all that it starts.
TEST(ContainedChild, LiesAtTheSameAddressesWhereAskedFor) {
  ContainedChildRequest request;
  request.command = {"sh", "-c", "cat /proc/self/personality"};
  EXPECT_EQ(RunContainedChild(request).output, "00000000\n");
  request.fixed_addresses = true;
  EXPECT_EQ(RunContainedChild(request).output, "00040000\n");
}

TEST(ContainedChild, HasNoMoreMemoryThanItMay) {
  ContainedChildRequest request;
  request.command = {"sh", "-c", "x=$(head -c 100000000 /dev/zero | tr '\\0' x); echo ${#x}"};
  EXPECT_EQ(RunContainedChild(request).output, "100000000\n");
  request.memory_bytes = std::uint64_t{64} << 20;
  const ContainedChildEnd limited = RunContainedChild(request);
  EXPECT_NE(limited.status, 0) << limited.output;
}

}  // namespace
}  // namespace alloclab
