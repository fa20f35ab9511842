// Tables of records that are made up, so that every figure is known beforehand.

#include "bench/programs/programs_table.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;

Json RatioRecord(double ratio, const char* standing) {
  return {{"ratio_to_system", ratio},
          {"ratio_to_system_interval", {ratio * 0.9, ratio * 1.1}},
          {"standing", standing}};
}

// Of system's figures, 1 s and 1 MiB in every block.
Json Cell(const std::string& program, const std::string& allocator, double ratio,
          std::size_t blocks = 3) {
  const std::vector<double> seconds(blocks, ratio);
  const std::vector<std::int64_t> bytes(blocks, static_cast<std::int64_t>(ratio * (1 << 20)));
  return {{"program", program},
          {"allocator", allocator},
          {"status", "ok"},
          {"reason", ""},
          {"cpu_s_blocks", seconds},
          {"cpu_s_median", ratio},
          {"wall_s_blocks", seconds},
          {"wall_s_median", ratio},
          {"resident_bytes_peak_blocks", bytes},
          {"resident_bytes_peak_median", bytes[0]},
          {"cpu", RatioRecord(ratio, "slower")},
          {"wall", RatioRecord(ratio, "unresolved")},
          {"resident", RatioRecord(ratio, "same")},
          {"leads", ratio <= 1}};
}

Json Failed(const std::string& program, const std::string& allocator, const std::string& reason) {
  return {{"program", program}, {"allocator", allocator}, {"status", "failed"}, {"reason", reason}};
}

Json NoiseOf(const std::string& program) {
  Json pair = RatioRecord(1, "same");
  pair["noise"] = 1.02;
  return {{"program", program}, {"cpu", pair}, {"wall", pair}, {"resident", pair}};
}

Json Record() {
  Json gone = {{"ratio_to_system", nullptr},
               {"ratio_to_system_interval", nullptr},
               {"standing", nullptr},
               {"noise", nullptr}};
  return {
      {"provenance", {{"blocks", 3}}},
      {"programs",
       {{{"name", "one"}, {"command", {"env", "A=1", "one", "", "a b"}}, {"version", "1.5"}},
        {{"name", "two"}, {"command", {"two"}}, {"version", ""}},
        {{"name", "gone"}, {"command", {"gone"}}, {"version", ""}}}},
      {"allocators", {{{"name", "a"}}, {{"name", "b"}}, {{"name", "system"}}}},
      {"noise",
       {NoiseOf("one"),
        NoiseOf("two"),
        {{"program", "gone"}, {"cpu", gone}, {"wall", gone}, {"resident", gone}}}},
      {"cells",
       {Cell("one", "a", 0.5), Cell("one", "b", 12, 2), Cell("one", "system", 1),
        Cell("two", "a", 2), Failed("two", "b", "killed"), Cell("two", "system", 1),
        Failed("gone", "a", "not installed: gone"), Failed("gone", "b", "not installed: gone"),
        Failed("gone", "system", "not installed: gone")}},
  };
}

std::string Printed(const Json& record, bool color = false) {
  std::ostringstream out;
  PrintProgramTables(record, out, color);
  return out.str();
}

// The line of `text` that begins with `begin`, after `heading`.
std::string Line(const std::string& text, const std::string& heading, const std::string& begin) {
  const std::size_t part = text.find(heading);
  if (part == std::string::npos) return "no " + heading;
  const std::size_t at = text.find("\n" + begin, part);
  if (at == std::string::npos) return "no " + begin;
  return text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

TEST(ProgramsTable, HasARowForEveryCell) {
  const std::string text = Printed(Record());
  EXPECT_EQ(Line(text, "\nReal", "one"), "one 1.5: env A=1 one '' 'a b'");
  EXPECT_EQ(Line(text, "\none", "a "),
            "a                      0.500        0.50 (0.45-0.55)      ? 0.50 (0.45-0.55)"
            "        0.50 (0.45-0.55)       0.5 MiB");
  // Of fewer blocks than others.
  EXPECT_NE(Line(text, "\none", "b ").find("12.00 (10.80-13.20) [2]"), std::string::npos) << text;
  EXPECT_EQ(Line(text, "\ntwo: two", "b "), "b                    failed: killed");
  EXPECT_EQ(Line(text, "\none", "leading"),
            "leading in processor time: a, system (none is known to be slower than the fastest)");
  EXPECT_NE(text.find("nothing within 2.0 %, 2.0 %, 2.0 % is resolved"), std::string::npos) << text;
  EXPECT_EQ(Line(text, "\ngone: gone", "not run"), "not run: not installed: gone");
  EXPECT_EQ(text.find("gone", text.find("not installed: gone") + 20), std::string::npos) << text;
  EXPECT_NE(text.find("3 blocks only"), std::string::npos);
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_NE(Printed(Record(), true).find("\033[31mb                    failed: killed\033[0m\n"),
            std::string::npos);
}

// Half and twice as long is as long; who failed on one program has no mean to be held against.
TEST(ProgramsTable, HasTheGeometricMean) {
  const std::string heading = "\nGeometric mean over 2 programs";
  const std::string text = Printed(Record());
  // Three blocks are no proof.
  EXPECT_NE(Line(text, heading, "a ").find(" ? 1.000 (1.000-1.000) "), std::string::npos) << text;
  EXPECT_EQ(Line(text, heading, "system"), "system" + std::string(45, ' ') + '1' +
                                               std::string(23, ' ') + '1' + std::string(23, ' ') +
                                               '1');
  EXPECT_NE(Line(text, heading, "b ").find(" failed on two"), std::string::npos) << text;
  Json record = Record();
  record["cells"][1] = Cell("one", "b", 3, 2);
  record["cells"][4] = Cell("two", "b", 12);
  const std::string mean = Line(Printed(record), heading, "b ");
  // Of the two blocks that both programs have.
  EXPECT_NE(mean.find(" ? 6.000 (6.000-6.000) [2] "), std::string::npos) << mean;
}

// The mean of `b`, a tenth slower in one program, over six blocks in which system takes `again`
// times as long as itself in that program; no pair has blocks when that is 0.
std::string MeanOfSixBlocks(double again) {
  Json record = Record();
  record["provenance"]["blocks"] = 6;
  record["noise"].erase(2);
  record["cells"] = {Cell("one", "a", 1, 6),      Cell("one", "b", 1.21, 6),
                     Cell("one", "system", 1, 6), Cell("two", "a", 1, 6),
                     Cell("two", "b", 1, 6),      Cell("two", "system", 1, 6)};
  for (const char* figure : {"cpu", "wall", "resident"}) {
    const double unit = std::string(figure) == "resident" ? 1 << 20 : 1;
    if (again == 0) break;
    record["noise"][0][figure]["blocks"] = std::vector<double>(6, again * unit);
    record["noise"][1][figure]["blocks"] = std::vector<double>(6, unit);
  }
  return Line(Printed(record), "\nGeometric mean over 2 programs", "b ");
}

TEST(ProgramsTable, AMeanIsJudgedAsARatioIs) {
  const std::string quiet = MeanOfSixBlocks(1);
  EXPECT_NE(quiet.find("   1.100 (1.100-1.100)"), std::string::npos) << quiet;
  EXPECT_EQ(quiet.find('?'), std::string::npos) << quiet;
  // Where the mean of system differs from itself by a tenth and more, a tenth is nothing.
  const std::string noisy = MeanOfSixBlocks(1.3);
  EXPECT_NE(noisy.find(" ? 1.100 (1.100-1.100)"), std::string::npos) << noisy;
  // Nobody knows how noisy it was.
  const std::string unknown = MeanOfSixBlocks(0);
  EXPECT_NE(unknown.find(" ? 1.100 (1.100-1.100)"), std::string::npos) << unknown;
}

TEST(ProgramsTable, HasNoMeanOfOneProgram) {
  Json record = Record();
  for (std::size_t i = 3; i < 6; ++i) record["cells"][i] = record["cells"][i + 3];
  for (std::size_t i = 3; i < 6; ++i) record["cells"][i]["program"] = "two";
  EXPECT_EQ(Printed(record).find("Geometric mean"), std::string::npos);
}

}  // namespace
}  // namespace alloclab
