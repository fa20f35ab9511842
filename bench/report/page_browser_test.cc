// The page in a real browser: drawn, quiet, offline, and usable with keys and on a phone.
//
// The oracle is the record itself, read here in C++ and sorted and counted by code of this file;
// pictures are judged by their pixels, never by what the page says about itself.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "bench/report/browser.h"
#include "bench/report/page_in_browser.h"

namespace alloclab {
namespace {

using nlohmann::json;

constexpr const char* kContentWidth = "document.documentElement.scrollWidth";

// Okabe and Ito's, as the page gives them to the allocators of the test record.
constexpr const char* kVermillion = "213,94,0";   // preloaded mimalloc, which failed on redis
constexpr const char* kFloorLight = "179,38,30";  // the mark of the floor, on white
constexpr const char* kTextLight = "27,31,36";    // system, on white
constexpr const char* kTextDark = "232,235,239";  // system, on black

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
  // A speed-memory picture for each table, and for each of its two traces a time and a memory one.
  EXPECT_EQ(Evaluate("document.querySelectorAll('.chart canvas').length"), 2 + 2 * 2 * 2);
  const json inked = Evaluate(
      "[...document.querySelectorAll('.chart canvas')].map(canvas => {"
      "const d = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;"
      "let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })");
  for (const json& pixels : inked) EXPECT_GT(pixels.get<int>(), 1500) << inked;
  ExpectQuietAndOffline();
}

TEST_P(PageOnScreen, DrawsBaselineInTheColourOfTheTheme) {
  Show(TestRecord(), GetParam());
  const char* text = GetParam().is_dark ? kTextDark : kTextLight;
  const char* other = GetParam().is_dark ? kTextLight : kTextDark;
  for (const char* table : {"in_process", "preload"}) {
    for (const int trace : {0, 1}) {
      EXPECT_GT(Pixels(table, 0, trace, text), 300) << table << trace;
      // The other theme's text is this theme's ground, which frames the marks: few pixels, no bar.
      EXPECT_LT(Pixels(table, 0, trace, other), 100) << table << trace;
    }
  }
}

TEST_P(PageOnScreen, AFailedCellHasNoBarAndNoCurve) {
  Show(TestRecord(), GetParam());
  EXPECT_GT(Pixels("preload", 0, 0, kVermillion), 300);
  EXPECT_GT(Pixels("preload", 1, 0, kVermillion), 30);
  EXPECT_EQ(Pixels("preload", 0, 1, kVermillion), 0);
  EXPECT_EQ(Pixels("preload", 1, 1, kVermillion), 0);
  const std::string row = Evaluate(
      "[...document.querySelectorAll('#preload tr.failed')].map(row => row.textContent).join()");
  EXPECT_NE(row.find("failed The child ended by signal 11 in block 2."), std::string::npos) << row;
  EXPECT_EQ(row.find("ns"), std::string::npos) << row;
}

TEST_P(PageOnScreen, FitsTheWidth) {
  Show(TestRecord(), GetParam());
  EXPECT_EQ(Evaluate("innerWidth"), GetParam().width);
  EXPECT_LE(Evaluate(kContentWidth).get<int>(), GetParam().width);
  EXPECT_EQ(Evaluate("[...document.querySelectorAll('canvas')].filter(canvas => "
                     "canvas.getBoundingClientRect().right > innerWidth).length"),
            0);
}

std::string NameOf(const testing::TestParamInfo<Screen>& info) {
  return std::to_string(info.param.width) + (info.param.is_dark ? "Dark" : "Light");
}

INSTANTIATE_TEST_SUITE_P(Screens, PageOnScreen,
                         testing::Values(kDesk, kDeskDark, kPhone, kPhoneDark), NameOf);

// The record's figure for every preloaded cell, set to one value.
json WithField(const std::string& field, const json& value) {
  json record = TestRecord();
  for (json& cell : record["cells"]) {
    if (cell["table"] == "preload" && cell["status"] == "ok") cell[field] = value;
  }
  return record;
}

TEST_F(PageInBrowser, DrawsTheFloorAsAMarkOfItsOwn) {
  Show(TestRecord(), kDesk);
  EXPECT_GT(Pixels("preload", 0, 0, kFloorLight), 3 * 20);
  Show(WithField("floor_ns_per_op", nullptr), kDesk);
  EXPECT_EQ(Pixels("preload", 0, 0, kFloorLight), 0);
}

// On a linear axis the fastest block shows in the whisker alone, so a picture that changes with it
// has a whisker.
TEST_F(PageInBrowser, DrawsTheFastestBlockAsAWhisker) {
  Show(TestRecord(), kDesk);
  const json before = Picture("preload", 0, 0);
  Show(TestRecord(), kDesk);
  EXPECT_EQ(Picture("preload", 0, 0), before) << "a page drawn twice must look the same";
  Show(WithField("ns_per_op_min", 6.0), kDesk);
  EXPECT_NE(Picture("preload", 0, 0), before);
}

TEST_F(PageInBrowser, CurvesSwitchFromHeldToResident) {
  json record = TestRecord();
  Show(record, kDesk);
  const json held = Picture("preload", 1, 0);
  Evaluate(
      "(select => { select.value = 'resident_bytes'; select.dispatchEvent(new Event('change')); })"
      "(document.querySelector('#preload select'))");
  browser().WaitForFrames();
  EXPECT_NE(Picture("preload", 1, 0), held);
}

// One allocator far above the live bytes must not press the others flat: the frame stays, and the
// page says whom it cuts.
TEST_F(PageInBrowser, AnOutlierLeavesTheFrameAndIsNamed) {
  json record = TestRecord();
  for (json& cell : record["cells"]) {
    if (cell["table"] != "preload" || cell["allocator"] != "jemalloc") continue;
    for (json& held : cell["timeline"]["held_bytes"]) held = std::int64_t{1} << 30;
  }
  Show(record, kDesk);
  const std::string notes = Evaluate("document.querySelectorAll('#preload .grid')[1].innerText");
  EXPECT_NE(notes.find("Beyond the frame: jemalloc (to 1.00 GiB)."), std::string::npos) << notes;
}

TEST_F(PageInBrowser, RedrawsWhenThemeAndWidthChange) {
  Show(TestRecord(), kDesk);
  browser().Call("Emulation.setEmulatedMedia",
                 {{"features", {{{"name", "prefers-color-scheme"}, {"value", "dark"}}}}});
  browser().Call("Emulation.setDeviceMetricsOverride",
                 {{"width", 375}, {"height", 667}, {"deviceScaleFactor", 1}, {"mobile", true}});
  browser().WaitForFrames();
  browser().WaitForFrames();
  EXPECT_GT(Pixels("in_process", 0, 0, kTextDark), 300);
  EXPECT_LE(Evaluate(kContentWidth).get<int>(), 375);
  ExpectQuietAndOffline();
}

TEST_F(PageInBrowser, SortsByKeyAndKeepsTheFocus) {
  const json record = TestRecord();
  Show(record, kDesk);
  for (const char* field :
       {"ns_per_op_median", "held_over_live_mean", "blocks_visited_per_allocation"}) {
    const std::string button = std::string("'#in_process [data-column=") + field + "]'";
    Evaluate("document.querySelector(" + button + ").focus()");
    browser().PressKey("Enter");
    EXPECT_EQ(Rows("in_process"), Sorted(record, "in_process", field, true)) << field;
    EXPECT_EQ(Evaluate("document.activeElement.closest('th').ariaSort"), "ascending");
    browser().PressKey("Enter");
    EXPECT_EQ(Rows("in_process"), Sorted(record, "in_process", field, false)) << field;
    EXPECT_EQ(Evaluate("document.activeElement.closest('th').ariaSort"), "descending");
    EXPECT_EQ(Evaluate("document.activeElement.dataset.column"), field);
  }
  EXPECT_EQ(Rows("preload"), Sorted(record, "preload", "ratio_to_system", true));
  ExpectQuietAndOffline();
}

TEST_F(PageInBrowser, FiltersByAllocatorWithTheSpaceBar) {
  Show(TestRecord(), kDesk);
  ASSERT_EQ(Rows("preload").size(), 6u);
  Evaluate("document.querySelector('#preload-answer input[value=mimalloc]').focus()");
  browser().PressKey(" ");
  EXPECT_EQ(Rows("preload").size(), 4u);
  EXPECT_EQ(Pixels("preload", 0, 0, kVermillion), 0);
  EXPECT_EQ(Pixels("preload", 1, 0, kVermillion), 0);
  EXPECT_EQ(Rows("in_process").size(), 8u) << "the other table has its own filter";
  EXPECT_EQ(Evaluate("document.querySelector('#preload-answer [role=status]').textContent"),
            "4 of 6 results shown");
  browser().PressKey(" ");
  EXPECT_EQ(Rows("preload").size(), 6u);
  EXPECT_GT(Pixels("preload", 0, 0, kVermillion), 300);
}

TEST_F(PageInBrowser, FiltersByTrace) {
  Show(TestRecord(), kDesk);
  Evaluate(
      "(select => { select.selectedIndex = 2; select.dispatchEvent(new Event('change')); })"
      "(document.querySelector('#in_process-answer select'))");
  browser().WaitForFrames();
  for (const std::string& row : Rows("in_process")) EXPECT_TRUE(row.ends_with("/redis")) << row;
  EXPECT_EQ(Rows("in_process").size(), 4u);
  EXPECT_EQ(Evaluate("[...document.querySelectorAll('#in_process figure')].filter(figure => "
                     "figure.checkVisibility()).length"),
            2);
}

// Every control and every picture has a name that a screen reader can say.
TEST_F(PageInBrowser, EverythingHasAnAccessibleName) {
  Show(TestRecord(), kPhone);
  int seen = 0;
  const json tree = browser().Call("Accessibility.getFullAXTree", json::object());
  for (const json& node : tree["nodes"]) {
    const std::string role = node.value("role", json::object()).value("value", "");
    for (const char* named : {"button", "checkbox", "combobox", "image", "region", "link"}) {
      if (role != named || node.value("ignored", false)) continue;
      ++seen;
      EXPECT_NE(node["name"].value("value", ""), "") << node;
    }
  }
  EXPECT_GT(seen, 50);
}

TEST_F(PageInBrowser, NamesInARecordStayText) {
  const std::string hostile =
      "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>{a|b}";
  json record = TestRecord();
  record["traces"][0]["name"] = hostile;
  record["traces"][0]["tainted"] = hostile;
  record["allocators"][1]["name"] = hostile;
  record["provenance"]["cpu"] = hostile;
  for (json& cell : record["cells"]) {
    if (cell["trace"] == "python") cell["trace"] = hostile;
    if (cell["allocator"] == "boundary_tags") cell["allocator"] = hostile;
    if (cell["status"] == "failed") cell["reason"] = hostile;
  }
  Show(record, kDesk);
  // Tooltips are made when the mouse is over a chart.
  const int count = Evaluate("document.querySelectorAll('.chart').length").get<int>();
  int tooltips = 0;
  for (int i = 0; i < count; ++i) {
    const json at = Evaluate(
        "(chart => { chart.scrollIntoView({block: 'center'}); const box = "
        "chart.getBoundingClientRect(); return [box.left + 180, box.top + 40]; "
        "})(document.querySelectorAll('.chart')[" +
        std::to_string(i) + "])");
    browser().MoveMouse(at[0], at[1]);
    tooltips += Evaluate("document.querySelectorAll('.chart')[" + std::to_string(i) +
                         "].querySelectorAll('dl').length")
                    .get<int>();
  }
  EXPECT_GE(tooltips, 4);
  EXPECT_EQ(Evaluate("document.querySelectorAll('img').length"), 0);
  EXPECT_EQ(Evaluate("typeof window.pwned"), "undefined");
  EXPECT_NE(Evaluate("document.body.innerText").get<std::string>().find(hostile),
            std::string::npos);
  ExpectQuietAndOffline();
}

TEST_F(PageInBrowser, GivesTheRawRecord) {
  const json record = TestRecord();
  Show(record, kDesk);
  const std::string folder = std::filesystem::absolute(Folder() + "/downloads");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  browser().Call("Page.setDownloadBehavior", {{"behavior", "allow"}, {"downloadPath", folder}});
  Evaluate("document.getElementById('download').click()");
  const std::string path = folder + "/alloclab-compare.json";
  for (int i = 0; i < 200 && !std::filesystem::exists(path); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << " did not arrive within 10 s";
  EXPECT_EQ(json::parse(file), record);
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
