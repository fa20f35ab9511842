// Runs two at a time: each once, and the first exception when all have ended.

#include "bench/process/in_pairs.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

namespace alloclab {
namespace {

TEST(InPairs, EachIsRunOnce) {
  std::array<std::atomic<int>, 100> runs = {};
  InPairs(runs.size(), [&runs](std::size_t i) { ++runs[i]; });
  for (const auto& times : runs) EXPECT_EQ(times, 1);
  InPairs(0, [](std::size_t) { FAIL() << "there is nothing to run"; });
}

// The second one runs beside the first, and throws later.
TEST(InPairs, TheFirstExceptionIsThrownWhenAllHaveEnded) {
  std::atomic<int> begun = 0, ended = 0;
  const bool pairs = std::thread::hardware_concurrency() > 1;
  std::string what;
  try {
    InPairs(10, [&](std::size_t i) {
      ++begun;
      while (i == 0 && pairs && begun < 2) std::this_thread::yield();
      if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(200));
      ++ended;
      throw std::runtime_error(i == 0 ? "first" : "second");
    });
  } catch (const std::runtime_error& error) {
    what = error.what();
  }
  EXPECT_EQ(what, "first");
  EXPECT_EQ(ended, begun);
  EXPECT_LE(begun, 2);
}

}  // namespace
}  // namespace alloclab
