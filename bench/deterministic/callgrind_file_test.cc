// What callgrind writes is read, and what it did not write is not.

#include "bench/deterministic/callgrind_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace alloclab {
namespace {

std::optional<MarkedCounts> Read(const std::string& text) {
  std::istringstream file(text);
  return ReadCallgrindFile(file);
}

TEST(CallgrindFile, IsReadWithItsMark) {
  const auto counts = Read(
      "# callgrind format\nversion: 1\npid: 7\npart: 2\n\ndesc: Timerange: Basic block 0 - 10\n"
      "desc: Trigger: Client Request: solution\n\nevents: Ir\n\nfn=(1)\n0 100\n\ntotals: 123456\n");
  ASSERT_TRUE(counts.has_value());
  EXPECT_EQ(counts->mark, "solution");
  EXPECT_EQ(counts->Of("Ir"), 123456u);
  EXPECT_EQ(counts->Of("D1mr"), 0u);
}

TEST(CallgrindFile, HasAColumnForEachEvent) {
  const auto counts = Read(
      "desc: Trigger: Client Request: replay\nevents: Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw\n"
      "totals: 9 8 7 6 5 4 3 2 1\n");
  ASSERT_TRUE(counts.has_value());
  const std::map<std::string, std::uint64_t, std::less<>> expected = {
      {"Ir", 9},   {"Dr", 8},   {"Dw", 7},   {"I1mr", 6}, {"D1mr", 5},
      {"D1mw", 4}, {"ILmr", 3}, {"DLmr", 2}, {"DLmw", 1}};
  EXPECT_EQ(counts->events, expected);
}

TEST(CallgrindFile, ZerosMayBeLeftOutAtTheEnd) {
  const auto counts =
      Read("desc: Trigger: Client Request: replay\nevents: Ir Dr Dw\ntotals: 9 8\n");
  ASSERT_TRUE(counts.has_value());
  EXPECT_EQ(counts->Of("Dr"), 8u);
  EXPECT_EQ(counts->Of("Dw"), 0u);
}

TEST(CallgrindFile, IsNothingWithoutMarkEventsOrTotals) {
  EXPECT_FALSE(Read("").has_value());
  EXPECT_FALSE(Read("desc: Trigger: Program termination\nevents: Ir\ntotals: 5\n").has_value());
  const std::string mark = "desc: Trigger: Client Request: floor\n";
  EXPECT_FALSE(Read(mark).has_value());
  EXPECT_FALSE(Read(mark + "totals: 5\n").has_value());
  EXPECT_FALSE(Read(mark + "events: Ir\n").has_value());
  EXPECT_FALSE(Read(mark + "events: Ir\ntotals: 5 6\n").has_value());
  EXPECT_FALSE(Read(mark + "events: Ir\ntotals: many\n").has_value());
}

TEST(CallgrindFile, FilesAreTakenInOrderAndRemoved) {
  const std::string base = testing::TempDir() + "callgrind.out";
  for (const char* number : {"1", "2", "4"}) {
    std::ofstream(base + "." + number)
        << "desc: Trigger: Client Request: mark" << number << "\nevents: Ir\ntotals: " << number;
  }
  std::vector<std::string> marks;
  TakeCallgrindFiles(base, [&](const MarkedCounts& counts) { marks.push_back(counts.mark); });
  EXPECT_EQ(marks, (std::vector<std::string>{"mark1", "mark2"}));
  EXPECT_FALSE(std::filesystem::exists(base + ".1"));
  EXPECT_FALSE(std::filesystem::exists(base + ".2"));
  EXPECT_TRUE(std::filesystem::remove(base + ".4"));  // behind a gap: of somebody else
}

}  // namespace
}  // namespace alloclab
