// Programs as children of a test: what is told of them, and what is left of them.

#include "allocator/preload/run_program.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

namespace alloclab::preload {
namespace {

Outcome Shell(const std::string& script) { return RunProgram({.argv = {"sh", "-c", script}}); }

TEST(RunProgram, TellsTheEndAsAShellDoes) {
  const Outcome said = Shell("echo out; echo err >&2; exit 7");
  EXPECT_EQ(said.status, 7);
  EXPECT_EQ(said.out, "out\n");
  EXPECT_EQ(said.err, "err\n");
  EXPECT_FALSE(said.timed_out);
  EXPECT_EQ(Shell("kill -TERM $$").status, 128 + SIGTERM);
  EXPECT_EQ(RunProgram({.argv = {"no_such_program_at_all"}}).status, 127);
}

TEST(RunProgram, EndsWhatTakesTooLong) {
  const Outcome outcome = RunProgram({.argv = {"sleep", "1000"}}, std::chrono::seconds(0));
  EXPECT_TRUE(outcome.timed_out);
  EXPECT_EQ(outcome.status, 128 + SIGKILL);
}

// As /proc shows it: 'Z' for one that has ended and is not reaped; 0 when there is none.
char StateOf(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string number;
  std::string name;
  char state = 0;
  file >> number >> name >> state;
  return state;
}

// The number of a program that has been reaped may be somebody else's, and so may its group's: they
// are kept until the object, which kills the group, has done so.
TEST(RunProgram, TheNumberIsKeptUntilTheGroupIsKilled) {
  pid_t ended = 0;
  pid_t left_over = 0;
  {
    RunningProgram program({.argv = {"sh", "-c", "sleep 1000 & echo $!"}});
    ended = program.pid();
    for (int i = 0; i < 2; ++i) {
      const Outcome outcome = program.Wait(kPatience);
      EXPECT_EQ(outcome.status, 0);
      left_over = std::stoi(outcome.out);
      EXPECT_TRUE(program.Ended());
      EXPECT_EQ(StateOf(ended), 'Z');
      EXPECT_EQ(kill(left_over, 0), 0);
    }
  }
  EXPECT_EQ(StateOf(ended), 0);
  // Whoever is its parent now reaps it in its own time.
  for (char state = 'R'; state != 0 && state != 'Z'; state = StateOf(left_over)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace
}  // namespace alloclab::preload
