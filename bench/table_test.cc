// What a person reads: both tables apart, failures with their reasons, cells at the floor marked.

#include "bench/table.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "bench/cell.h"

namespace alloclab {
namespace {

nlohmann::ordered_json CellOf(const char* name, Table table, double floor,
                              const std::string& reason = "") {
  return CellRecord({"python", {name, table, ""}, reason, {10}, {70}, {}},
                    {.floor = {floor}, .system = {20}});
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
      {"cells",
       {CellOf("quick", Table::kInProcess, 6), CellOf("slow", Table::kInProcess, 1),
        CellOf("wrong", Table::kInProcess, 1, "broke the rule \"overlap\""),
        CellOf("jemalloc", Table::kPreload, 1)}},
  };
}

std::string Printed(bool color, std::size_t blocks = 1, const char* mode = "serial") {
  std::ostringstream out;
  PrintTables(MadeUp(blocks, mode), out, color);
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
  EXPECT_NE(row.find("0.50 (0.50-0.50)"), std::string::npos) << row;
  EXPECT_NE(row.find("10 % "), std::string::npos) << row;
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
  EXPECT_NE(LineOf(Printed(false), "quick").find("60 %*"), std::string::npos);
  EXPECT_EQ(LineOf(Printed(false), "slow").find('*'), std::string::npos);
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

TEST(Table, ColorOnlyWhenAskedFor) {
  EXPECT_EQ(Printed(false).find('\033'), std::string::npos);
  EXPECT_NE(Printed(true).find("\033[31mwrong"), std::string::npos);
  EXPECT_NE(Printed(true).find("\033[2mquick"), std::string::npos);
}

}  // namespace
}  // namespace alloclab
