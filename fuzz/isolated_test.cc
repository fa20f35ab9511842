#include "fuzz/isolated.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace alloclab {
namespace {

TEST(Isolated, GivesTheVerdict) {
  EXPECT_EQ(RunIsolated([] { return std::string("overlap"); }), "overlap");
  EXPECT_EQ(RunIsolated([] { return std::string(); }), "");
  EXPECT_EQ(RunIsolated([] { return std::string(100, 'a'); }), std::string(63, 'a'));
}

TEST(Isolated, SaysHowTheProcessEnded) {
  const auto dies_by = [](int number) {
    return RunIsolated([number]() -> std::string {
      raise(number);
      return "";
    });
  };
  EXPECT_EQ(dies_by(SIGSEGV), "crash");
  EXPECT_EQ(dies_by(SIGABRT), "crash");
  EXPECT_EQ(dies_by(SIGKILL), "crash");
  EXPECT_EQ(RunIsolated([]() -> std::string { _exit(1); }), "crash");
  EXPECT_EQ(RunIsolated(
                []() -> std::string {
                  for (volatile bool on = true; on;) {
                  }
                  return "";
                },
                1),
            "time-out");
}

TEST(Isolated, TimeIsLimitedWhateverThisProcessMakesOfAlarms) {
  struct sigaction before = {};
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  ASSERT_EQ(sigaction(SIGALRM, &ignore, &before), 0);
  const std::string verdict = RunIsolated(
      []() -> std::string {
        for (volatile bool on = true; on;) {
        }
        return "";
      },
      1);
  sigaction(SIGALRM, &before, nullptr);
  EXPECT_EQ(verdict, "time-out");
}

TEST(Isolated, LeavesThisProcessAlone) {
  int number = 1;
  RunIsolated([&] {
    number = 2;
    return std::string();
  });
  EXPECT_EQ(number, 1);
}

}  // namespace
}  // namespace alloclab
