// Who is fastest, who is leanest and who is not told from whom, as the page answers: checked
// against figures computed from the record by this file's own code.

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "bench/report/answering_page.h"
#include "bench/report/edited_record.h"
#include "bench/report/page_in_browser.h"

namespace alloclab {
namespace {

using nlohmann::json;

using PageAnswers = AnsweringPage;

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

TEST_F(PageAnswers, TheFastestAndTheLeanestOfThoseThatFinishedEverything) {
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
TEST_F(PageAnswers, WhoFailedIsComparedWhereAllFinished) {
  Show(TestRecord(), kDesk);
  Evaluate("document.querySelector('#preload-answer .answers button').focus()");
  browser().PressKey("Enter");
  EXPECT_TRUE(Has(Said(), "mimalloc takes 0.671\u00d7 the time of system (on python")) << Said();
  EXPECT_FALSE(Has(Said(), "failed")) << Said();
}

// After a sentence about the next one it must be said of whom.
TEST_F(PageAnswers, SaysWhoseTimeIsMostlyFloor) {
  json record = WhereAllFinished();
  for (json& cell : record["cells"]) {
    if (cell["status"] == "ok") cell["floor_share"] = 0.1;
  }
  SetRatio(record, "mimalloc", "", 0.6, 0.58, 0.62);
  SetRatio(record, "jemalloc", "", 0.8, 0.78, 0.82);
  Change(record, "jemalloc", "", [](json& cell) { cell["floor_share"] = 0.6; });
  Show(record, kDesk);
  EXPECT_FALSE(Has(Said(), "floor")) << Said();
  Change(record, "mimalloc", "redis", [](json& cell) { cell["floor_share"] = 0.6; });
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(),
                  "intervals do not meet. \u26a0 On redis the time of mimalloc is mostly "
                  "floor: what the replay takes with an allocator that does nothing."))
      << Said();
}

TEST_F(PageAnswers, MemoryIsWhatIsChosen) {
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
  Choose("#preload-answer .choosing .choice select", "held");
  EXPECT_EQ(BoardRow("jemalloc")[2], over_system("held_bytes_peak"));
  Choose("#preload-answer .choosing .choice select", "overLive");
  EXPECT_EQ(BoardRow("jemalloc")[2], Digits(mean("jemalloc", "held_over_live_peak")) + "\u00d7");
  EXPECT_EQ(BoardRow("system")[2], Digits(mean("system", "held_over_live_peak")) + "\u00d7");
  EXPECT_TRUE(Picture("preload-answer", "Time against") != resident);
}

TEST_F(PageAnswers, SaysWhoIsNotToldFromTheFastest) {
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
TEST_F(PageAnswers, NamesThoseThatNobodyBeatsInBoth) {
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

// Memory varies from run to run: two per cent are no merit.
TEST_F(PageAnswers, MemoryThatIsAlmostTheSameIsNotRanked) {
  json record = WhereAllFinished();
  SetNoise(record, 1.005, 1.005);
  SetJudged(record, "mimalloc", 0.6, 0.58, 0.62, 15, "faster");
  SetJudged(record, "jemalloc", 0.8, 0.78, 0.82, 15, "faster");
  const auto set_memory = [&](const char* allocator, int kibibytes) {
    Change(record, allocator, "",
           [&](json& cell) { cell["resident_bytes_peak"] = kibibytes << 10; });
  };
  set_memory("system", 1000);
  set_memory("mimalloc", 1019);
  set_memory("jemalloc", 1100);
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "system and mimalloc: 1.00\u00d7 and 1.02\u00d7 (peak resident"))
      << Said();
  EXPECT_TRUE(Has(Said(), "Memory within 2 % is told as the same")) << Said();
  EXPECT_TRUE(Has(Said(), "Unbeaten\nmimalloc: nobody")) << Said();
  set_memory("mimalloc", 1021);
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "Leanest\nsystem: nobody shown needs less")) << Said();
  EXPECT_TRUE(Has(Said(), "Unbeaten\nmimalloc and system: nobody")) << Said();
  set_memory("jemalloc", 1001);  // by 1.96 % less than mimalloc, which is faster
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "Leanest\nsystem and jemalloc: 1.00\u00d7 and 1.00\u00d7")) << Said();
  EXPECT_TRUE(Has(Said(), "Unbeaten\nmimalloc: nobody")) << Said();
}

TEST_F(PageAnswers, CountsLeadsAndWhatIsNotResolved) {
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

// Against system nobody is ranked by intervals alone.
TEST_F(PageAnswers, WhoIsFasterThanSystemIsByStanding) {
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
TEST_F(PageAnswers, WithoutIntervalsNobodyIsKnownToBeSlower) {
  json record = WhereAllFinished();
  SetRatio(record, "mimalloc", "", 0.5, 0.5, 0.5);
  SetRatio(record, "jemalloc", "", 0.9, 0.9, 0.9);
  Change(record, "jemalloc", "", [](json& cell) { cell["ratio_to_system_interval"] = nullptr; });
  Show(record, kDesk);
  EXPECT_TRUE(Has(Said(), "Not resolved against jemalloc: an interval is missing.")) << Said();
  EXPECT_FALSE(Has(Said(), "do not meet")) << Said();
}

TEST_F(PageAnswers, WithoutSystemNothingIsSaidToBeResolved) {
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

}  // namespace
}  // namespace alloclab
