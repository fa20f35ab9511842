// What the page says beside its answers: every figure of the record, and what is doubtful or
// missing in it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "bench/report/edited_record.h"
#include "bench/report/page_in_browser.h"

namespace alloclab {
namespace {

using nlohmann::json;

using PageFigures = PageInBrowser;

TEST_F(PageFigures, WritesBytesInBinaryUnits) {
  const std::vector<std::pair<std::int64_t, std::string>> cases = {
      {0, "0 B"},         {1023, "1023 B"},      {1024, "1.00 KiB"},
      {1536, "1.50 KiB"}, {1 << 20, "1.00 MiB"}, {std::int64_t{5} << 30, "5.00 GiB"}};
  for (const auto& [bytes, text] : cases) {
    json record = TestRecord();
    Change(record, "jemalloc", "redis", [&](json& cell) { cell["resident_bytes_peak"] = bytes; });
    Show(record, kDesk);
    EXPECT_EQ(Figure("jemalloc", "redis", "resident_bytes_peak"), text);
  }
}

TEST_F(PageFigures, SaysWhatIsDoubtful) {
  Show(TestRecord(), kDesk);
  const std::string notices = Evaluate("document.getElementById('notices').textContent");
  for (const char* part : {"4 doubts", "5 blocks only", "no commit holds",
                           "redis is tainted: 3 frees", "1 result of 14"}) {
    EXPECT_NE(notices.find(part), std::string::npos) << part << " in " << notices;
  }
  SwitchTo("in_process");
  EXPECT_EQ(Evaluate("document.querySelectorAll('td.number.marked').length"), 1);
  json record = TestRecord();
  Change(record, "jemalloc", "redis",
         [](json& cell) { cell["ns_per_op_blocks"] = {20.0, 21.0, 22.0}; });
  Show(record, kDesk);
  EXPECT_TRUE(Has(Evaluate("document.getElementById('notices').textContent"),
                  "1 result of 14 has fewer blocks than the rest (3, not 5)"));
  EXPECT_EQ(Figure("jemalloc", "redis", "blocks"), "3");
  EXPECT_EQ(Figure("jemalloc", "python", "blocks"), "5");
  record = TestRecord();
  record["provenance"]["blocks"] = 15;
  record["provenance"]["dirty"] = false;
  record["traces"][1]["tainted"] = "";
  for (json& cell : record["cells"]) {
    if (cell["status"] == "ok") cell["floor_share"] = 0.5;
  }
  Show(record, kDesk);
  EXPECT_EQ(Evaluate("document.getElementById('notices').textContent"), "");
}

// The pair's own ratio, and apart from it below what nothing is ranked: never less than half a
// percent, however near the two runs were.
TEST_F(PageFigures, SaysHowFarSystemIsFromItself) {
  json record = TestRecord();
  SetNoise(record, 1.005, 1.02);
  record["noise"][0]["ratio_to_system"] = 0.9995;
  Show(record, kDesk);
  EXPECT_TRUE(Has(Text("#preload-trace"),
                  "Noise here: system run twice was 0.05 % apart in the median; differences below "
                  "0.5 % are not ranked."))
      << Text("#preload-trace");
  ShowTrace("preload", "redis");
  EXPECT_TRUE(Has(Text("#preload-trace"), "Noise here: differences below 2 % are not ranked."))
      << Text("#preload-trace");
}

// Several records: what all agree in is said once, what is doubtful with the name of the run.
TEST_F(PageFigures, SaysOfSeveralRecordsWhatIsOfWhich) {
  json other = TestRecord();
  other["provenance"]["cpu"] = "Another CPU";
  other["provenance"]["dirty"] = false;
  json workloads = ReadTestdata("workloads.json");
  Show(PageContents{.records = {TestRecord(), other, workloads}}, kDesk);
  EXPECT_EQ(Text("#summary"), "2 traces \u00b7 2 workloads \u00b7 7 allocators");
  const std::string notices = Evaluate("document.getElementById('notices').textContent");
  EXPECT_TRUE(Has(notices, "Traces, run 1: 5 blocks only")) << notices;
  EXPECT_TRUE(Has(notices, "Traces, run 2: 5 blocks only")) << notices;
  EXPECT_TRUE(Has(notices, "Traces, run 1: Measured from a working tree")) << notices;
  EXPECT_FALSE(Has(notices, "Traces, run 2: Measured from a working tree")) << notices;
  workloads["provenance"]["cores"] = 2;
  Show(PageContents{.records = {TestRecord(), workloads}}, kDesk);
  EXPECT_EQ(Text("#summary"),
            "2 traces \u00b7 2 workloads \u00b7 7 allocators \u00b7 "
            "Example CPU @ 2.50GHz, 2 cores");
  EXPECT_TRUE(
      Has(Evaluate("document.getElementById('notices').textContent"), "Traces: 5 blocks only"));
  Show(TestRecord(), kDesk);
  EXPECT_TRUE(Has(Text("#summary"), "2 cores \u00b7 2026-11-23T08:00:00Z")) << Text("#summary");
}

// Every figure of a cell has a column, where anybody has it.
TEST_F(PageFigures, TheTableHasEveryFigure) {
  json record = TestRecord();
  const auto columns = [] {
    return Evaluate(
               "[...document.querySelectorAll('#preload-figures [data-column]')].map(one => "
               "one.dataset.column)")
        .get<std::vector<std::string>>();
  };
  const auto has = [&](const char* id) { return std::ranges::count(columns(), id) == 1; };
  Show(record, kDesk);
  for (const char* id : {"malloc_p50_ns", "malloc_p90_ns", "free_max_ns", "distortion"}) {
    EXPECT_TRUE(has(id)) << id;
  }
  for (const char* id : {"aligned_p50_ns", "count_instructions_per_op"})
    EXPECT_FALSE(has(id)) << id;
  Change(record, "jemalloc", "redis", [](json& cell) {
    cell["counts"] = {{"instructions_per_op", 123.0}};
    cell["outlier_blocks"] = {1, 4};
    cell["latency"]["distortion"] = 0.25;
    cell["latency"]["kinds"]["aligned"] = {{"p90_ns", 77.0}, {"max_ns", 4321.0}};
  });
  Change(record, "jemalloc", "python",
         [](json& cell) { cell["counts"] = {{"reason", "no valgrind"}}; });
  Show(record, kDesk);
  EXPECT_EQ(Figure("jemalloc", "redis", "count_instructions_per_op"), "123");
  EXPECT_EQ(Figure("jemalloc", "python", "count_instructions_per_op"), "\u2013");
  EXPECT_EQ(Figure("jemalloc", "redis", "outlier_blocks"), "2");
  EXPECT_EQ(Figure("jemalloc", "redis", "distortion"), "25 %");
  EXPECT_EQ(Figure("jemalloc", "redis", "aligned_p90_ns"), "77.0");
  EXPECT_EQ(Figure("jemalloc", "redis", "aligned_max_ns"), "4\u202f321");
  EXPECT_EQ(Figure("jemalloc", "python", "aligned_max_ns"), "\u2013");
  ExpectFitsTheWidth();
}

TEST_F(PageFigures, ARecordWithoutResultsSaysSo) {
  json record = TestRecord();
  record["cells"] = json::array();
  Show(record, kDesk);
  EXPECT_TRUE(Has(Text("main"), "The records hold no results.")) << Text("main");
  ExpectQuietAndOffline();
}

// Missing numbers are shown as missing; one table alone is shown alone.
TEST_F(PageFigures, ASparseRecordIsDrawn) {
  json record = TestRecord();
  json cells = json::array();
  for (const json& cell : record["cells"]) {
    if (cell["table"] != "preload") continue;
    cells.push_back({{"table", "preload"},
                     {"trace", cell["trace"]},
                     {"allocator", cell["allocator"]},
                     {"status", "ok"}});
  }
  record["cells"] = cells;
  record.erase("provenance");
  record.erase("noise");
  Show(record, kPhone);
  EXPECT_EQ(Rows("preload").size(), 6u);
  EXPECT_EQ(Evaluate("document.querySelectorAll('.view').length"), 1);
  EXPECT_EQ(Evaluate("document.querySelector('.switch').childNodes.length"), 0);
  EXPECT_TRUE(Has(Text(".answers"), "none to name")) << Text(".answers");
  ExpectQuietAndOffline();
}

TEST_F(PageFigures, NoTraceChosenIsSaid) {
  Show(TestRecord(), kDesk);
  Evaluate("document.querySelectorAll('#preload-answer .chooser button')[1].click()");
  browser().WaitForFrames();
  EXPECT_TRUE(Has(Text("#preload-answer .answers"), "no trace is chosen.")) << Text(".answers");
  EXPECT_TRUE(Rows("preload").empty());
  Evaluate("document.querySelectorAll('#preload-answer .chooser button')[0].click()");
  browser().WaitForFrames();
  EXPECT_EQ(Rows("preload").size(), 6u);
  ExpectQuietAndOffline();
}

}  // namespace
}  // namespace alloclab
