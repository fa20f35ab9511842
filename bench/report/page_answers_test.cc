// What the page says, checked against figures computed from the record by this file's own code.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench/report/page_in_browser.h"

namespace alloclab {
namespace {

using nlohmann::json;

using PageAnswers = PageInBrowser;

// Three significant digits, as the page writes numbers from 0.1 to 99.
std::string Digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", value < 1 ? 3 : value < 10 ? 2 : 1, value);
  return text;
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Calls `change` on every cell of the preloaded table of this allocator and trace; "" for all.
void Change(json& record, const std::string& allocator, const std::string& trace,
            const std::function<void(json&)>& change) {
  for (json& cell : record["cells"]) {
    if (cell["table"] != "preload" || cell["status"] != "ok") continue;
    if (!allocator.empty() && cell["allocator"] != allocator) continue;
    if (!trace.empty() && cell["trace"] != trace) continue;
    change(cell);
  }
}

void SetRatio(json& record, const std::string& allocator, const std::string& trace, double ratio,
              double low, double high) {
  Change(record, allocator, trace, [&](json& cell) {
    cell["ratio_to_system"] = ratio;
    cell["ratio_to_system_interval"] = {low, high};
  });
}

// A record in which mimalloc, too, has finished redis.
json WhereAllFinished() {
  json record = TestRecord();
  json python;
  for (const json& cell : record["cells"]) {
    if (cell["allocator"] == "mimalloc" && cell["trace"] == "python") python = cell;
  }
  for (json& cell : record["cells"]) {
    if (cell["allocator"] == "mimalloc" && cell["trace"] == "redis") {
      cell = python;
      cell["trace"] = "redis";
    }
  }
  return record;
}

class Answer : public PageAnswers {
 protected:
  static std::string Said() { return Text(".view:not([hidden]) .answers"); }

  // The row of an allocator in the table of means: its cells' texts.
  static std::vector<std::string> BoardRow(const std::string& allocator) {
    return Evaluate(
               "[...[...document.querySelectorAll('.view:not([hidden]) .board tbody tr')].find(row "
               "=> row.cells[0].innerText.trim() === '" +
               allocator + "').cells].map(cell => cell.innerText)")
        .get<std::vector<std::string>>();
  }
};

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

TEST_F(Answer, TheFastestAndTheLeanestOfThoseThatFinishedEverything) {
  json record = TestRecord();
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "jemalloc takes " +
                              Digits(*MeanOf(record, "preload", "jemalloc", "ratio_to_system")) +
                              "\u00d7 the time of system (mean of 2 traces"))
      << Said();
  const double memory = *MeanOf(record, "preload", "jemalloc", "resident_bytes_peak") /
                        *MeanOf(record, "preload", "system", "resident_bytes_peak");
  EXPECT_TRUE(Has(Said(), "jemalloc needs " + Digits(memory) + "\u00d7 the memory of system"))
      << Said();
  // mimalloc was faster than jemalloc where it did not fail.
  EXPECT_TRUE(Has(Said(), "mimalloc failed on 1 of 2 (redis). Who failed is not ranked."))
      << Said();
  EXPECT_EQ(BoardRow("mimalloc")[1], "\u2715 failed on 1 of 2: not ranked");
  Show(WhereAllFinished(), kDesk);
  EXPECT_TRUE(Has(Said(), "mimalloc takes 0.671\u00d7")) << Said();
}

// The way to compare who failed: over the traces that all finished.
TEST_F(Answer, WhoFailedIsComparedWhereAllFinished) {
  Show(TestRecord(), kDesk);
  Evaluate("document.querySelector('#preload-answer .answers button').focus()");
  browser().PressKey("Enter");
  EXPECT_TRUE(Has(Said(), "mimalloc takes 0.671\u00d7 the time of system (on python")) << Said();
  EXPECT_FALSE(Has(Said(), "failed")) << Said();
}

TEST_F(Answer, MemoryIsWhatIsChosen) {
  const json record = TestRecord();
  Show(record, kDesk);
  const auto mean = [&](const char* allocator, const char* field) {
    return *MeanOf(record, "preload", allocator, field);
  };
  const auto over_system = [&](const char* field) {
    return Digits(mean("jemalloc", field) / mean("system", field)) + "\u00d7";
  };
  EXPECT_EQ(BoardRow("jemalloc")[2], over_system("resident_bytes_peak"));
  const json resident = Picture("preload-answer", "Time against");
  Choose("#preload-answer .head .choice select", "held");
  EXPECT_EQ(BoardRow("jemalloc")[2], over_system("held_bytes_peak"));
  Choose("#preload-answer .head .choice select", "overLive");
  EXPECT_EQ(BoardRow("jemalloc")[2], Digits(mean("jemalloc", "held_over_live_peak")) + "\u00d7");
  EXPECT_EQ(BoardRow("system")[2], Digits(mean("system", "held_over_live_peak")) + "\u00d7");
  EXPECT_TRUE(Picture("preload-answer", "Time against") != resident);
}

// The interval of a mean against the spread of means that are drawn: each trace's logarithm has a
// normal error of its own, of which the interval is 1.96 standard errors to either side.
TEST_F(Answer, TheIntervalOfAMeanIsThatOfIndependentErrors) {
  constexpr std::uint64_t kSeed = 20261127;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  const double ratios[] = {0.5, 0.8};
  const double errors[] = {0.04, 0.09};
  json record = TestRecord();
  const char* traces[] = {"python", "redis"};
  for (int i = 0; i < 2; ++i) {
    SetRatio(record, "jemalloc", traces[i], ratios[i], ratios[i] * std::exp(-1.96 * errors[i]),
             ratios[i] * std::exp(1.96 * errors[i]));
  }
  std::mt19937_64 random(kSeed);
  std::vector<double> means(200'000);
  for (double& mean : means) {
    double sum = 0;
    for (int i = 0; i < 2; ++i) {
      sum += std::log(ratios[i]) + std::normal_distribution<double>(0, errors[i])(random);
    }
    mean = std::exp(sum / 2);
  }
  std::sort(means.begin(), means.end());
  Show(record, kDesk);
  const std::string row = BoardRow("jemalloc")[1];
  double mean = 0;
  double low = 0;
  double high = 0;
  ASSERT_EQ(std::sscanf(row.substr(0, 5).c_str(), "%lf", &mean), 1) << row;
  ASSERT_EQ(std::sscanf(row.substr(row.rfind('\n') + 1).c_str(), "%lf\u2013%lf", &low, &high), 2)
      << row;
  EXPECT_NEAR(mean, std::sqrt(0.5 * 0.8), 0.001);
  EXPECT_NEAR(low, means[means.size() / 40], 0.002);
  EXPECT_NEAR(high, means[means.size() - means.size() / 40], 0.002);
}

// Each side on its own: what is exact above stays exact above.
TEST_F(Answer, ASkewedIntervalStaysSkewed) {
  json record = TestRecord();
  SetRatio(record, "jemalloc", "python", 0.6, 0.3, 0.6);
  SetRatio(record, "jemalloc", "redis", 0.6, 0.6, 0.6);
  Show(record, kDesk);
  // Half of the one trace's reach, which is a factor of 2: a factor of the root of 2.
  EXPECT_TRUE(Has(BoardRow("jemalloc")[1], "0.424\u20130.600")) << BoardRow("jemalloc")[1];
}

TEST_F(Answer, AMissingIntervalIsNotInvented) {
  json record = TestRecord();
  Change(record, "jemalloc", "redis",
         [](json& cell) { cell["ratio_to_system_interval"] = nullptr; });
  Show(record, kDesk);
  EXPECT_EQ(BoardRow("jemalloc")[1].find('\n'), std::string::npos) << BoardRow("jemalloc")[1];
  EXPECT_FALSE(Has(Said(), "95 % interval")) << Said();
}

TEST_F(Answer, SaysWhoIsNotToldFromTheFastest) {
  json record = WhereAllFinished();
  for (const char* trace : {"python", "redis"}) {
    SetRatio(record, "mimalloc", trace, 0.6, 0.55, 0.65);
    SetRatio(record, "jemalloc", trace, 0.7, 0.6, 0.8);
  }
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "Not resolved against jemalloc: their intervals meet.")) << Said();
  for (const char* trace : {"python", "redis"})
    SetRatio(record, "jemalloc", trace, 0.8, 0.75, 0.85);
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "Next is jemalloc with 0.800\u00d7; their intervals do not meet."))
      << Said();
}

// Slower and needing more is beaten; slower only as far as is not resolved is not.
TEST_F(Answer, NamesThoseThatNobodyBeatsInBoth) {
  json record = WhereAllFinished();
  for (const char* trace : {"python", "redis"}) {
    SetRatio(record, "mimalloc", trace, 0.6, 0.58, 0.62);
    SetRatio(record, "jemalloc", trace, 0.8, 0.78, 0.82);
    Change(record, "mimalloc", trace, [](json& cell) { cell["resident_bytes_peak"] = 1 << 20; });
    Change(record, "jemalloc", trace, [](json& cell) { cell["resident_bytes_peak"] = 2 << 20; });
    Change(record, "system", trace, [](json& cell) { cell["resident_bytes_peak"] = 3 << 20; });
  }
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "mimalloc: nobody is better in both")) << Said();
  for (const char* trace : {"python", "redis"})
    SetRatio(record, "jemalloc", trace, 0.63, 0.6, 0.66);
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "mimalloc and jemalloc: nobody is better in both")) << Said();
}

TEST_F(Answer, CountsLeadsAndWhatIsNotResolved) {
  json record = TestRecord();
  Show(record, kDesk);
  SwitchTo("in_process");
  // As the record says: bump leads python, segregated_bins redis, where it is not told from system.
  EXPECT_TRUE(Has(Said(), "segregated_bins on 1, bump on 1, of 2 traces.")) << Said();
  EXPECT_EQ(BoardRow("segregated_bins")[3], "1 of 2");
  EXPECT_EQ(BoardRow("boundary_tags")[3], "0 of 2");
  EXPECT_TRUE(Has(Said(), "1 of 5 results against system.")) << Said();
  Evaluate("document.querySelector('#in_process-answer .answers details').open = true");
  EXPECT_TRUE(Has(Said(), "segregated_bins on redis: 0.891\u00d7, about 40 blocks would tell"))
      << Said();
  // And in the table of all traces, with words beside the signs.
  EXPECT_EQ(Evaluate("[...document.querySelectorAll('#in_process-leads tbody td')].filter(cell => "
                     "cell.textContent.includes('not resolved')).length"),
            1);
  EXPECT_EQ(Evaluate("document.querySelectorAll('#in_process-leads td.leads').length"), 2);
  EXPECT_EQ(Evaluate("document.querySelectorAll('#in_process-leads td.failed-cell').length"), 1);
  Change(record, "", "", [](json& cell) { cell["standing"] = "same"; });
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "Not resolved\nnothing:")) << Said();
}

// The mean of two noises is met by an interval that no trace's own noise meets.
TEST_F(Answer, AMeanWithinTheNoiseIsNotResolved) {
  json record = TestRecord();
  record["noise"] = {{{"table", "preload"}, {"trace", "python"}, {"noise", 1.30}},
                     {{"table", "preload"}, {"trace", "redis"}, {"noise", 1.10}}};
  const auto sign = [&](double ratio) {
    for (const char* trace : {"python", "redis"}) {
      SetRatio(record, "jemalloc", trace, ratio, ratio, ratio);
    }
    Show(record, kDesk);
    return Evaluate("document.querySelector('#preload-answer .board .sign').title");
  };
  // The root of 1.3 * 1.1 is 1.196.
  EXPECT_EQ(sign(0.85), "not resolved against system");
  EXPECT_EQ(sign(0.83), "faster than system");
  EXPECT_EQ(sign(0.98), "the same as system, within 3 %");
}

TEST_F(PageAnswers, WritesBytesInBinaryUnits) {
  const std::vector<std::pair<std::int64_t, std::string>> cases = {
      {0, "0 B"},         {1023, "1023 B"},      {1024, "1.00 KiB"},
      {1536, "1.50 KiB"}, {1 << 20, "1.00 MiB"}, {std::int64_t{5} << 30, "5.00 GiB"}};
  for (const auto& [bytes, text] : cases) {
    json record = TestRecord();
    Change(record, "jemalloc", "redis", [&](json& cell) { cell["resident_bytes_peak"] = bytes; });
    Show(record, kDesk);
    EXPECT_EQ(
        Evaluate("(table => [...table.tBodies[0].rows].find(row => row.cells[0].textContent === "
                 "'jemalloc' && row.cells[1].textContent === 'redis').cells[[..."
                 "table.tHead.rows[0].cells].findIndex(head => head.firstChild.dataset.column === "
                 "'resident_bytes_peak')].textContent)"
                 "(document.querySelector('#preload-figures table'))"),
        text);
  }
}

TEST_F(PageAnswers, SaysWhatIsDoubtful) {
  Show(TestRecord(), kDesk);
  const std::string notices = Evaluate("document.getElementById('notices').textContent");
  for (const char* part : {"4 doubts", "5 blocks only", "no commit holds",
                           "redis is tainted: 3 frees", "1 result of 14"}) {
    EXPECT_NE(notices.find(part), std::string::npos) << part << " in " << notices;
  }
  SwitchTo("in_process");
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
  EXPECT_TRUE(Has(Text("main"), "The records hold no results.")) << Text("main");
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
  record.erase("noise");
  Show(record, kPhone);
  EXPECT_EQ(Rows("preload").size(), 6u);
  EXPECT_EQ(Evaluate("document.querySelectorAll('.view').length"), 1);
  EXPECT_EQ(Evaluate("document.querySelector('.switch').childNodes.length"), 0);
  EXPECT_TRUE(Has(Text(".answers"), "none to name")) << Text(".answers");
  ExpectQuietAndOffline();
}

TEST_F(PageAnswers, NoTraceChosenIsSaid) {
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
