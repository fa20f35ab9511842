// Children are shells that do one thing each; what they should have done is known beforehand.

#include "bench/process/child_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

namespace alloclab {
namespace {

ChildRequest Shell(const std::string& script) { return {.arguments = {"sh", "-c", script}}; }

std::string WholeText(const MemoryFile& file) {
  std::string text(4096, '\0');
  const ssize_t length = pread(file.descriptor(), text.data(), text.size(), 0);
  text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return text;
}

TEST(ChildProcess, TellsHowItEnded) {
  const ChildEnd fine = RunChildProcess(Shell("exit 0"));
  EXPECT_TRUE(fine.succeeded());
  const ChildEnd three = RunChildProcess(Shell("exit 3"));
  EXPECT_FALSE(three.succeeded());
  EXPECT_EQ(HowItEnded(three, {}), "ended with status 3");
  const ChildEnd killed = RunChildProcess(Shell("kill -SEGV $$"));
  EXPECT_FALSE(killed.succeeded());
  EXPECT_EQ(HowItEnded(killed, {}), "killed by SIGSEGV (Segmentation fault)");
  // One that has no name.
  const std::string unnamed = std::to_string(SIGRTMIN + 3);
  const ChildEnd odd = RunChildProcess(Shell("kill -" + unnamed + " $$"));
  EXPECT_EQ(HowItEnded(odd, {}), "killed by signal " + unnamed);
}

TEST(ChildProcess, RunsWithWhatItIsGiven) {
  const MemoryFile in("in"), out("out"), error("error");
  ASSERT_EQ(write(in.descriptor(), "asked\n", 6), 6);
  ASSERT_EQ(lseek(in.descriptor(), 0, SEEK_SET), 0);
  setenv("ALLOCLAB_OF_THE_CALLER", "kept", 1);
  setenv("ALLOCLAB_REPLACED", "old", 1);
  ChildRequest request = Shell(
      "read word; echo $word; pwd; echo $ALLOCLAB_OF_THE_CALLER $ALLOCLAB_REPLACED; echo no >&2");
  request.environment = {"ALLOCLAB_REPLACED=new"};
  request.folder = "/";
  request.stdin_fd = in.descriptor();
  request.stdout_fd = out.descriptor();
  request.stderr_fd = error.descriptor();
  EXPECT_TRUE(RunChildProcess(request).succeeded());
  EXPECT_EQ(WholeText(out), "asked\n/\nkept new\n");
  EXPECT_EQ(FirstLineOf(error.descriptor()), "no");
}

// Whatever the caller runs under.
TEST(ChildProcess, HasTheLibraryThatWasAskedForAndNoOther) {
  setenv("LD_PRELOAD", "", 1);
  for (const std::string library : {"", "/nowhere/libmine.so"}) {
    const MemoryFile out("out"), error("error");
    ChildRequest request = Shell("echo \"[$LD_PRELOAD]\" $(env | grep -c ^LD_PRELOAD=)");
    request.library = library;
    request.stdout_fd = out.descriptor();
    request.stderr_fd = error.descriptor();  // the loader says that there is no such library
    EXPECT_TRUE(RunChildProcess(request).succeeded());
    EXPECT_EQ(WholeText(out), library.empty() ? "[] 0\n" : "[" + library + "] 1\n");
  }
  unsetenv("LD_PRELOAD");
}

TEST(ChildProcess, IsStoppedAtTheTimeOut) {
  ChildRequest request = Shell("sleep 60");
  request.timeout = std::chrono::milliseconds(100);
  const ChildEnd end = RunChildProcess(request);
  EXPECT_TRUE(end.timed_out);
  EXPECT_FALSE(end.succeeded());
  EXPECT_EQ(HowItEnded(end, request.timeout), "took longer than 0.1 s");
  EXPECT_GE(end.elapsed, request.timeout);
  EXPECT_LT(end.elapsed, std::chrono::seconds(30));
}

bool Runs(pid_t process) {
  std::error_code error;
  static_cast<void>(
      std::filesystem::read_symlink("/proc/" + std::to_string(process) + "/exe", error));
  return !error;  // what has ended has no program any more, though its number may still be kept
}

void ExpectToEnd(pid_t process) {
  for (int i = 0; i < 500 && Runs(process); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(Runs(process));
}

// A process of its group that would live for a minute more.
TEST(ChildProcess, LeavesNothingBehind) {
  const MemoryFile out("out");
  ChildRequest request = Shell("sleep 60 & echo $!");
  request.stdout_fd = out.descriptor();
  EXPECT_TRUE(RunChildProcess(request).succeeded());
  ExpectToEnd(std::stoi(WholeText(out)));
}

TEST(ChildProcess, DoesNotOutliveAnException) {
  const MemoryFile out("out");
  ChildRequest request = Shell("echo $$; exec sleep 60");
  request.stdout_fd = out.descriptor();
  request.interrupted = [&out]() -> bool {
    if (WholeText(out).empty()) return false;
    throw std::runtime_error("enough");
  };
  EXPECT_THROW(RunChildProcess(request), std::runtime_error);
  ExpectToEnd(std::stoi(WholeText(out)));
}

TEST(ChildProcess, EndsWithWhoeverStartedIt) {
  const MemoryFile out("out");
  ChildRequest request = Shell("echo $$; exec sleep 60");
  request.stdout_fd = out.descriptor();
  const pid_t starter = fork();
  if (starter == 0) {
    RunChildProcess(request);
    _exit(0);
  }
  for (int i = 0; i < 500 && WholeText(out).empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const pid_t child = std::stoi(WholeText(out));
  EXPECT_TRUE(Runs(child));
  kill(starter, SIGKILL);
  waitpid(starter, nullptr, 0);
  ExpectToEnd(child);
}

// 200 ms of processor time, by the shell's own count of its loops' cost: at least some of it.
TEST(ChildProcess, TellsWhatItUsed) {
  const ChildEnd busy =
      RunChildProcess(Shell("i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done"));
  const ChildEnd idle = RunChildProcess(Shell("sleep 0.2"));
  const auto processor_us = [](const ChildEnd& end) {
    return (end.usage.ru_utime.tv_sec + end.usage.ru_stime.tv_sec) * 1'000'000 +
           end.usage.ru_utime.tv_usec + end.usage.ru_stime.tv_usec;
  };
  EXPECT_GT(processor_us(busy), 2 * processor_us(idle));
  EXPECT_GE(idle.elapsed, std::chrono::milliseconds(200));
  EXPECT_GT(idle.usage.ru_maxrss, 0);
}

TEST(ChildProcess, SaysWhyItCannotStart) {
  const auto error_of = [](const ChildRequest& request) {
    try {
      RunChildProcess(request);
    } catch (const std::system_error& error) {
      EXPECT_NE(std::string(error.what()).find("cannot start " + request.arguments[0]),
                std::string::npos)
          << error.what();
      return error.code().value();
    }
    return 0;
  };
  EXPECT_EQ(error_of({.arguments = {"/nowhere/program"}}), ENOENT);
  EXPECT_EQ(error_of({.arguments = {"/"}}), EACCES);
  ChildRequest nowhere = Shell("exit 0");
  nowhere.folder = "/nowhere";
  EXPECT_EQ(error_of(nowhere), ENOENT);
}

TEST(ChildProcess, KeepsOnePrintableLine) {
  const MemoryFile file("said");
  EXPECT_EQ(FirstLineOf(file.descriptor()), "");
  const std::string text = "bad \x1b[31m block\nand more";
  ASSERT_EQ(write(file.descriptor(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  EXPECT_EQ(FirstLineOf(file.descriptor()), "bad ?[31m block");
}

TEST(ChildProcess, IsNotWaitedForWhenThatIsInterrupted) {
  ChildRequest request = Shell("sleep 60 & echo $!; wait");
  const MemoryFile out("out");
  request.stdout_fd = out.descriptor();
  int asked = 0;
  request.interrupted = [&asked] { return ++asked == 3; };
  const ChildEnd end = RunChildProcess(request);
  EXPECT_TRUE(end.interrupted);
  EXPECT_FALSE(end.timed_out);
  EXPECT_FALSE(end.succeeded());
  EXPECT_EQ(HowItEnded(end, {}), "was interrupted");
  EXPECT_EQ(asked, 3);
  // Long before the child, or the time out.
  EXPECT_LT(end.elapsed, std::chrono::seconds(30));
  request.arguments.back() = "sleep 0.5";
  request.interrupted = [] { return false; };
  EXPECT_TRUE(RunChildProcess(request).succeeded());
  request.timeout = std::chrono::milliseconds(250);
  EXPECT_TRUE(RunChildProcess(request).timed_out);
}

}  // namespace
}  // namespace alloclab
