// What the page says, checked against figures computed from the record by this file's own code.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/report/page_in_browser.h"

namespace alloclab {
namespace {

using nlohmann::json;

using PageAnswers = PageInBrowser;

// The geometric mean of one figure over an allocator's traces; nothing when one of them failed.
std::optional<double> MeanOf(const json& record, const std::string& table,
                             const std::string& allocator, const std::string& field) {
  double product = 1;
  int count = 0;
  for (const json& cell : record["cells"]) {
    if (cell["table"] != table || cell["allocator"] != allocator) continue;
    if (cell["status"] != "ok") return std::nullopt;
    product *= cell[field].get<double>();
    ++count;
  }
  return std::pow(product, 1.0 / count);
}

// The allocator with the smallest mean, and that mean with three digits as the page writes it.
std::string Best(const json& record, const std::string& table, const std::string& field) {
  std::pair<double, std::string> best = {HUGE_VAL, ""};
  for (const json& allocator : record["allocators"]) {
    if (allocator["table"] != table) continue;
    const std::optional<double> mean = MeanOf(record, table, allocator["name"], field);
    if (mean) best = std::min(best, {*mean, allocator["name"].get<std::string>()});
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", best.first < 1 ? 3 : 2, best.first);
  return best.second + "|" + text;
}

TEST_F(PageAnswers, AnswersWithTheBestThatFinishedEverything) {
  json record = TestRecord();
  Show(record, kDesk);
  for (const std::string table : {"in_process", "preload"}) {
    const std::string card = "document.querySelector('#" + table + "-answer .answers').innerText";
    const std::string said = Evaluate(card);
    const auto expect = [&](const char* label, const std::string& best, const char* verb) {
      const std::size_t bar = best.find('|');
      const std::string sentence =
          label + best.substr(0, bar) + verb + best.substr(bar + 1) + "\u00d7";
      EXPECT_NE(said.find(sentence), std::string::npos) << sentence << " not in " << said;
    };
    expect("Fastest: ", Best(record, table, "ratio_to_system"), ", ");
    expect("Leanest: ", Best(record, table, "held_over_live_peak"), ", peak held ");
  }
  // mimalloc was faster than jemalloc where it did not fail.
  for (json& cell : record["cells"]) {
    if (cell["allocator"] == "mimalloc" && cell["trace"] == "redis") {
      for (const json& other : record["cells"]) {
        if (other["allocator"] == "mimalloc" && other["trace"] == "python") cell = other;
      }
      cell["trace"] = "redis";
    }
  }
  Show(record, kDesk);
  const std::string said = Evaluate("document.querySelector('#preload-answer .answers').innerText");
  EXPECT_NE(said.find("Fastest: mimalloc"), std::string::npos) << said;
}

// The order of the two fastest is called open exactly where their blocks overlap.
TEST_F(PageAnswers, SaysWhatIsNotResolved) {
  json record = TestRecord();
  const auto set_range = [&](const char* allocator, const char* trace, double low, double high) {
    for (json& cell : record["cells"]) {
      if (cell["table"] != "preload" || cell["allocator"] != allocator || cell["trace"] != trace) {
        continue;
      }
      cell["ns_per_op_min"] = low;
      cell["ns_per_op_max"] = high;
    }
  };
  const auto said = [&] {
    Show(record, kDesk);
    return Evaluate("document.querySelector('#preload-answer .answers li').innerText")
        .get<std::string>();
  };
  for (const char* trace : {"python", "redis"}) {
    set_range("jemalloc", trace, 10, 12);
    set_range("system", trace, 13, 15);
  }
  EXPECT_NE(said().find("system, is slower in every block of every trace."), std::string::npos);
  set_range("system", "redis", 12, 15);
  EXPECT_NE(said().find("system: their blocks overlap on 1 of 2 traces."), std::string::npos);
  set_range("system", "redis", 8, 9);
  EXPECT_NE(said().find("system, is faster in every block on 1 of 2 traces."), std::string::npos);
}

TEST_F(PageAnswers, WritesBytesInBinaryUnits) {
  const std::vector<std::pair<std::int64_t, std::string>> cases = {
      {0, "0 B"},         {1023, "1023 B"},      {1024, "1.00 KiB"},
      {1536, "1.50 KiB"}, {1 << 20, "1.00 MiB"}, {std::int64_t{5} << 30, "5.00 GiB"}};
  json record = TestRecord();
  for (std::size_t i = 0; i < cases.size(); ++i) {
    record["cells"][i]["status"] = "ok";
    record["cells"][i]["resident_bytes_peak"] = cases[i].first;
  }
  Show(record, kDesk);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const json& cell = record["cells"][i];
    const json shown = Evaluate(
        "(table => [...table.tBodies[0].rows].find(row => row.cells[0].textContent === " +
        cell["allocator"].dump() + " && row.cells[1].textContent === " + cell["trace"].dump() +
        ").cells[[...table.tHead.rows[0].cells].findIndex(head => "
        "head.firstChild.dataset.column === 'resident_bytes_peak')].textContent)"
        "(document.querySelector('#" +
        cell["table"].get<std::string>() + " table'))");
    EXPECT_EQ(shown, cases[i].second);
  }
}

TEST_F(PageAnswers, SaysWhatIsDoubtful) {
  Show(TestRecord(), kDesk);
  const std::string notices = Evaluate("document.getElementById('notices').textContent");
  for (const char* part :
       {"5 blocks only", "no commit holds", "redis is tainted: 3 frees", "1 result of 14"}) {
    EXPECT_NE(notices.find(part), std::string::npos) << part << " in " << notices;
  }
  EXPECT_EQ(Evaluate("document.querySelectorAll('td.number.marked').length"), 1);
  json record = TestRecord();
  record["provenance"]["blocks"] = 15;
  record["provenance"]["dirty"] = false;
  record["traces"][1]["tainted"] = "";
  for (json& cell : record["cells"]) {
    if (cell["status"] == "ok") cell["floor_share"] = 0.5;
  }
  Show(record, kDesk);
  EXPECT_EQ(Evaluate("document.getElementById('notices').textContent"), "");
}

TEST_F(PageAnswers, ARecordWithoutResultsSaysSo) {
  json record = TestRecord();
  record["cells"] = json::array();
  Show(record, kDesk);
  const std::string text = Evaluate("document.getElementById('main').innerText");
  EXPECT_NE(text.find("The record holds no results."), std::string::npos) << text;
  ExpectQuietAndOffline();
}

// Missing numbers are shown as missing; one table alone is shown alone.
TEST_F(PageAnswers, ASparseRecordIsDrawn) {
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
  Show(record, kPhone);
  EXPECT_EQ(Rows("preload").size(), 6u);
  EXPECT_EQ(Evaluate("document.getElementById('in_process')"), json());
  ExpectQuietAndOffline();
}

}  // namespace
}  // namespace alloclab
