// What the charts of a trace show, by their pixels and by what the mouse finds in them.

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

using PageCharts = PageInBrowser;

// The record's figure for every preloaded cell, set to one value.
json WithField(const std::string& field, const json& value) {
  json record = TestRecord();
  Change(record, "", "", [&](json& cell) { cell[field] = value; });
  return record;
}

TEST_F(PageCharts, DrawsTheFloorAsAMarkOfItsOwn) {
  Show(TestRecord(), kDesk);
  EXPECT_GT(Pixels("preload-trace", "Throughput", kFloorLight), 3 * 20);
  Show(WithField("floor_ns_per_op", nullptr), kDesk);
  EXPECT_EQ(Pixels("preload-trace", "Throughput", kFloorLight), 0);
}

// By the binomial: of 15 blocks the fourth from either end, of 6 the first; of 5 there is none, and
// it is the range.
TEST_F(PageCharts, TheIntervalOfAMedianIsByOrder) {
  const auto said = [](const std::vector<double>& blocks) {
    Show(WithField("ns_per_op_blocks", blocks), kDesk);
    return Tooltip("preload-trace", "Throughput", 0.4, 0.2);
  };
  std::string text = said({15, 1, 14, 2, 13, 3, 12, 4, 11, 5, 10, 6, 9, 7, 8});
  EXPECT_NE(text.find("95 % interval\n4.00\u201312.0 ns/op, of 15 blocks"), std::string::npos)
      << text;
  EXPECT_NE(Text("#preload-trace figure").find("intervals: 95 % intervals. "), std::string::npos);
  text = said({6, 1, 5, 2, 4, 3});
  EXPECT_NE(text.find("95 % interval\n1.00\u20136.00 ns/op, of 6"), std::string::npos) << text;
  text = said({5, 1, 4, 2, 3});
  EXPECT_NE(text.find("range of 5 blocks\n1.00\u20135.00 ns/op"), std::string::npos) << text;
  EXPECT_EQ(Text("#preload-trace figure").find("95 %"), std::string::npos);
}

// The lower end of an interval shows in its line alone, so a picture that changes with it has that.
TEST_F(PageCharts, DrawsTheIntervalAsALine) {
  Show(TestRecord(), kDesk);
  const json before = Picture("preload-trace", "Throughput");
  Show(TestRecord(), kDesk);
  EXPECT_TRUE(Picture("preload-trace", "Throughput") == before)
      << "a page drawn twice must look the same";
  json record = TestRecord();
  for (json& cell : record["cells"]) {
    json& blocks = cell["ns_per_op_blocks"];
    if (cell["status"] == "ok") *std::min_element(blocks.begin(), blocks.end()) = 6;
  }
  Show(record, kDesk);
  EXPECT_TRUE(Picture("preload-trace", "Throughput") != before);
}

TEST_F(PageCharts, CurvesSwitchFromHeldToResident) {
  Show(TestRecord(), kDesk);
  const json held = Picture("preload-trace", "Memory over");
  Evaluate(
      "(select => { select.value = 'resident_bytes'; select.dispatchEvent(new Event('change')); })"
      "([...document.querySelectorAll('#preload-trace select')].at(-1))");
  browser().WaitForFrames();
  EXPECT_TRUE(Picture("preload-trace", "Memory over") != held);
}

// One allocator far above the live bytes must not press the others flat: the frame stays, and the
// page says whom it cuts.
TEST_F(PageCharts, AnOutlierLeavesTheFrameAndIsNamed) {
  json record = TestRecord();
  for (json& cell : record["cells"]) {
    if (cell["table"] != "preload" || cell["allocator"] != "jemalloc") continue;
    for (json& held : cell["timeline"]["held_bytes"]) held = std::int64_t{1} << 30;
  }
  Show(record, kDesk);
  const std::string notes = Text("#preload-trace");
  EXPECT_NE(notes.find("Beyond the frame: jemalloc (to 1.00 GiB)."), std::string::npos) << notes;
  // The picture of its causes says so, too, and no other one.
  const json texts = DrawnTexts("preload-trace", "jemalloc");
  ASSERT_EQ(texts.size(), 1u) << texts;
  EXPECT_EQ(texts[0][0], "\u25b2 to 1.00 GiB");
  EXPECT_EQ(DrawnTexts("preload-trace", "mimalloc"), json::array());
}

TEST_F(PageCharts, NoLineLiesOnTheFrame) {
  json record = TestRecord();
  Change(record, "", "python", [](json& cell) {
    for (json& held : cell["timeline"]["held_bytes"]) held = 5 << 20;  // a tick
    for (json& live : cell["timeline"]["live_bytes"]) live = 4 << 20;
  });
  Show(record, kDesk);
  for (const char* caption : {"Memory over", "jemalloc"}) {
    EXPECT_GE(Option("preload-trace", caption, "yAxis[0].max").get<double>(), 1.04 * (5 << 20));
  }
}

// A bar would have to begin somewhere, and a logarithmic axis begins nowhere.
TEST_F(PageCharts, OnALogarithmicAxisMarksStandForBars) {
  json record = TestRecord();
  const auto note = [](const Screen& screen, const json& shown) {
    Show(shown, screen);
    return Text("#preload-trace figure p");
  };
  EXPECT_TRUE(Has(note(kDesk, record), "Bar: median of the blocks; after it \u00d7 system"));
  const int bar = Pixels("preload-trace", "Throughput", kFirstColour);
  EXPECT_TRUE(note(kPhone, record).starts_with("Bar: median of the blocks. Lines: "))
      << "there is the time only: " << Text("#preload-trace figure p");
  Change(record, "mimalloc", "python", [](json& cell) {
    cell["ns_per_op_median"] = 5000;
    cell["ns_per_op_blocks"] = {5000, 5001, 5002};
  });
  EXPECT_TRUE(Has(note(kDesk, record), "Mark: median of the blocks; after it"));
  const int mark = Pixels("preload-trace", "Throughput", kFirstColour);
  EXPECT_GT(mark, 50);
  EXPECT_LT(mark, 14 * 14 + 1);
  EXPECT_GT(bar, 5 * mark);
}

// Live and overhead are each half of what is held: so many pixels has each.
TEST_F(PageCharts, StacksTheCausesInProportion) {
  json record = TestRecord();
  for (json& cell : record["cells"]) {
    if (cell["allocator"] != "segregated_bins" || cell["trace"] != "python") continue;
    json& timeline = cell["timeline"];
    for (auto& column : timeline.items()) {
      if (column.key() == "event") continue;
      for (json& value : column.value()) value = 0;
    }
    for (const char* name : {"live_bytes", "overhead_bytes"}) {
      for (json& value : timeline[name]) value = 1 << 20;
    }
    for (json& value : timeline["held_bytes"]) value = 2 << 20;
  }
  Show(record, kDesk);
  SwitchTo("in_process");
  const int live = Pixels("in_process-trace", "segregated_bins", kLiveLight);
  const int overhead = Pixels("in_process-trace", "segregated_bins", kOverheadLight);
  EXPECT_GT(live, 2000);
  EXPECT_NEAR(overhead, live, 0.06 * live);
  const std::string said = Tooltip("in_process-trace", "segregated_bins", 0.5, 0.5);
  EXPECT_NE(said.find("held\n2.00 MiB\noverhead\n1.00 MiB\nlive\n1.00 MiB"), std::string::npos)
      << json(said);
}

// The peaks are those of the whole run, which the points of the curves may all miss.
TEST_F(PageCharts, CausesHaveThePeaksOfTheWholeRun) {
  json record = TestRecord();
  record["traces"][0]["live_bytes_peak"] = 7 << 20;
  Change(record, "jemalloc", "python", [](json& cell) { cell["held_bytes_peak"] = 9 << 20; });
  Show(record, kDesk);
  EXPECT_TRUE(
      Has(Text("#preload-trace .grid.small"), "Peak held: 9.00 MiB; true peak live: 7.00 MiB."))
      << Text("#preload-trace .grid.small");
  record["traces"][0].erase("live_bytes_peak");
  Show(record, kDesk);
  EXPECT_FALSE(Has(Text("#preload-trace .grid.small"), "true peak"));
}

// What cannot be walked is not given causes that nobody has seen.
TEST_F(PageCharts, SaysWhatCannotBeSeenInto) {
  Show(TestRecord(), kDesk);
  const std::string preloaded = Tooltip("preload-trace", "jemalloc", 0.5, 0.5);
  EXPECT_NE(preloaded.find("not seen into"), std::string::npos) << preloaded;
  EXPECT_EQ(preloaded.find("overhead"), std::string::npos) << preloaded;
  EXPECT_EQ(Pixels("preload-trace", "jemalloc", kOverheadLight), 0);
}

TEST_F(PageCharts, LatencyOfTheKindThatIsChosen) {
  Show(TestRecord(), kDesk);
  const json of_malloc = Picture("preload-trace", "Latency");
  Choose("#preload-trace .controls > .choice select", "free");
  EXPECT_TRUE(Picture("preload-trace", "Latency") != of_malloc);
  Choose("#preload-trace .controls > .choice select", "malloc");
  EXPECT_TRUE(Picture("preload-trace", "Latency") == of_malloc);
  // The farthest point of all curves: 99.9 %; mimalloc's is 14 * 20 ns.
  std::string said = Tooltip("preload-trace", "Latency", 0.95, 0.5);
  EXPECT_NE(said.find("99.9 % of malloc took at most"), std::string::npos) << said;
  EXPECT_NE(said.find("mimalloc\n280 ns (slowest of all 4.20 \u00b5s)"), std::string::npos)
      << json(said);
  Choose("#preload-trace .controls > .choice select", "free");
  said = Tooltip("preload-trace", "Latency", 0.94, 0.5);
  EXPECT_NE(said.find("mimalloc\n196 ns"), std::string::npos) << json(said);
}

// One step apart is not apart. Older records do not know the step.
TEST_F(PageCharts, LatencySaysInWhichStepsTheClockGoesOn) {
  json record = TestRecord();
  Show(record, kDesk);
  EXPECT_FALSE(Has(Text("#preload-trace"), "The clock"));
  Change(record, "", "", [](json& cell) { cell["latency"]["resolution_ns"] = 0.4; });
  Show(record, kDesk);
  EXPECT_FALSE(Has(Text("#preload-trace"), "The clock"));
  Change(record, "jemalloc", "", [](json& cell) { cell["latency"]["resolution_ns"] = 10.004; });
  Show(record, kDesk);
  EXPECT_TRUE(Has(Text("#preload-trace"),
                  "The clock has steps of 10 ns: figures closer than that are equal."));
}

// Whose line is whose: in what is said beside the pointer, and on a phone, where the legend is far
// away, above the chart.
TEST_F(PageCharts, NamesStandBesideTheirMarks) {
  const PageContents contents = {.records = {TestRecord(), ReadTestdata("workloads.json")}};
  const std::pair<const char*, const char*> curves[] = {
      {"preload-trace", "Latency"}, {"preload-trace", "Memory over"}, {"scaling", "larson"}};
  const auto names = [](const std::string& chart) {
    return Evaluate("[...(" + chart +
                    ").closest('figure').querySelectorAll('.names li')].filter(one => "
                    "one.checkVisibility() && one.querySelector('svg.mark path')).map(one => "
                    "one.textContent)");
  };
  Show(contents, kDesk);
  for (const auto& [section, caption] : curves) {
    Tooltip(section, caption, 0.5, 0.5);
    const std::string chart = Chart(section, caption);
    EXPECT_EQ(Evaluate("(chart => [...chart.querySelectorAll('dl svg.mark')].length)((" + chart +
                       ").closest('.chart'))"),
              3)
        << caption;
    EXPECT_EQ(names(chart), json::array()) << caption;
  }
  Show(contents, kPhone);
  const json of_traces = {"system", "jemalloc", "mimalloc"};
  const json of_workloads = {"system", "jemalloc", "tcmalloc"};
  for (const auto& [section, caption] : curves) {
    json shown = names(Chart(section, caption));
    std::sort(shown.begin(), shown.end());
    json expected = std::string(section) == "scaling" ? of_workloads : of_traces;
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(shown, expected) << caption;
  }
}

// A finger leaves a chart without a word: what was said there goes when something else is touched.
TEST_F(PageCharts, WhatIsSaidBesideThePointerGoesAway) {
  Show(TestRecord(), kDesk);
  const auto is_said = [](const std::string& caption, bool expected) {
    const std::string said =
        "[...(" + Chart("preload-trace", caption) +
        ").closest('.chart').querySelectorAll('dl')].some(one => "
        "one.checkVisibility({opacityProperty: true, visibilityProperty: true}))";
    // It fades; so for two seconds at most.
    return Evaluate("new Promise(done => { const look = left => (" + said +
                    ") === " + (expected ? "true" : "false") +
                    " || !left ? done(left > 0) : setTimeout(look, 20, left - 1); look(100); })");
  };
  const auto press = [](const std::string& caption) {
    Evaluate("(" + Chart("preload-trace", caption) +
             ").dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}))");
  };
  Tooltip("preload-trace", "Throughput", 0.4, 0.2);
  EXPECT_TRUE(is_said("Throughput", true));
  press("Throughput");
  EXPECT_FALSE(is_said("Throughput", false)) << "its own chart is touched";
  press("Latency");
  EXPECT_TRUE(is_said("Throughput", false));
  Tooltip("preload-trace", "Throughput", 0.45, 0.2);
  EXPECT_TRUE(is_said("Throughput", true));
  browser().Call("Input.dispatchKeyEvent",
                 {{"type", "rawKeyDown"}, {"key", "Escape"}, {"windowsVirtualKeyCode", 27}});
  EXPECT_TRUE(is_said("Throughput", false));
}

// Orange is faint on white: there its lines are darker, and bars and marks have an edge.
TEST_F(PageCharts, WhatIsFaintOnWhiteHasAnEdgeOrADarkerLine) {
  constexpr const char* kOrange = "230,159,0";
  constexpr const char* kOrangeLine = "191,132,0";
  json record = TestRecord();
  // The fourth but system has it; three that were not run stand before jemalloc.
  json allocators = json::array();
  for (const json& allocator : record["allocators"]) {
    for (int i = 0; i < 3 && allocator["name"] == "jemalloc"; ++i) {
      allocators.push_back(json::object({{"name", "x" + std::to_string(i)}, {"table", "preload"}}));
    }
    allocators.push_back(allocator);
  }
  record["allocators"] = allocators;
  const auto edge = [] {
    return Evaluate("getComputedStyle(document.querySelector('.board .mark path')).stroke");
  };
  Show(record, kDesk);
  EXPECT_GT(Pixels("preload-trace", "Latency", kOrangeLine), 100);
  EXPECT_GT(Pixels("preload-answer", "Time against", kOrangeLine), 10);
  EXPECT_GT(Pixels("preload-trace", "Throughput", kOrange), 1000);
  EXPECT_EQ(edge(), "rgb(27, 31, 36)");
  // Around the bars of all that are shown but system's, which has the text's colour throughout.
  Evaluate("document.querySelector('#preload-answer .board input[value=system]').click()");
  browser().WaitForFrames();
  const int on_white = Pixels("preload-trace", "Throughput", kTextLight);
  Show(record, kDeskDark);
  EXPECT_EQ(Pixels("preload-trace", "Latency", kOrangeLine), 0);
  EXPECT_GT(Pixels("preload-trace", "Latency", kOrange), 100);
  EXPECT_EQ(edge(), "rgb(27, 31, 36)") << "the ground of the dark";
  Evaluate("document.querySelector('#preload-answer .board input[value=system]').click()");
  browser().WaitForFrames();
  EXPECT_GT(on_white, Pixels("preload-trace", "Throughput", kTextDark) + 800);
}

TEST_F(PageCharts, SaysHowLargeTheLargestFreePieceIs) {
  json record = TestRecord();
  for (json& cell : record["cells"]) {
    if (cell["status"] != "ok" || !cell["timeline"].contains("free_largest_bytes")) continue;
    for (json& bytes : cell["timeline"]["free_largest_bytes"]) bytes = 3 << 20;
  }
  Show(record, kDesk);
  SwitchTo("in_process");
  const std::string said = Tooltip("in_process-trace", "segregated_bins", 0.5, 0.5);
  EXPECT_NE(said.find("largest free piece\n3.00 MiB"), std::string::npos) << json(said);
}

TEST_F(PageCharts, SearchIsThatOfTheTrace) {
  Show(TestRecord(), kDesk);
  SwitchTo("in_process");
  const auto label = [] {
    return Evaluate(Chart("in_process-trace", "Cost of the search") +
                    ".closest('.chart').getAttribute('aria-label')");
  };
  EXPECT_EQ(label(), "Blocks visited per allocation on python. boundary_tags 2.77.");
  EXPECT_GT(Pixels("in_process-trace", "Cost of the search", kThirdColour), 1000);
  ShowTrace("in_process", "redis");
  EXPECT_EQ(label(), "Blocks visited per allocation on redis. boundary_tags 9.98.");
}

// A mark for each of those with means, and the line of its interval.
TEST_F(PageCharts, TimeAgainstMemoryHasMarksAndIntervals) {
  json record = TestRecord();
  Show(record, kDesk);
  EXPECT_GT(Pixels("preload-answer", "Time against", kFirstColour), 150);
  EXPECT_EQ(Pixels("preload-answer", "Time against", kSecondColour), 0) << "mimalloc failed";
  const auto pixels = [&](double high) {
    for (json& cell : record["cells"]) {
      if (cell["allocator"] == "jemalloc") cell["ratio_to_system_interval"][1] = high;
    }
    Show(record, kDesk);
    return Pixels("preload-answer", "Time against", kFirstColour);
  };
  // The axis ends at system, so it stays; the line grows.
  EXPECT_GT(pixels(0.9), pixels(0.75) + 50);
}

// Who is far behind does not press the others into a corner, and is named; the best are never cut.
TEST_F(PageCharts, TimeAgainstMemoryNamesWhomItsFrameCuts) {
  json record = TestRecord();
  const auto note_of = [&](const char* allocator, double time, int mebibytes) {
    for (json& cell : record["cells"]) {
      if (cell["table"] != "preload" || cell["allocator"] != allocator) continue;
      cell["ratio_to_system"] = time;
      cell["ratio_to_system_interval"] = {time, time};
      cell["resident_bytes_peak"] = mebibytes << 20;
    }
    Show(record, kDesk);
    return Text("#preload-answer figure");
  };
  std::string note = note_of("system", 1, 4);
  note = note_of("jemalloc", 5.9, 15);
  EXPECT_EQ(note.find("Beyond"), std::string::npos) << note;
  EXPECT_GT(Pixels("preload-answer", "Time against", kFirstColour), 80);
  note = note_of("jemalloc", 6.1, 15);
  EXPECT_NE(note.find("Beyond the frame: jemalloc (time 6.10\u00d7, memory 3.75\u00d7)."),
            std::string::npos)
      << note;
  EXPECT_EQ(Pixels("preload-answer", "Time against", kFirstColour), 0);
  note = note_of("jemalloc", 5.9, 17);
  EXPECT_NE(note.find("Beyond the frame: jemalloc"), std::string::npos) << note;
  note = note_of("jemalloc", 0.5, 17);
  EXPECT_EQ(note.find("Beyond"), std::string::npos) << "the fastest: " << note;
}

}  // namespace
}  // namespace alloclab
