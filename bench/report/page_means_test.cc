// The means over traces in the page: their intervals, when they are resolved, and what is in none.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "bench/report/answering_page.h"
#include "bench/report/edited_record.h"
#include "bench/report/page_in_browser.h"

namespace alloclab {
namespace {

using nlohmann::json;

using PageMeans = AnsweringPage;

// The interval of a mean against the spread of means that are drawn: each trace's logarithm has a
// normal error of its own, of which the interval is 1.96 standard errors to either side.
TEST_F(PageMeans, TheIntervalOfAMeanIsThatOfIndependentErrors) {
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
TEST_F(PageMeans, ASkewedIntervalStaysSkewed) {
  json record = TestRecord();
  SetRatio(record, "jemalloc", "python", 0.6, 0.3, 0.6);
  SetRatio(record, "jemalloc", "redis", 0.6, 0.6, 0.6);
  Show(record, kDesk);
  // Half of the one trace's reach, which is a factor of 2: a factor of the root of 2.
  EXPECT_TRUE(Has(BoardRow("jemalloc")[1], "0.424\u20130.600")) << BoardRow("jemalloc")[1];
}

TEST_F(PageMeans, AMissingIntervalIsNotInvented) {
  json record = TestRecord();
  Change(record, "jemalloc", "redis",
         [](json& cell) { cell["ratio_to_system_interval"] = nullptr; });
  Show(record, kDesk);
  EXPECT_EQ(BoardRow("jemalloc")[1].find('\n'), std::string::npos) << BoardRow("jemalloc")[1];
  EXPECT_FALSE(Has(Said(), "95 % interval")) << Said();
}

// Of fewer than six blocks there is no interval of 95 %.
TEST_F(PageMeans, TheRangeOfFewBlocksIsNotCalledAnInterval) {
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

// A mean stands where bench/statistics/standing.h puts a single result, with the noise and the
// blocks that bench/publish/judged_mean.h gives it. Both cells have the same exact ratio, so that
// is the mean.
TEST_F(PageMeans, AMeanIsJudgedByItsNoiseAndItsBlocks) {
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

// A trace on which anybody seems to hold less than is live is in nobody's mean of what is held.
TEST_F(PageMeans, MemoryThatIsNotKnownIsInNoMean) {
  const auto mean_of_jemalloc = [](const json& of, const std::string& memory) {
    Show(of, kDesk);
    Choose("#preload-answer .choosing .choice select", memory);
    return BoardRow("jemalloc")[2];
  };
  json plain = TestRecord();
  Change(plain, "jemalloc", "python", [](json& cell) { cell["held_over_live_peak"] = 9.9; });
  json record = plain;
  Change(record, "system", "python", [](json& cell) { cell["held_bytes_peak"] = 1000; });
  double of_redis = 0;
  Change(record, "jemalloc", "redis",
         [&](const json& cell) { of_redis = cell["held_over_live_peak"]; });
  mean_of_jemalloc(record, "resident");
  EXPECT_FALSE(Has(Text("#preload-answer"), "Memory not known"));
  Choose("#preload-answer .choosing .choice select", "overLive");
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
  EXPECT_EQ(mean_of_jemalloc(record, "overLive"), Digits(of_redis) + "\u00d7");
  record = plain;
  Change(record, "mimalloc", "python", [](json& cell) { cell["held_over_live_at_held_peak"] = 0; });
  EXPECT_EQ(mean_of_jemalloc(record, "overLive"), Digits(of_redis) + "\u00d7");
  EXPECT_NE(Figure("mimalloc", "python", "held_bytes_peak"), "\u2013");
  record = TestRecord();
  Change(record, "jemalloc", "python", [](json& cell) { cell["resident_bytes_peak"] = 99; });
  const std::string of_both = mean_of_jemalloc(record, "resident");
  Change(record, "mimalloc", "python", [](json& cell) { cell["resident_bytes_peak"] = 0; });
  EXPECT_NE(mean_of_jemalloc(record, "resident"), of_both);
  EXPECT_TRUE(Has(Text("#preload-answer"), "mimalloc on python, of which no page became resident"));
}

}  // namespace
}  // namespace alloclab
