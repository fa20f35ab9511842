// The words that all tables share, for records with figures that are known.

#include "bench/record/row_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;

Json Judged(const char* standing) {
  return {
      {"ratio_to_system", 0.987}, {"ratio_to_system_interval", {0.9, 1.3}}, {"standing", standing}};
}

TEST(RowText, ARatioSaysWhatIsKnownOfIt) {
  EXPECT_EQ(RatioText(Judged("faster"), 15, 15), "0.99 (0.90-1.30)");
  EXPECT_EQ(RatioText(Judged("unresolved"), 15, 15), "? 0.99 (0.90-1.30)");
  EXPECT_EQ(RatioText(Judged("slower"), 3, 15), "0.99 (0.90-1.30) [3]");
  EXPECT_EQ(RatioText(Judged("same"), 15, 15, 3), "0.987 (0.900-1.300)");
  EXPECT_EQ(RatioText({{"ratio_to_system", nullptr}}, 15, 15), "-");
}

TEST(RowText, SystemIsWhatAllAreHeldAgainst) {
  EXPECT_EQ(RatioOfCellText({{"allocator", "system"}}, Judged("unresolved"), 2, 3), "1");
  EXPECT_EQ(RatioOfCellText({{"allocator", "tlsf"}}, Judged("same"), 2, 3), "0.99 (0.90-1.30) [2]");
}

TEST(RowText, SeveralMayLead) {
  EXPECT_EQ(LeadingText({"tlsf"}), "tlsf");
  EXPECT_EQ(LeadingText({"tlsf", "slab"}),
            "tlsf, slab (none is known to be slower than the fastest)");
}

TEST(RowText, NoiseIsAShareAndRedIsForTerminals) {
  EXPECT_EQ(NoiseText({{"noise", 1.0274}}), "2.7 %");
  EXPECT_EQ(InRed("failed", false), "failed");
  EXPECT_EQ(InRed("failed", true), "\033[31mfailed\033[0m");
}

Json Cell(const char* allocator, std::size_t blocks, const char* status = "ok") {
  Json cell = {{"allocator", allocator}, {"status", status}};
  if (cell["status"] == "ok") cell["times"] = std::vector<double>(blocks, 1);
  return cell;
}

std::string FewBlocks(std::size_t most, const std::vector<Json>& cells) {
  return FewBlocksText({{"provenance", {{"blocks", most}}}, {"cells", cells}}, "times");
}

// Not those of a slow row, which [n] tells of.
TEST(RowText, TheFewestBlocksOfSystemAreSaid) {
  EXPECT_EQ(FewBlocks(15, {Cell("system", 15), Cell("slow", 3)}), "");
  EXPECT_EQ(FewBlocks(15, {Cell("system", 0, "failed")}), "");
  EXPECT_EQ(FewBlocks(1, {Cell("system", 1)}),
            "1 block only: a figure to publish needs 15 or more.\n");
  EXPECT_EQ(FewBlocks(14, {Cell("system", 14)}),
            "14 blocks only: a figure to publish needs 15 or more.\n");
  EXPECT_EQ(FewBlocks(200, {Cell("system", 200), Cell("system", 6)}),
            "Some have 6 blocks only: a figure to publish needs 15 or more.\n");
}

}  // namespace
}  // namespace alloclab
