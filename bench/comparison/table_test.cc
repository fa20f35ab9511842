// What a person reads: both tables apart, failures with their reasons, cells at the floor marked.

#include "bench/comparison/table.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "bench/comparison/cell.h"
#include "bench/comparison/made_up_rows.h"

namespace alloclab {
namespace {

nlohmann::ordered_json CellOf(const char* name, Table table, double floor,
                              const std::string& reason = "") {
  BlockRows rows =
      RowsOf({.allocators = {{.ns_per_op = {10}, .elapsed_ns_per_op = {70}}, {.ns_per_op = {20}}},
              .floor = {.ns_per_op = {floor}, .loop_ns_per_op = {floor / 2}}});
  if (!reason.empty()) rows.Fail(0, reason);
  return CellRecord({.trace = "python", .allocator = {name, table, ""}}, rows, 0);
}

// Six blocks of 10 ns on average against system's 10: known, unknown, three blocks of a slow one.
nlohmann::ordered_json Known() {
  const BlockRows rows = RowsOf({.allocators = {{.ns_per_op = std::vector<double>(6, 8)},
                                                {.ns_per_op = {9, 13, 9, 12, 9, 11}},
                                                {.ns_per_op = {200, 210, 220}},
                                                {.ns_per_op = std::vector<double>(6, 10)}},
                                 .again = {.ns_per_op = {10, 10.2, 10, 10, 9.9, 10}}});
  const auto cell = [&](const char* name, std::size_t row) {
    return CellRecord({.trace = "python", .allocator = {name, Table::kPreload, ""}}, rows, row);
  };
  return {
      {"provenance", {{"blocks", 6}, {"mode", "serial"}}},
      {"traces",
       {{{"name", "python"},
         {"operations", 1234},
         {"live_bytes_peak", 3 << 20},
         {"live_blocks_peak", 99},
         {"tainted", ""}}}},
      {"noise", {NoiseRecord("python", Table::kPreload, rows)}},
      {"cells", {cell("quick", 0), cell("wild", 1), cell("slow", 2), cell("system", 3)}},
  };
}

std::string PrintedKnown(const nlohmann::ordered_json& record) {
  std::ostringstream out;
  PrintTables(record, out);
  return out.str();
}

nlohmann::ordered_json MadeUp(std::size_t blocks, const char* mode) {
  return {
      {"provenance", {{"blocks", blocks}, {"mode", mode}}},
      {"traces",
       {{{"name", "python"},
         {"operations", 1234},
         {"live_bytes_peak", 3 << 20},
         {"live_blocks_peak", 99},
         {"tainted", "3 frees were lost"}}}},
      {"noise", nlohmann::ordered_json::array()},
      {"cells",
       {CellOf("quick", Table::kInProcess, 6), CellOf("slow", Table::kInProcess, 1),
        CellOf("wrong", Table::kInProcess, 1, "broke the rule \"overlap\""),
        CellOf("jemalloc", Table::kPreload, 1)}},
  };
}

std::string Printed(bool color, std::size_t blocks = 1, const char* mode = "serial") {
  std::ostringstream out;
  PrintTables(MadeUp(blocks, mode), out, {.color = color});
  return out.str();
}

// The line about `name`.
std::string LineOf(const std::string& text, const std::string& name) {
  const std::size_t at = text.find("\n" + name);
  return at == std::string::npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

TEST(Table, ARowHasTheFigures) {
  const std::string row = LineOf(Printed(false), "slow");
  EXPECT_NE(row.find("10.00"), std::string::npos) << row;
  EXPECT_NE(row.find("? 0.50 (0.50-0.50)"), std::string::npos) << row;
  EXPECT_NE(row.find("10 % "), std::string::npos) << row;
}

TEST(Table, SystemIsWhatAllAreHeldAgainst) {
  const std::string row = LineOf(PrintedKnown(Known()), "system");
  EXPECT_NE(row.find(" 1     - "), std::string::npos) << row;
}

TEST(Table, TheModeIsSaidAndWhatWentByWhereThreadsRan) {
  const std::string serial = Printed(false);
  EXPECT_NE(serial.find("Mode serial: "), std::string::npos);
  EXPECT_EQ(LineOf(serial, "slow").find("70.00"), std::string::npos);
  const std::string threads = Printed(false, 1, "partial-order");
  EXPECT_NE(threads.find("Mode partial-order: "), std::string::npos);
  EXPECT_TRUE(LineOf(threads, "slow").ends_with("     70.00")) << LineOf(threads, "slow");
}

TEST(Table, ACellAtTheFloorIsMarked) {
  EXPECT_NE(LineOf(Printed(false), "quick").find(" 30 %   60 %*"), std::string::npos);
  EXPECT_EQ(LineOf(Printed(false), "slow").find('*'), std::string::npos);
}

TEST(Table, TheLargestShareOfSystemsTimeIsSaid) {
  const std::string said = "Of system's time the loop is at most";
  EXPECT_EQ(Printed(false).find(said), std::string::npos) << "there is no system here";
  nlohmann::ordered_json record = MadeUp(1, "serial");
  for (const auto& [trace, floor] : {std::pair("high", 1.4), {"low", 1.0}, {"failed", 9.0}}) {
    record["cells"].push_back(CellOf("system", Table::kInProcess, floor));
    record["cells"].back()["trace"] = trace;
  }
  record["cells"].back()["status"] = "failed";
  EXPECT_NE(PrintedKnown(record).find(said + " 7 % (high), the floor 14 % (high).\n"),
            std::string::npos)
      << PrintedKnown(record);
}

TEST(Table, AFailedCellHasItsReason) {
  EXPECT_EQ(LineOf(Printed(false), "wrong"),
            "wrong                failed: broke the rule \"overlap\"");
}

TEST(Table, TheTwoTablesAreApart) {
  const std::string text = Printed(false);
  const std::size_t second = text.find("\nPreloaded");
  ASSERT_NE(second, std::string::npos);
  EXPECT_LT(text.find("\nslow"), second);
  EXPECT_GT(text.find("\njemalloc"), second);
}

TEST(Table, FewBlocksAndTaintedTracesAreSaid) {
  EXPECT_NE(Printed(false, 1).find("1 block only"), std::string::npos);
  EXPECT_NE(Printed(false, 14).find("14 blocks only"), std::string::npos);
  EXPECT_EQ(Printed(false, 15).find("only"), std::string::npos);
  EXPECT_NE(Printed(false).find("tainted: 3 frees were lost"), std::string::npos);
}

TEST(Table, SaysWhatIsResolvedAndWhatIsNot) {
  const std::string text = PrintedKnown(Known());
  EXPECT_EQ(LineOf(text, "quick").find("? "), std::string::npos);
  EXPECT_NE(LineOf(text, "wild").find("? 0.99 (0.90-1.30)"), std::string::npos) << text;
  EXPECT_EQ(LineOf(text, "leading:"), "leading: quick");
  EXPECT_EQ(LineOf(text, "not resolved").find("not resolved against system: wild (about "), 0u);
  EXPECT_EQ(LineOf(text, "noise:"),
            "noise: system against itself 1.00 (0.99-1.02), so nothing that may be within 0.5 % is "
            "ranked");
  // Only where it differs from the others is the number of blocks said.
  EXPECT_NE(LineOf(text, "slow").find("21.00 (20.00-22.00) [3]"), std::string::npos) << text;
  EXPECT_EQ(LineOf(text, "quick").find('['), std::string::npos);
}

TEST(Table, BlocksFarFromTheOthersAreSaid) {
  EXPECT_EQ(LineOf(PrintedKnown(Known()), "blocks far"), "");
  nlohmann::ordered_json record = Known();
  record["cells"][0]["outlier_blocks"] = {1, 4};
  record["cells"][1]["outlier_blocks"] = {0};
  EXPECT_EQ(LineOf(PrintedKnown(record), "blocks far"),
            "blocks far from the others (from 0): quick 1, 4; wild 0");
}

TEST(Table, SeveralMayLeadAndABadMomentIsSaid) {
  nlohmann::ordered_json record = Known();
  for (auto& cell : record["cells"]) {
    if (cell["allocator"] == "wild") cell["leads"] = true;
  }
  record["noise"][0]["standing"] = "slower";
  const std::string text = PrintedKnown(record);
  EXPECT_EQ(LineOf(text, "leading:"),
            "leading: quick, wild (none is known to be slower than the fastest)");
  EXPECT_NE(LineOf(text, "noise:").find("bad moment"), std::string::npos);
}

TEST(Table, AFloorThatFailedIsSaid) {
  nlohmann::ordered_json record = Known();
  EXPECT_EQ(LineOf(PrintedKnown(record), "the floor"), "");
  record["noise"][0]["floor_reason"] = "killed by SIGKILL";
  EXPECT_EQ(LineOf(PrintedKnown(record), "the floor"), "the floor failed: killed by SIGKILL");
}

// Calls of 100 to 200 ns, the latency pass 5 % slower than the timed one.
TEST(Table, LatencyIsATableWhenAskedFor) {
  Cell cell;
  cell.trace = "python";
  cell.allocator = {"tlsf", Table::kPreload, ""};
  cell.latency_over_time = {1.05};
  for (std::uint64_t ns = 101; ns <= 200; ++ns) cell.latency.of(OpKind::kMalloc).Add(ns * 1000);
  nlohmann::ordered_json record = Known();
  record["cells"] = nlohmann::ordered_json::array(
      {CellRecord(cell, RowsOf({.allocators = {{.ns_per_op = {10}}}}), 0)});
  std::ostringstream plain, out;
  PrintTables(record, plain);
  EXPECT_EQ(plain.str().find("distortion"), std::string::npos);
  EXPECT_NE(plain.str().find("one call in 64 timed, which took 5.0 % more"), std::string::npos);
  EXPECT_EQ(plain.str().find("steps"), std::string::npos);
  record["cells"][0]["latency"]["resolution_ns"] = 10.004;
  PrintTables(record, out, {.latency = true});
  const std::string text = out.str();
  EXPECT_EQ(LineOf(text, "ns for one call"),
            "ns for one call          m p50     m p99   m p99.9     m max     f p50     f p99   "
            "f p99.9     f max  distortion");
  const std::string row = text.substr(text.find("distortion\n") + 11);
  EXPECT_EQ(row.find("tlsf                     151.6     200.0     200.0     200.0         -"), 0u)
      << row;
  EXPECT_NE(row.find("       5.0 %"), std::string::npos) << row;
  EXPECT_NE(text.find("Its clock has steps of 10.0 ns: figures closer than that are equal.\n"),
            std::string::npos)
      << text;
}

TEST(Table, ColorOnlyWhenAskedFor) {
  EXPECT_EQ(Printed(false).find('\033'), std::string::npos);
  EXPECT_NE(Printed(true).find("\033[31mwrong"), std::string::npos);
  EXPECT_NE(Printed(true).find("\033[2mquick"), std::string::npos);
}

}  // namespace
}  // namespace alloclab
