// The same bytes from the same records: a run is published as the files that are kept beside it,
// whatever the locale, the time zone and the moment.

#include "bench/publish/publication.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <ctime>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "bench/publish/comma_locale.h"
#include "bench/publish/made_record.h"
#include "bench/publish/readme_part.h"
#include "bench/publish/record_entry.h"
#include "bench/publish/trace_results.h"
#include "bench/results/run_folder.h"

namespace alloclab::publish {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRun = "bench/publish/testdata/run";
constexpr const char* kExpected = "bench/publish/testdata/expected";

// Where two texts begin to differ, for a message.
std::string FirstDifference(const std::string& a, const std::string& b) {
  std::size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  if (at == a.size() && at == b.size()) return "";
  return "made: ..." + a.substr(at, 80) + "\nkept: ..." + b.substr(at, 80);
}

void ExpectKeptFiles() {
  std::set<std::string> made;
  for (const PublishedFile& file : PublishedFiles(results::ReadRun(kRun))) {
    made.insert(file.name);
    const fs::path kept = fs::path(kExpected) / file.name;
    ASSERT_TRUE(fs::exists(kept)) << kept;
    EXPECT_EQ(FirstDifference(file.text, results::ReadText(kept)), "")
        << kept << ": if the change is meant, see BUILD for how it was made";
  }
  std::set<std::string> kept;
  for (const auto& entry : fs::directory_iterator(kExpected)) kept.insert(entry.path().filename());
  EXPECT_EQ(made, kept);
}

TEST(Publication, IsTheKeptFiles) { ExpectKeptFiles(); }

TEST(Publication, KnowsNeitherPlaceNorTime) {
  for (const char* zone : {"America/St_Johns", "Asia/Kathmandu", "UTC"}) {
    setenv("TZ", zone, 1);
    tzset();
    const CommaLocale comma(testing::TempDir() + "/publication_locale");
    ASSERT_TRUE(comma.IsSet());
    ExpectKeptFiles();
  }
  unsetenv("TZ");
}

// So that what an earlier report left beside a later one can be found.
TEST(Publication, AllFilesAreKnownBeforehand) {
  const std::vector<std::string> possible = PossibleFiles();
  const std::set<std::string> names(possible.begin(), possible.end());
  EXPECT_EQ(names.size(), possible.size());
  const Records records = results::ReadRun(kRun);
  for (const PublishedFile& file : PublishedFiles(records)) {
    EXPECT_TRUE(names.contains(file.name)) << file.name;
  }
}

TEST(Publication, NamesTheRecordThatIsNone) {
  try {
    TablesOf({{"workloads", {{"schema", 1}, {"kind", "workloads"}}}});
    FAIL() << "made tables of nothing";
  } catch (const PublishError& error) {
    EXPECT_EQ(
        std::string(error.what()),
        "workloads.json: record: /provenance is no object; bench/schema/validate.py says what "
        "else is wrong");
  }
}

TEST(Publication, EveryTableHasAnIdOfItsOwn) {
  std::set<std::string> ids;
  for (const PublishedTable& table : TablesOf(results::ReadRun(kRun))) {
    EXPECT_TRUE(ids.insert(table.id).second) << table.id;
    EXPECT_EQ(table.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string::npos);
    EXPECT_NE(table.provenance, "") << table.id;
    std::set<std::string> keys;
    for (const Column& column : table.columns) {
      EXPECT_TRUE(keys.insert(column.key).second) << table.id << " " << column.key;
    }
    for (const Row& row : table.rows)
      EXPECT_EQ(row.values.size(), table.columns.size()) << table.id;
  }
  EXPECT_EQ(ids.size(), 17u);
}

TraceResults TwoTraces() {
  return ReadTraceResults(MadeRecord(
      {MadeTrace("a"), MadeTrace("b")}, {AllocatorJson("x_y|z"), AllocatorJson("system")},
      {CellJson({.trace = "a",
                 .allocator = "x_y|z",
                 .ratio = 0.5,
                 .low = 0.45,
                 .high = 0.55,
                 .standing = "faster",
                 .leads = true}),
       FailedCell("b", "x_y|z", "killed"), CellJson({.trace = "a", .allocator = "system"}),
       CellJson({.trace = "b", .allocator = "system", .leads = true, .held_bytes = 6000})},
      {NoiseJson("a", 1.01), NoiseJson("b", 1.01)}));
}

TEST(ReadmePart, IsACompactTable) {
  const std::string part = ReadmePart(TwoTraces(), "bench/results/20261127T092106Z-0123456789ab");
  EXPECT_NE(part.find("`bench/results/20261127T092106Z-0123456789ab`"), std::string::npos);
  EXPECT_NE(part.find("over 2 traces"), std::string::npos);
  EXPECT_NE(part.find("commit 0123456789ab on Example CPU"), std::string::npos);
  EXPECT_NE(part.find(R"(
| allocator | time against glibc | memory, H/L #4 | leads on | correct on |
| --- | ---: | ---: | --- | --- |
| x_y\|z \* | 0.50 (0.45-0.55) | 1.50 | 1 of 2 | 1 of 2 |
| system | 1.00 (1.00-1.00) | 3.00 | 1 of 2 | 2 of 2 |

\* failed on some traces)"),
            std::string::npos)
      << part;
  EXPECT_EQ(part.find("Compiled into"), std::string::npos);
}

TEST(ReadmePart, SaysOfWhichRowsTheIntervalIsARange) {
  Json record = MadeRecord({MadeTrace("a")}, {AllocatorJson("slow_one"), AllocatorJson("system")},
                           {CellJson({.trace = "a",
                                      .allocator = "slow_one",
                                      .ratio = 30,
                                      .low = 29,
                                      .high = 31,
                                      .standing = "slower",
                                      .blocks = 3}),
                            CellJson({.trace = "a", .allocator = "system"})},
                           {NoiseJson("a", 1.01)});
  const std::string part = ReadmePart(ReadTraceResults(record), "folder");
  EXPECT_NE(part.find(R"(
| slow_one \[3\] | 30.00 (29.00-31.00) | 1.50 | 0 of 1 | 1 of 1 |
| system | 1.00 (1.00-1.00) | 1.50 | 0 of 1 | 1 of 1 |

\[n\]: of so few blocks in places that the interval there is their range, and none of 95 %: slow_one, 1 trace with 3 blocks.
)"),
            std::string::npos)
      << part;
  EXPECT_NE(part.find(" 15 blocks; 1 of 2 cells have fewer, 3 at the least."), std::string::npos)
      << part;
  EXPECT_EQ(part.find("failed on some traces"), std::string::npos) << part;
}

TEST(ReadmePart, SaysWhatItsMeansAreNotOver) {
  const std::string part =
      ReadmePart(ReadTraceResults(MadeRecord(
                     {MadeTrace("a_b"), MadeTrace("c")}, {AllocatorJson("system")},
                     {CellJson({.trace = "a_b", .allocator = "system", .held_bytes = 1}),
                      CellJson({.trace = "c", .allocator = "system", .held_bytes = 3000})})),
                 "folder");
  EXPECT_NE(part.find("| system | 1.00 (1.00-1.00) | 3.00 |"), std::string::npos) << part;
  EXPECT_NE(part.find("\nnot known: what system held on a_b, where"), std::string::npos) << part;
}

TEST(ReadmePart, ReplacesWhatIsBetweenTheMarksAndNothingElse) {
  const std::string readme =
      std::string("# a\n\n") + kReadmeBegin + "\nold\n" + kReadmeEnd + "\nb\n";
  const std::string once = WithReadmePart(readme, "new\n");
  EXPECT_EQ(once, std::string("# a\n\n") + kReadmeBegin + "\nnew\n" + kReadmeEnd + "\nb\n");
  EXPECT_EQ(WithReadmePart(once, "new\n"), once);
  const std::string begin = kReadmeBegin, end = kReadmeEnd;
  for (const std::string& wrong :
       {std::string("none"), begin, end, end + begin, begin + end + end, begin + begin + end}) {
    EXPECT_THROW(WithReadmePart(wrong, "new\n"), PublishError) << wrong;
    EXPECT_EQ(HasReadmeMark(wrong), wrong != "none");
  }
}

}  // namespace
}  // namespace alloclab::publish
