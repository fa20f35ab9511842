// README.md and the tables in bench/results show what the records make: of this source tree, and of
// trees made up to be wrong.

#include "bench/publish/committed_results.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bench/publish/made_record.h"
#include "bench/publish/publication.h"
#include "bench/publish/readme_part.h"
#include "bench/publish/record_entry.h"
#include "bench/results/run_folder.h"

namespace alloclab::publish {
namespace {

namespace fs = std::filesystem;

std::string Joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += sentence + "\n";
  return text;
}

// The tree that this test was built from.
TEST(CommittedResults, AreWhatTheirRecordsMake) { EXPECT_EQ(Joined(StaleFiles(".")), ""); }

// What README shows, as a record.
Json HeadlineRecord() {
  const std::optional<std::string> run = FindHeadline(".").run;
  return run ? results::ReadRun(*run).at("traces") : Json();
}

TEST(CommittedResults, AreOfTheWholeCorpus) {
  std::set<std::string> corpus, measured;
  for (const fs::directory_entry& entry : fs::directory_iterator("traces/corpus")) {
    if (entry.path().extension() == ".alt") corpus.insert(entry.path().stem());
  }
  ASSERT_FALSE(corpus.empty());
  const Json record = HeadlineRecord();
  for (const Json& trace : record.at("traces")) measured.insert(trace.at("name"));
  EXPECT_EQ(measured, corpus);
}

// A figure says something about an allocator when most of it is the allocator's.
TEST(CommittedResults, TheFloorIsAtMost15PercentOfGlibc) {
  const Json record = HeadlineRecord();
  int cells = 0;
  for (const Json& cell : record.at("cells")) {
    if (cell.at("allocator") != "system" || cell.at("table") != "in_process") continue;
    ++cells;
    EXPECT_LE(cell.at("floor_share").get<double>(), 0.15) << cell.at("trace");
    EXPECT_LE(cell.at("loop_share").get<double>(), 0.15) << cell.at("trace");
  }
  EXPECT_GT(cells, 0);
}

class CommittedResultsOf : public testing::Test {
 protected:
  CommittedResultsOf() {
    fs::remove_all(root_);
    fs::create_directories(root_);
    WriteReadme("# alloclab\n");
  }

  void WriteReadme(const std::string& text) const { std::ofstream(root_ + "/README.md") << text; }
  std::string Results() const { return root_ + "/" + kResultsFolder; }

  // A run in which x takes `ratio` times as long as system.
  std::string Save(const std::string& time, double ratio) const {
    return SaveAs(time, ratio, [](Json&) {});
  }

  std::string SaveAs(const std::string& time, double ratio,
                     const std::function<void(Json&)>& edit) const {
    Json record = MadeRecord({MadeTrace("a")}, {AllocatorJson("x"), AllocatorJson("system")},
                             {CellJson({.trace = "a",
                                        .allocator = "x",
                                        .ratio = ratio,
                                        .low = ratio,
                                        .high = ratio,
                                        .standing = "slower"}),
                              CellJson({.trace = "a", .allocator = "system"})},
                             {NoiseJson("a", 1.01)});
    record["provenance"]["time_utc"] = time;
    edit(record);
    return results::SaveRecord(record, Results());
  }
  // The only sentence about the tree, or all of them.
  std::string Stale() const { return Joined(StaleFiles(root_)); }

  const std::string root_ = fs::path(testing::TempDir()) / "committed_results";
};

TEST_F(CommittedResultsOf, NoResultsYetAndNoneShownIsFine) {
  EXPECT_EQ(Stale(), "");
  EXPECT_FALSE(FindHeadline(root_).run.has_value());
  EXPECT_THROW(ReadmeOf(root_), PublishError);
}

TEST_F(CommittedResultsOf, NoResultsYetAndSomeShownIsNot) {
  WriteReadme(std::string(kReadmeBegin) + "\nthe best\n" + kReadmeEnd + "\n");
  EXPECT_EQ(Stale().find("README.md: has the marks of a table of results, and bench/results has"),
            0u)
      << Stale();
}

TEST_F(CommittedResultsOf, ResultsWithoutAPlaceInReadmeAreMissed) {
  Save("2026-01-01T00:00:00Z", 2);
  EXPECT_EQ(Stale().find("README.md: the lines '<!-- results: begin -->' and"), 0u) << Stale();
}

TEST_F(CommittedResultsOf, ReadmeShowsTheNewestRun) {
  Save("2026-01-02T00:00:00Z", 3);
  const std::string old = Save("2026-01-01T00:00:00Z", 2);
  WriteReadme(std::string("before\n") + kReadmeBegin + "\n" + kReadmeEnd + "\nbehind\n");
  EXPECT_EQ(Stale(),
            "README.md: its table is not what the newest results make; run tools/alloclab report "
            "--readme\n");
  const std::string readme = ReadmeOf(root_);
  EXPECT_NE(readme.find("| x | 3.00 (3.00-3.00) |"), std::string::npos) << readme;
  EXPECT_EQ(readme.find("2.00"), std::string::npos) << readme;
  EXPECT_EQ(readme.find("before\n"), 0u);
  EXPECT_TRUE(readme.ends_with("\nbehind\n"));
  WriteReadme(readme);
  EXPECT_EQ(Stale(), "");
  // One digit by hand.
  std::string edited = readme;
  edited.replace(edited.find("3.00"), 4, "0.30");
  WriteReadme(edited);
  EXPECT_NE(Stale(), "");
  WriteReadme(readme);
  Save("2026-01-03T00:00:00Z", 4);
  EXPECT_NE(Stale(), "") << "newer results are not noticed";
}

// What is kept for a look is not what README claims.
TEST_F(CommittedResultsOf, WhatIsNotToBePublishedIsPassedOver) {
  Save("2026-01-01T00:00:00Z", 3);
  WriteReadme(std::string(kReadmeBegin) + "\n" + kReadmeEnd + "\n");
  WriteReadme(ReadmeOf(root_));
  const std::pair<const char*, std::function<void(Json&)>> kLooks[] = {
      {"its source tree had changes that no commit has",
       [](Json& record) { record["provenance"]["dirty"] = true; }},
      {"it was interrupted", [](Json& record) { record["provenance"]["interrupted"] = true; }},
      {"it is of the first events of its traces only",
       [](Json& record) { record["traces"][0]["shortened"] = true; }},
      {"it has 14 blocks, and a published figure has 15",
       [](Json& record) { record["provenance"]["blocks"] = 14; }},
      {"/provenance is no object", [](Json&) {}}};
  std::size_t day = 1;
  for (const auto& [reason, edit] : kLooks) {
    const std::string time = "2026-01-0" + std::to_string(++day) + "T00:00:00Z";
    const std::string run = SaveAs(time, 4, edit);
    if (day == 6) std::ofstream(run + "/traces.json") << "{\"provenance\": 5}";
    const Headline headline = FindHeadline(root_);
    EXPECT_EQ(headline.run, "bench/results/20260101T000000Z-0123456789ab");
    ASSERT_EQ(headline.passed_over.size(), day - 1);
    const std::string name = fs::path(run).filename();
    EXPECT_EQ(headline.passed_over.front().find("bench/results/" + name + " is not shown: "), 0u);
    EXPECT_NE(headline.passed_over.front().find(reason), std::string::npos)
        << headline.passed_over.front();
    EXPECT_EQ(Stale().empty(), day < 6) << reason;
  }
  Save("2026-01-09T00:00:00Z", 5);
  EXPECT_EQ(FindHeadline(root_).run, "bench/results/20260109T000000Z-0123456789ab");
  EXPECT_TRUE(FindHeadline(root_).passed_over.empty());
}

TEST_F(CommittedResultsOf, OfLooksAloneThereIsNothingToShow) {
  SaveAs("2026-01-01T00:00:00Z", 3, [](Json& record) { record["provenance"]["blocks"] = 1; });
  EXPECT_EQ(Stale(), "");
  try {
    ReadmeOf(root_);
    ADD_FAILURE() << "one block is published";
  } catch (const PublishError& error) {
    EXPECT_NE(std::string(error.what()).find("it has 1 block, and"), std::string::npos)
        << error.what();
  }
}

TEST_F(CommittedResultsOf, KeptTablesAreHeldAgainstTheirRecords) {
  const std::string run = Save("2026-01-01T00:00:00Z", 2);
  WriteReadme(std::string(kReadmeBegin) + "\n" + kReadmeEnd + "\n");
  WriteReadme(ReadmeOf(root_));
  std::ofstream(run + "/" + kMarkdownFile) << MarkdownFile(results::ReadRun(run));
  EXPECT_EQ(Stale(), "");
  std::ofstream(run + "/" + kMarkdownFile, std::ios::app) << "and more\n";
  EXPECT_EQ(Stale(), run +
                         "/tables.md: is not what the records beside it make; run tools/alloclab "
                         "report --refresh " +
                         run + "\n");
}

TEST_F(CommittedResultsOf, ARecordThatNothingCanBeMadeOfIsNamed) {
  const std::string run = Save("2026-01-01T00:00:00Z", 2);
  WriteReadme(std::string(kReadmeBegin) + "\n" + kReadmeEnd + "\n");
  std::ofstream(run + "/traces.json") << "{\"schema\": 2}";
  EXPECT_EQ(Stale().find(run + ": traces.json: record: /provenance is no object"), 0u) << Stale();
  std::ofstream(run + "/traces.json") << "{\"kind\": 5}";
  EXPECT_EQ(Stale().find(run + ": " + run + "/traces.json: is no record of traces"), 0u) << Stale();
}

}  // namespace
}  // namespace alloclab::publish
