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

  // jemalloc's mean of that memory, of this record.
  static std::string BoardRowAfter(const json& record, const std::string& memory) {
    Show(record, kDesk);
    Choose("#preload-answer .head .choice select", memory);
    return BoardRow("jemalloc")[2];
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

// Of fewer than six blocks there is no interval of 95 %.
TEST_F(Answer, TheRangeOfFewBlocksIsNotCalledAnInterval) {
  const auto title = [](const char* selector) -> std::string {
    return Evaluate(std::string("document.querySelector('#preload-") + selector + "').title");
  };
  const auto set_blocks = [](json& record, const std::string& trace, std::size_t count) {
    Change(record, "", trace,
           [&](json& cell) { cell["ns_per_op_blocks"] = std::vector<double>(count, 20.0); });
  };
  json record = TestRecord();
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "(mean of 2 traces, interval 0.")) << Said();
  EXPECT_TRUE(Has(Text("#preload-answer figure"), "Lines: ranges of the blocks."));
  EXPECT_EQ(title("answer .board small[title]"), "interval");
  EXPECT_TRUE(Has(title("leads td.lead.leads"), "range of 5 blocks"));
  set_blocks(record, "", 15);
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "(mean of 2 traces, 95 % interval 0.")) << Said();
  EXPECT_TRUE(Has(Text("#preload-answer figure"), "Lines: 95 % intervals."));
  EXPECT_EQ(title("answer .board small[title]"), "95 % interval");
  EXPECT_TRUE(Has(title("leads td.lead.leads"), "95 % interval"));
  set_blocks(record, "redis", 3);
  Change(record, "system", "redis",
         [](json& cell) { cell["ns_per_op_blocks"] = std::vector<double>(15, 20.0); });
  Show(record, kDesk);
  EXPECT_TRUE(
      Has(Text("#preload-answer figure"), "Lines: 95 % intervals; below 6 blocks, their range."));
  EXPECT_EQ(title("answer .board small[title]"), "interval");
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

// Both of an allocator's cells: a ratio, its interval, of so many blocks, and where it stands.
void SetJudged(json& record, const std::string& allocator, double ratio, double low, double high,
               int blocks, const std::string& standing) {
  SetRatio(record, allocator, "", ratio, low, high);
  Change(record, allocator, "", [&](json& cell) {
    cell["ns_per_op_blocks"] = std::vector<double>(static_cast<std::size_t>(blocks), 20.0);
    cell["standing"] = standing;
  });
}

void SetNoise(json& record, const json& of_python, const json& of_redis) {
  record["noise"] = {{{"table", "preload"}, {"trace", "python"}, {"noise", of_python}},
                     {{"table", "preload"}, {"trace", "redis"}, {"noise", of_redis}}};
}

// A mean stands where bench/statistics/standing.h puts a single result, with the noise and the
// blocks that bench/publish/judged_mean.h gives it. Both cells have the same exact ratio, so that
// is the mean.
TEST_F(Answer, AMeanIsJudgedByItsNoiseAndItsBlocks) {
  const struct {
    double ratio, low, high;
    int blocks;
    const char* standing;  // of the cells
    json of_python, of_redis;
    const char* expected;
  } cases[] = {
      {0.91, 0.90, 0.92, 6, "faster", 1.01, 1.01, "faster than system"},
      // Five of one mind are no proof, and three none but of a plain difference.
      {0.91, 0.90, 0.92, 5, "unresolved", 1.01, 1.01, "not resolved against system"},
      {1.95, 1.90, 2.00, 3, "unresolved", 1.01, 1.01, "not resolved against system"},
      {2.20, 2.10, 2.30, 3, "unresolved", 1.01, 1.01, "slower than system"},
      {2.20, 2.10, 2.30, 2, "unresolved", 1.01, 1.01, "not resolved against system"},
      // Cells that are known in spite of few blocks.
      {1.50, 1.40, 1.60, 3, "slower", 1.01, 1.01, "slower than system"},
      // exp(sqrt(ln(1.3)^2 + ln(1.1)^2) / 2) is 1.1497, one over it 0.8698.
      {0.865, 0.865, 0.865, 6, "faster", 1.30, 1.10, "faster than system"},
      {0.875, 0.875, 0.875, 6, "faster", 1.30, 1.10, "not resolved against system"},
      {1.145, 1.145, 1.145, 6, "slower", 1.30, 1.10, "not resolved against system"},
      {1.155, 1.155, 1.155, 6, "slower", 1.30, 1.10, "slower than system"},
      // One pair may agree by luck: 1.005 at least.
      {0.996, 0.996, 0.996, 6, "faster", 1.001, 1.001, "the same as system, within 3 %"},
      {0.994, 0.994, 0.994, 6, "faster", 1.001, 1.001, "faster than system"},
      // Without a pair no difference is known to be one.
      {0.50, 0.49, 0.51, 6, "faster", nullptr, 1.01, "not resolved against system"},
      // exp(ln(1.05) / sqrt(2)) is 1.035, and of 1.04 it is 1.028: that the one noise moves a row
      // out of 3 % and the other does not.
      {1.00, 1.00, 1.00, 6, "same", 1.05, 1.05, "not resolved against system"},
      {1.00, 1.00, 1.00, 6, "same", 1.04, 1.04, "the same as system, within 3 %"},
  };
  for (const auto& c : cases) {
    json record = TestRecord();
    SetNoise(record, c.of_python, c.of_redis);
    SetJudged(record, "jemalloc", c.ratio, c.low, c.high, c.blocks, c.standing);
    // A mean's interval is narrower by the root of two than those that it is made of.
    for (json& cell : record["cells"]) {
      if (cell["allocator"] != "jemalloc") continue;
      cell["ratio_to_system_interval"] = {c.ratio * std::pow(c.low / c.ratio, std::sqrt(2)),
                                          c.ratio * std::pow(c.high / c.ratio, std::sqrt(2))};
    }
    Show(record, kDesk);
    EXPECT_EQ(Evaluate("document.querySelector('#preload-answer .board .sign').title"), c.expected)
        << c.ratio << ", " << c.blocks << " blocks, noise " << c.of_python << " and " << c.of_redis;
  }
}

// Against system nobody is ranked by intervals alone.
TEST_F(Answer, WhoIsFasterThanSystemIsByStanding) {
  json record = WhereAllFinished();
  SetNoise(record, 1.01, 1.01);
  for (const char* allocator : {"jemalloc", "mimalloc", "system"}) {
    Change(record, allocator, "", [](json& cell) { cell["resident_bytes_peak"] = 1 << 20; });
  }
  SetJudged(record, "mimalloc", 2.5, 2.4, 2.6, 15, "slower");
  SetJudged(record, "jemalloc", 1.02, 1.015, 1.025, 5, "unresolved");
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(),
                  "system: the mean of nobody shown is lower (mean of 2 traces). Not "
                  "resolved against jemalloc."))
      << Said();
  EXPECT_TRUE(Has(Said(), "system and jemalloc: nobody is better in both")) << Said();
  SetJudged(record, "jemalloc", 1.06, 1.05, 1.07, 15, "slower");
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "Next is jemalloc with 1.06\u00d7, which is known to be slower."))
      << Said();
  EXPECT_TRUE(Has(Said(), "system: nobody is better in both")) << Said();
  SetJudged(record, "jemalloc", 0.98, 0.975, 0.985, 5, "unresolved");
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "Not resolved against system.")) << Said();
  SetJudged(record, "jemalloc", 0.995, 0.99, 0.998, 15, "same");
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "The same within 3 %: system.")) << Said();
  EXPECT_FALSE(Has(Said(), "intervals")) << Said();
}

// What is not there cannot meet.
TEST_F(Answer, WithoutIntervalsNobodyIsKnownToBeSlower) {
  json record = WhereAllFinished();
  SetRatio(record, "mimalloc", "", 0.5, 0.5, 0.5);
  SetRatio(record, "jemalloc", "", 0.9, 0.9, 0.9);
  Change(record, "jemalloc", "", [](json& cell) { cell["ratio_to_system_interval"] = nullptr; });
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "Not resolved against jemalloc: an interval is missing.")) << Said();
  EXPECT_FALSE(Has(Said(), "do not meet")) << Said();
}

TEST_F(Answer, WithoutSystemNothingIsSaidToBeResolved) {
  json record = TestRecord();
  for (json& cell : record["cells"]) {
    if (cell["table"] != "preload") continue;
    if (cell["allocator"] == "system") cell["status"] = "failed";
    cell["ratio_to_system"] = cell["ratio_to_system_interval"] = cell["standing"] = nullptr;
  }
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "Not resolved\neverything: no result shown could be held against"))
      << Said();
  EXPECT_FALSE(Has(Said(), "every result is told")) << Said();
}

// A trace on which anybody seems to hold less than is live is in nobody's mean of what is held.
TEST_F(Answer, MemoryThatIsNotKnownIsInNoMean) {
  json plain = TestRecord();
  Change(plain, "jemalloc", "python", [](json& cell) { cell["held_over_live_peak"] = 9.9; });
  json record = plain;
  Change(record, "system", "python", [](json& cell) { cell["held_bytes_peak"] = 1000; });
  double of_redis = 0;
  Change(record, "jemalloc", "redis",
         [&](const json& cell) { of_redis = cell["held_over_live_peak"]; });
  BoardRowAfter(record, "resident");
  EXPECT_FALSE(Has(Text("#preload-answer"), "Memory not known"));
  Choose("#preload-answer .head .choice select", "overLive");
  EXPECT_EQ(BoardRow("jemalloc")[2], Digits(of_redis) + "\u00d7");
  EXPECT_TRUE(
      Has(Text("#preload-answer"),
          "Memory not known: system on python, where not all that was live was resident. So "
          "python is in nobody\u2019s mean of memory."))
      << Text("#preload-answer");
  EXPECT_EQ(Figure("system", "python", "held_bytes_peak"), "\u2013");
  EXPECT_NE(Figure("system", "redis", "held_bytes_peak"), "\u2013");
  // Less than live by one of the ratios alone, or a ratio that is none.
  record = plain;
  Change(record, "mimalloc", "python", [](json& cell) { cell["held_over_live_mean"] = 0.9; });
  EXPECT_EQ(BoardRowAfter(record, "overLive"), Digits(of_redis) + "\u00d7");
  record = plain;
  Change(record, "mimalloc", "python", [](json& cell) { cell["held_over_live_at_held_peak"] = 0; });
  EXPECT_EQ(BoardRowAfter(record, "overLive"), Digits(of_redis) + "\u00d7");
  EXPECT_NE(Figure("mimalloc", "python", "held_bytes_peak"), "\u2013");
  record = TestRecord();
  Change(record, "jemalloc", "python", [](json& cell) { cell["resident_bytes_peak"] = 99; });
  const std::string of_both = BoardRowAfter(record, "resident");
  Change(record, "mimalloc", "python", [](json& cell) { cell["resident_bytes_peak"] = 0; });
  EXPECT_NE(BoardRowAfter(record, "resident"), of_both);
  EXPECT_TRUE(Has(Text("#preload-answer"), "mimalloc on python, of which no page became resident"));
}

TEST_F(PageAnswers, WritesBytesInBinaryUnits) {
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

// Several records: what all agree in is said once, what is doubtful with the name of the run.
TEST_F(PageAnswers, SaysOfSeveralRecordsWhatIsOfWhich) {
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
TEST_F(PageAnswers, TheTableHasEveryFigure) {
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
