// The page in a real browser: drawn, quiet, offline, and usable with keys and on a phone.
//
// The oracle is the record itself, read here in C++ and sorted and counted by code of this file;
// pictures are judged by their pixels, never by what the page says about itself.

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "bench/report/page_in_browser.h"
#include "bench/web/browser.h"

namespace alloclab {
namespace {

using nlohmann::json;

// The order that the page must show: by one number, failed cells last, ties as in the record.
std::vector<std::string> Sorted(const json& record, const std::string& table,
                                const std::string& field, bool is_ascending) {
  // Missing or not, the number, the place in the record; the name comes along.
  std::vector<std::tuple<bool, double, std::size_t, std::string>> rows;
  for (const json& cell : record["cells"]) {
    if (cell["table"] != table) continue;
    const bool has = cell["status"] == "ok" && cell[field].is_number();
    const double value = has ? cell[field].get<double>() : 0;
    rows.emplace_back(
        !has, is_ascending ? value : -value, rows.size(),
        cell["allocator"].get<std::string>() + "/" + cell["trace"].get<std::string>());
  }
  std::sort(rows.begin(), rows.end());
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(std::get<std::string>(row));
  return names;
}

class PageOnScreen : public PageInBrowser, public testing::WithParamInterface<Screen> {};

TEST_P(PageOnScreen, DrawsEveryChart) {
  Show(TestRecord(), GetParam());
  // Speed against memory; throughput, latency and memory of a trace; its memory by cause for each
  // of three allocators. Nobody counts a search here.
  EXPECT_EQ(ExpectDrawnCharts(1500), 1 + 3 + 3);
  SwitchTo("in_process");
  // One more allocator, and one more picture: the search is counted.
  EXPECT_EQ(ExpectDrawnCharts(1500), 1 + 4 + 4);
  ExpectQuietAndOffline();
}

TEST_P(PageOnScreen, DrawsBaselineInTheColourOfTheTheme) {
  Show(TestRecord(), GetParam());
  const char* text = GetParam().is_dark ? kTextDark : kTextLight;
  const char* other = GetParam().is_dark ? kTextLight : kTextDark;
  for (const char* table : {"preload", "in_process"}) {
    SwitchTo(table);
    for (const char* trace : {"python", "redis"}) {
      ShowTrace(table, trace);
      const std::string section = std::string(table) + "-trace";
      EXPECT_GT(Pixels(section, "Throughput", text), 300) << table << trace;
      // The other theme's text is this theme's ground, which frames the marks: few pixels, no bar.
      EXPECT_LT(Pixels(section, "Throughput", other), 100) << table << trace;
    }
  }
}

TEST_P(PageOnScreen, AFailedCellHasNoBarAndNoCurve) {
  Show(TestRecord(), GetParam());
  for (const char* caption : {"Throughput", "Latency", "Memory over"}) {
    EXPECT_GT(Pixels("preload-trace", caption, kSecondColour), 30) << caption;
  }
  ShowTrace("preload", "redis");
  for (const char* caption : {"Throughput", "Latency", "Memory over"}) {
    EXPECT_EQ(Pixels("preload-trace", caption, kSecondColour), 0) << caption;
    EXPECT_GT(Pixels("preload-trace", caption, kFirstColour), 30) << caption;
  }
  EXPECT_EQ(Pixels("preload-trace", "mimalloc", kLiveLight), -1) << "a picture of what failed";
  const std::string row = Text("#preload-figures tr.failed");
  EXPECT_NE(row.find("failed The child ended by signal 11 in block 2."), std::string::npos) << row;
  EXPECT_NE(
      Text("#preload-failures").find("mimalloc on redis: The child ended by signal 11 in block 2."),
      std::string::npos);
}

json WithManyTraces(int more) {
  json record = TestRecord();
  const json cells = record["cells"];
  for (int i = 0; i < more; ++i) {
    const std::string name = "another_trace_" + std::to_string(i);
    record["traces"].push_back({{"name", name}});
    for (json cell : cells) {
      if (cell["trace"] != "python") continue;
      cell["trace"] = name;
      record["cells"].push_back(cell);
    }
  }
  return record;
}

TEST_P(PageOnScreen, FitsTheWidth) {
  Show(WithManyTraces(14), GetParam());
  EXPECT_EQ(Evaluate("innerWidth"), GetParam().width);
  ExpectFitsTheWidth();
  SwitchTo("in_process");
  ExpectFitsTheWidth();
}

// The answer is on the first screen: in words even on a phone, with its picture on a desk.
TEST_P(PageOnScreen, AnswersOnTheFirstScreen) {
  Show(TestRecord(), GetParam());
  const auto bottom = [](const char* selector) {
    return Evaluate("document.querySelector('" + std::string(selector) +
                    "').getBoundingClientRect().bottom")
        .get<double>();
  };
  EXPECT_LT(bottom("#preload-answer .answers li"), GetParam().height);
  if (GetParam().width > 1000) {
    EXPECT_LT(bottom("#preload-answer .chart"), GetParam().height + 100);
  } else {
    EXPECT_LT(bottom("#preload-answer .answers li .label"), 0.4 * GetParam().height);
  }
}

// Also when another table is looked at.
TEST_P(PageOnScreen, DoubtsStandUnderTheAnswer) {
  Show(TestRecord(), GetParam());
  for (const char* table : {"preload", "in_process"}) {
    SwitchTo(table);
    EXPECT_EQ(
        Evaluate("(notices => notices.checkVisibility() && "
                 "notices.previousElementSibling === document.querySelector('#" +
                 std::string(table) + "-answer .answers'))(document.getElementById('notices'))"),
        true)
        << table;
  }
}

std::string NameOf(const testing::TestParamInfo<Screen>& info) {
  return std::to_string(info.param.width) + (info.param.is_dark ? "Dark" : "Light");
}

INSTANTIATE_TEST_SUITE_P(Screens, PageOnScreen,
                         testing::Values(kDesk, kDeskDark, kPhone, kPhoneDark), NameOf);

// Fifteen traces are all seen on a desk; where they do not fit, the edge says that there is more.
TEST_F(PageInBrowser, WhoLeadsOnFifteenTracesFitsADesk) {
  const std::string scroll = "document.querySelector('#preload-leads .scroll')";
  const auto hides = [&] {
    browser().WaitForFrames();
    return Evaluate(scroll + ".scrollWidth - " + scroll + ".clientWidth").get<int>();
  };
  const auto fades = [&] {
    browser().WaitForFrames();
    return Evaluate("getComputedStyle(" + scroll + ").maskImage !== 'none'");
  };
  Show(WithManyTraces(13), Screen{.width = 1400, .height = 1000});
  EXPECT_EQ(Evaluate(scroll + ".querySelectorAll('thead th').length"), 1 + 15);
  EXPECT_LE(hides(), 0);
  EXPECT_EQ(fades(), false);
  Show(WithManyTraces(13), kPhone);
  EXPECT_GT(hides(), 100);
  EXPECT_EQ(fades(), true);
  Evaluate(scroll + ".scrollLeft = 1e6");
  EXPECT_EQ(fades(), false) << "at the end";
}

TEST_F(PageInBrowser, RedrawsWhenThemeAndWidthChange) {
  Show(TestRecord(), kDesk);
  browser().Call("Emulation.setEmulatedMedia",
                 {{"features", {{{"name", "prefers-color-scheme"}, {"value", "dark"}}}}});
  browser().Call("Emulation.setDeviceMetricsOverride",
                 {{"width", 375}, {"height", 667}, {"deviceScaleFactor", 1}, {"mobile", true}});
  browser().WaitForFrames();
  browser().WaitForFrames();
  EXPECT_GT(Pixels("preload-trace", "Throughput", kTextDark), 300);
  ExpectFitsTheWidth();
  ExpectQuietAndOffline();
}

TEST_F(PageInBrowser, SortsByKeyAndKeepsTheFocus) {
  const json record = TestRecord();
  Show(record, kDesk);
  EXPECT_EQ(Rows("preload"), Sorted(record, "preload", "ratio_to_system", true));
  SwitchTo("in_process");
  for (const char* field :
       {"ns_per_op_median", "held_over_live_mean", "blocks_visited_per_allocation"}) {
    const std::string button = std::string("'#in_process-figures [data-column=") + field + "]'";
    Evaluate("document.querySelector(" + button + ").focus()");
    browser().PressKey("Enter");
    EXPECT_EQ(Rows("in_process"), Sorted(record, "in_process", field, true)) << field;
    EXPECT_EQ(Evaluate("document.activeElement.closest('th').ariaSort"), "ascending");
    browser().PressKey("Enter");
    EXPECT_EQ(Rows("in_process"), Sorted(record, "in_process", field, false)) << field;
    EXPECT_EQ(Evaluate("document.activeElement.closest('th').ariaSort"), "descending");
    EXPECT_EQ(Evaluate("document.activeElement.dataset.column"), field);
  }
  ExpectQuietAndOffline();
}

TEST_F(PageInBrowser, FiltersByAllocatorWithTheSpaceBar) {
  Show(TestRecord(), kDesk);
  ASSERT_EQ(Rows("preload").size(), 6u);
  Evaluate("document.querySelector('#preload-answer .board input[value=mimalloc]').focus()");
  browser().PressKey(" ");
  EXPECT_EQ(Rows("preload").size(), 4u);
  EXPECT_EQ(Pixels("preload-trace", "Throughput", kSecondColour), 0);
  EXPECT_EQ(Pixels("preload-trace", "Memory over", kSecondColour), 0);
  EXPECT_EQ(Text("#preload-figures [role=status]"), "4 of 6 results shown");
  EXPECT_EQ(Text("#preload-leads table").find("mimalloc"), std::string::npos);
  EXPECT_EQ(Evaluate("document.activeElement.value"), "mimalloc") << "the focus is lost";
  browser().PressKey(" ");
  EXPECT_EQ(Rows("preload").size(), 6u);
  EXPECT_GT(Pixels("preload-trace", "Throughput", kSecondColour), 300);
  EXPECT_EQ(Rows("in_process").size(), 0u) << "the other table is not made before it is looked at";
  SwitchTo("in_process");
  EXPECT_EQ(Rows("in_process").size(), 8u) << "the other table has its own filter";
}

TEST_F(PageInBrowser, FiltersByTraceWithKeys) {
  Show(TestRecord(), kDesk);
  EXPECT_EQ(Evaluate("document.querySelector('#preload-answer .chooser').hidden"), true);
  Evaluate("document.querySelector('#preload-answer [aria-expanded]').focus()");
  browser().PressKey("Enter");
  Evaluate("document.querySelector('#preload-answer .chooser input[value=python]').focus()");
  browser().PressKey(" ");
  EXPECT_EQ(Rows("preload"),
            (std::vector<std::string>{"jemalloc/redis", "system/redis", "mimalloc/redis"}));
  EXPECT_EQ(Evaluate("document.querySelector('#preload-trace .stepper select').value"), "redis");
  EXPECT_EQ(Text("#preload-leads thead"), "allocator\tredis\n");
  EXPECT_NE(Text("#preload-answer .answers").find("(on redis"), std::string::npos);
}

TEST_F(PageInBrowser, FiltersByWords) {
  Show(TestRecord(), kDesk);
  Evaluate(
      "(box => { box.value = 'Redis fast'; box.dispatchEvent(new Event('input')); })"
      "(document.querySelector('#preload-figures input[type=search]'))");
  EXPECT_EQ(Rows("preload"), std::vector<std::string>{"jemalloc/redis"});
  EXPECT_EQ(Text("#preload-figures [role=status]"), "1 of 6 results shown");
}

// A trace's name in the table of all traces opens its details; so do the keys beside the choice.
TEST_F(PageInBrowser, GoesFromTraceToTrace) {
  Show(TestRecord(), kDesk);
  const auto shown = [] {
    return Evaluate("document.querySelector('#preload-trace .stepper select').value");
  };
  const json python = Picture("preload-trace", "Memory over");
  EXPECT_EQ(shown(), "python");
  Evaluate("document.querySelectorAll('#preload-leads thead button')[1].focus()");
  browser().PressKey("Enter");
  EXPECT_EQ(shown(), "redis");
  EXPECT_EQ(Evaluate("document.activeElement.id"), "preload-trace");
  EXPECT_TRUE(Picture("preload-trace", "Memory over") != python);
  Evaluate("document.querySelector('#preload-trace [aria-label=\"Next trace\"]').focus()");
  browser().PressKey("Enter");
  EXPECT_EQ(shown(), "python");
  EXPECT_TRUE(Picture("preload-trace", "Memory over") == python)
      << "drawn again, and another picture";
}

// What a key has opened or pressed is not lost when the page is made anew around it.
TEST_F(PageInBrowser, TheFocusAndOpenListsSurviveChanges) {
  json record = TestRecord();
  for (json& cell : record["cells"]) {
    if (cell["allocator"] == "jemalloc") cell["standing"] = "unresolved";
  }
  Show(record, kDesk);
  const std::string list = "document.querySelector('#preload-answer .answers details')";
  Evaluate(list + ".querySelector('summary').focus()");
  browser().PressKey("Enter");
  EXPECT_EQ(Evaluate(list + ".open"), true);
  Choose("#preload-answer .choosing .choice select", "held");
  EXPECT_EQ(Evaluate(list + ".open"), true);
  Evaluate(list + ".querySelector('summary').focus()");
  browser().PressKey("Enter");
  Choose("#preload-answer .choosing .choice select", "resident");
  EXPECT_EQ(Evaluate(list + ".open"), false);
  Evaluate("document.querySelector('#preload-answer .answers button').focus()");
  browser().PressKey("Enter");
  EXPECT_EQ(Evaluate("document.activeElement.closest('button')?.textContent"),
            "Traces: 1 of 2 \u25be");
}

// Every control and every picture has a name that a screen reader can say.
TEST_F(PageInBrowser, EverythingHasAnAccessibleName) {
  Show(PageContents{.records = {TestRecord(), ReadTestdata("workloads.json"),
                                ReadTestdata("programs.json")}},
       kPhone);
  int seen = 0;
  const json tree = browser().Call("Accessibility.getFullAXTree", json::object());
  for (const json& node : tree["nodes"]) {
    const std::string role = node.value("role", json::object()).value("value", "");
    for (const char* named : {"button", "checkbox", "combobox", "image", "region", "link", "radio",
                              "searchbox", "table"}) {
      if (role != named || node.value("ignored", false)) continue;
      ++seen;
      EXPECT_NE(node["name"].value("value", ""), "") << node;
    }
  }
  EXPECT_GT(seen, 60);
}

// The links at the top lead to what is there, in the table that is seen.
TEST_F(PageInBrowser, ContentsLeadToWhatIsSeen) {
  Show(PageContents{.records = {TestRecord(), ReadTestdata("workloads.json"),
                                ReadTestdata("programs.json")}},
       kDesk);
  const auto targets = [] {
    return Evaluate(
        "[...document.querySelectorAll('#contents a')].map(a => [a.textContent, "
        "document.querySelector(a.getAttribute('href')).checkVisibility()])");
  };
  EXPECT_EQ(targets().size(), 5 + 2 + 2u);
  for (const json& target : targets()) EXPECT_EQ(target[1], true) << target;
  SwitchTo("in_process");
  EXPECT_EQ(targets()[0][0], "In process");
  for (const json& target : targets()) EXPECT_EQ(target[1], true) << target;
}

TEST_F(PageInBrowser, NamesInARecordStayText) {
  const std::string hostile =
      "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>{a|b}";
  json record = TestRecord();
  record["traces"][0]["name"] = hostile;
  record["traces"][0]["tainted"] = hostile;
  record["allocators"][5]["name"] = hostile;
  record["provenance"]["cpu"] = hostile;
  for (json& cell : record["cells"]) {
    if (cell["trace"] == "python") cell["trace"] = hostile;
    if (cell["allocator"] == "jemalloc") cell["allocator"] = hostile;
    if (cell["status"] == "failed") cell["reason"] = hostile;
  }
  Show(record, kDesk);
  // Tooltips are made when the mouse is over a chart.
  const int count = Evaluate("document.querySelectorAll('.chart').length").get<int>();
  int tooltips = 0;
  for (int i = 0; i < count; ++i) {
    const std::string chart = "document.querySelectorAll('.chart')[" + std::to_string(i) + "]";
    if (Evaluate(chart + ".checkVisibility()") == false) continue;
    const json at = Evaluate(
        "(chart => { chart.scrollIntoView({block: 'center'}); const box = "
        "chart.getBoundingClientRect(); return [box.left + 180, box.top + 40]; })(" +
        chart + ")");
    browser().MoveMouse(at[0], at[1]);
    tooltips += Evaluate(chart + ".querySelectorAll('dl').length").get<int>();
  }
  EXPECT_GE(tooltips, 5);
  EXPECT_EQ(Evaluate("document.querySelectorAll('img').length"), 0);
  EXPECT_EQ(Evaluate("typeof window.pwned"), "undefined");
  EXPECT_NE(Evaluate("document.body.innerText").get<std::string>().find(hostile),
            std::string::npos);
  ExpectFitsTheWidth();
  ExpectQuietAndOffline();
  Show(record, kPhone);
  ExpectFitsTheWidth();
}

TEST(FindChromium, SaysWhatToInstall) {
  try {
    FindChromium("/nonexistent:/also/not");
    FAIL() << "found a browser in folders that do not exist";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()),
              "browser: no chromium in PATH=/nonexistent:/also/not; install it with: apt-get "
              "install --no-install-recommends chromium");
  }
}

}  // namespace
}  // namespace alloclab
