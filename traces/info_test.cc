// The summary against slow counts over the same events.

#include "traces/info.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

TEST(Histogram, AgreesWithSortedNumbers) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  Histogram histogram;
  std::vector<std::uint64_t> numbers = {0, UINT64_MAX, 63, 64, 65};
  for (int i = 0; i < 5000; ++i) numbers.push_back(random() >> (random() % 64));
  for (const std::uint64_t number : numbers) histogram.Add(number);
  std::sort(numbers.begin(), numbers.end());
  for (const double fraction : {0.001, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0}) {
    const double rank = std::ceil(fraction * static_cast<double>(numbers.size()));
    const std::uint64_t exact = numbers[static_cast<std::size_t>(rank) - 1];
    EXPECT_GE(histogram.Percentile(fraction), exact) << "seed " << seed;
    EXPECT_LE(histogram.Percentile(fraction) - exact, exact / 32) << "seed " << seed;
  }
  for (int bits = 0; bits <= 64; ++bits) {
    const auto count = std::count_if(numbers.begin(), numbers.end(), [bits](std::uint64_t number) {
      return static_cast<int>(std::bit_width(number)) == bits;
    });
    EXPECT_EQ(histogram.CountOfWidth(bits), static_cast<std::uint64_t>(count)) << bits;
  }
}

const char kSmallTrace[] =
    "alloclab trace text 1\n"
    "# program: p\n"
    "# tainted: 3 dropped\n"
    "\n"
    "0 = malloc 100\n"
    "1 = calloc 4 25 @2\n"
    "failed malloc 99\n"
    "free 0\n"
    "2 = realloc 1 300\n"
    "free null\n"
    "3 = malloc 0\n";

TEST(Info, CountsByHand) {
  const auto reader = OpenTraceBytes("small.txt", kSmallTrace);
  const TraceInfo info = SummarizeTrace(*reader, 70);
  EXPECT_EQ(info.events, 7U);
  EXPECT_EQ(info.failed, 1U);
  EXPECT_EQ(info.threads, 3U);
  EXPECT_EQ(info.allocations, 4U);
  EXPECT_EQ(info.never_freed, 2U);
  EXPECT_EQ(info.live_bytes_peak, 300U);
  EXPECT_EQ(info.live_blocks_peak, 2U);
  EXPECT_EQ(info.bytes_requested, 500U);
  EXPECT_EQ(info.taint(), "3 dropped");
  EXPECT_EQ(info.events_by_kind[static_cast<std::size_t>(EventKind::kMalloc)], 3U);
  EXPECT_EQ(info.lifetimes.total(), 2U);
  EXPECT_EQ(info.lifetimes.Percentile(1.0), 3U);
  EXPECT_EQ(info.foreign_ends, 1U);
  ASSERT_EQ(info.by_thread.size(), 3U);
  EXPECT_EQ(info.by_thread[0].events, 6U);
  EXPECT_EQ(info.by_thread[0].allocations, 3U);
  EXPECT_EQ(info.by_thread[0].bytes_requested, 400U);
  EXPECT_EQ(info.by_thread[0].foreign_ends, 1U);
  EXPECT_EQ(info.by_thread[1].events, 0U);
  EXPECT_EQ(info.by_thread[2].allocations, 1U);
  EXPECT_EQ(info.live_curve.most(),
            (std::vector<std::uint64_t>{100, 200, 200, 100, 300, 300, 300}));
  EXPECT_EQ(info.seconds, 0);
  EXPECT_DOUBLE_EQ(info.bytes_per_event(), 10.0);
}

TEST(Info, TextAndJsonSayTheSame) {
  const auto reader = OpenTraceBytes("small.txt", kSmallTrace);
  const TraceInfo info = SummarizeTrace(*reader, 70);
  std::ostringstream text;
  PrintInfo(info, text);
  for (const char* line :
       {"program: p\n", "tainted: 3 dropped\n", "events: 7 (1 failed calls) on 3 threads\n",
        "  malloc                          3\n", "file: 70 bytes, 10.000 an event\n",
        "allocations: 4, of which 2 are never freed\n",
        "live at most: 300 bytes, 2 blocks; requested in all: 500 bytes\n",
        "lifetime (events):  p50 3  p90 3  p99 3  max 3\n",
        "threads: 1 blocks are freed or resized by another than made them\n",
        "           2            1            1              100            0\n",
        "  from                    1          200 ##########################\n"}) {
    EXPECT_NE(text.str().find(line), std::string::npos) << line << "in\n" << text.str();
  }
  const nlohmann::json json = InfoToJson(info);
  EXPECT_EQ(json["events"], 7);
  EXPECT_EQ(json["events_by_kind"]["free null"], 1);
  EXPECT_EQ(json["live_bytes_peak"], 300);
  EXPECT_EQ(json["metadata"][0]["value"], "p");
  EXPECT_EQ(json["size_bytes"]["powers_of_two"][0]["count"], 1);
  EXPECT_EQ(json["lifetime_events"]["max"], 3);
  EXPECT_EQ(json["by_thread"][2]["allocations"], 1);
  EXPECT_EQ(json["live_curve"]["live_bytes"][4], 300);
}

// As a table of call sites is.
TEST(Info, ALongValueIsCutOnThePage) {
  const auto shown = [](const std::string& value) {
    TraceInfo info;
    info.metadata = {{"sites", value}};
    EXPECT_EQ(InfoToJson(info)["metadata"][0]["value"], value);
    std::ostringstream page;
    PrintInfo(info, page);
    return page.str().substr(0, page.str().find('\n'));
  };
  EXPECT_EQ(shown(std::string(200, 'a')), "sites: " + std::string(200, 'a'));
  EXPECT_EQ(shown(std::string(201, 'a')), "sites: " + std::string(200, 'a') + "... (201 bytes)");
  EXPECT_EQ(shown(std::string(12345, 'a')),
            "sites: " + std::string(200, 'a') + "... (12345 bytes)");
  // A character of two bytes is there or not.
  const std::string umlaut = "\xC3\xA4";
  EXPECT_EQ(shown(std::string(199, 'a') + umlaut),
            "sites: " + std::string(199, 'a') + "... (201 bytes)");
  EXPECT_EQ(shown(std::string(198, 'a') + umlaut + "b"),
            "sites: " + std::string(198, 'a') + umlaut + "... (201 bytes)");
}

// Every length up to a few halvings, against the numbers themselves.
TEST(LiveCurve, EachStepHasTheMostOfItsEvents) {
  std::mt19937_64 random(3);
  std::vector<std::uint64_t> live;
  LiveCurve curve;
  for (std::size_t events = 1; events < 1000; ++events) {
    live.push_back(random() % 1000);
    curve.Add(live.back());
    const std::uint64_t step = curve.events_per_step();
    ASSERT_LE(curve.most().size(), 2 * LiveCurve::kSteps);
    ASSERT_GE(curve.most().size(), std::min<std::size_t>(events, LiveCurve::kSteps));
    ASSERT_EQ(curve.most().size(), (events + step - 1) / step);
    for (std::size_t i = 0; i < curve.most().size(); ++i) {
      const auto begin = live.begin() + static_cast<std::ptrdiff_t>(i * step);
      const auto end = live.begin() + static_cast<std::ptrdiff_t>(std::min(events, (i + 1) * step));
      ASSERT_EQ(curve.most()[i], *std::max_element(begin, end)) << events;
    }
  }
}

TEST(Info, TellsHowLongItTook) {
  const auto reader = OpenTraceBytes(
      "t.txt", "alloclab trace text 1\n# clock_hz: 10\n0 = malloc 1 t40\nfree 0\nfree null t5\n");
  EXPECT_DOUBLE_EQ(SummarizeTrace(*reader, 0).seconds, 3.5);
}

// A thread's number is any number; memory must not follow it.
TEST(Info, HighThreadNumbersAreOnlyCounted) {
  const auto reader = OpenTraceBytes(
      "t.txt", "alloclab trace text 1\n0 = malloc 1 @4294967295\nfree 0 @4294967295\n");
  const TraceInfo info = SummarizeTrace(*reader, 0);
  EXPECT_EQ(info.threads, 4294967296U);
  EXPECT_EQ(info.foreign_ends, 0U);
  EXPECT_TRUE(info.by_thread.empty());
}

TEST(Info, AgreesWithASlowModel) {
  const std::uint64_t seed = TestSeed();
  const std::vector<Event> events = RandomEvents(seed, 30000);
  std::map<std::uint64_t, std::uint64_t> live;
  std::uint64_t blocks_peak = 0;
  std::uint64_t bytes_peak = 0;
  std::uint64_t bytes = 0;
  for (const Event& event : events) {
    if (EndsAllocation(event)) {
      bytes -= live.at(event.ref);
      live.erase(event.ref);
    }
    if (event.id != kNoAllocation) {
      // Invented sizes may sum up past 2^64; both sides then count modulo that, and a peak is only
      // looked for where something is added.
      bytes += live[event.id] = LiveBytes(RequestedBytes(event));
      bytes_peak = std::max(bytes_peak, bytes);
    }
    blocks_peak = std::max<std::uint64_t>(blocks_peak, live.size());
  }
  const std::string archive = ArchiveBytes(events);
  const TraceInfo info = SummarizeTrace(*OpenTraceBytes("model.alt", archive), archive.size());
  EXPECT_EQ(info.live_blocks_peak, blocks_peak) << "seed " << seed;
  EXPECT_EQ(info.live_bytes_peak, bytes_peak) << "seed " << seed;
  EXPECT_EQ(info.never_freed, live.size()) << "seed " << seed;
  EXPECT_EQ(info.lifetimes.total(), info.allocations - info.never_freed);
}

}  // namespace
}  // namespace alloclab
