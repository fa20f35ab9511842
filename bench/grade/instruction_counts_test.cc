#include "bench/grade/instruction_counts.h"

#include <gtest/gtest.h>

#include <sstream>

namespace alloclab::grade {
namespace {

std::optional<MarkedCount> Read(const std::string& text) {
  std::istringstream file(text);
  return ReadMarkedCount(file);
}

TEST(InstructionCounts, AreReadWithTheirMark) {
  const auto count = Read(
      "# callgrind format\nversion: 1\npid: 7\npart: 2\n\ndesc: Timerange: Basic block 0 - 10\n"
      "desc: Trigger: Client Request: solution\n\nevents: Ir\n\nfn=(1)\n0 100\n\ntotals: 123456\n");
  ASSERT_TRUE(count.has_value());
  EXPECT_EQ(count->mark, "solution");
  EXPECT_EQ(count->instructions, 123456u);
}

TEST(InstructionCounts, AreNothingWithoutMarkOrTotals) {
  EXPECT_FALSE(Read("").has_value());
  EXPECT_FALSE(Read("desc: Trigger: Program termination\ntotals: 5\n").has_value());
  EXPECT_FALSE(Read("desc: Trigger: Client Request: floor\n").has_value());
  EXPECT_FALSE(Read("desc: Trigger: Client Request: floor\ntotals: 5 6\n").has_value());
  EXPECT_FALSE(Read("desc: Trigger: Client Request: floor\ntotals: many\n").has_value());
}

}  // namespace
}  // namespace alloclab::grade
