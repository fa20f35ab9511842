// The parts beside the traces: threaded workloads, whole programs, heaps to travel in, and several
// records in one page.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "bench/report/page_in_browser.h"

namespace alloclab {
namespace {

using nlohmann::json;

class PageParts : public PageInBrowser {
 protected:
  static std::string Label(const std::string& section, const std::string& caption) {
    return Evaluate(Chart(section, caption) + ".closest('.chart').getAttribute('aria-label')");
  }

  // What the link of this number gives under this name; "" when it does not arrive within 10 s.
  static std::string Download(int link, const std::string& name) {
    const std::string folder = std::filesystem::absolute(Folder() + "/downloads");
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    browser().Call("Page.setDownloadBehavior", {{"behavior", "allow"}, {"downloadPath", folder}});
    Evaluate("document.querySelectorAll('.download')[" + std::to_string(link) + "].click()");
    const std::string path = folder + "/" + name;
    for (int i = 0; i < 200 && !std::filesystem::exists(path); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
};

class PagePartsOnScreen : public PageParts, public testing::WithParamInterface<Screen> {};

TEST_P(PagePartsOnScreen, WorkloadsAloneAreAPage) {
  Show(ReadTestdata("workloads.json"), GetParam());
  EXPECT_EQ(ExpectDrawnCharts(1500), 2);
  ExpectFitsTheWidth();
  EXPECT_EQ(Evaluate("document.querySelectorAll('.view').length"), 0);
  ExpectQuietAndOffline();
}

TEST_P(PagePartsOnScreen, ProgramsAloneAreAPage) {
  Show(ReadTestdata("programs.json"), GetParam());
  EXPECT_EQ(ExpectDrawnCharts(1000), 2 * 2);
  ExpectFitsTheWidth();
  ExpectQuietAndOffline();
}

std::string NameOf(const testing::TestParamInfo<Screen>& info) {
  return std::to_string(info.param.width) + (info.param.is_dark ? "Dark" : "Light");
}

INSTANTIATE_TEST_SUITE_P(Screens, PagePartsOnScreen, testing::Values(kDesk, kPhoneDark), NameOf);

// A line for each allocator, and no point for what failed.
TEST_F(PageParts, ScalingShowsOperationsPerSecondOfElapsedTime) {
  json record = ReadTestdata("workloads.json");
  for (json& cell : record["cells"]) {
    if (cell["workload"] == "larson" && cell["threads"] == 4 && cell["allocator"] == "tcmalloc") {
      cell["elapsed_ns_per_op_median"] = 8.0;
      cell["ns_per_op_median"] = 32.0;
    }
  }
  Show(record, kDesk);
  const std::string label = Label("scaling", "larson");
  EXPECT_NE(label.find("tcmalloc with 4 threads 125 M"), std::string::npos) << label;
  EXPECT_EQ(label.find("jemalloc with 4 threads"), std::string::npos) << label;
  EXPECT_NE(label.find("jemalloc with 2 threads"), std::string::npos) << label;
  EXPECT_GT(Pixels("scaling", "larson", kFirstColour), 100);
  const std::string text = Text("#scaling");
  EXPECT_NE(text.find("jemalloc on larson, 4 threads: Did not end within 120 s"), std::string::npos)
      << text;
  EXPECT_NE(text.find("threadtest\ntcmalloc leads with 4 threads, in elapsed time."),
            std::string::npos)
      << text;
  Evaluate("document.querySelector('#scaling input[value=jemalloc]').focus()");
  browser().PressKey(" ");
  EXPECT_EQ(Pixels("scaling", "larson", kFirstColour), 0);
}

// Whoever has no point with one thread has its first with two, and is told of there.
TEST_F(PageParts, ScalingTellsOfTheThreadsUnderTheMouse) {
  json record = ReadTestdata("workloads.json");
  for (json& cell : record["cells"]) {
    if (cell["allocator"] == "system" && cell["threads"] == 1) cell["status"] = "failed";
  }
  Show(record, kDesk);
  const std::string one = Tooltip("scaling", "threadtest", 0.25, 0.5);
  EXPECT_EQ(one.substr(0, 9), "1 thread\n") << one;
  EXPECT_EQ(one.find("\nsystem\n"), std::string::npos) << one;
  const std::string two = Tooltip("scaling", "threadtest", 0.5, 0.5);
  EXPECT_EQ(two.substr(0, 10), "2 threads\n") << two;
  EXPECT_NE(two.find("\nsystem\n66.4 M ops/s"), std::string::npos) << two;
}

// Our variants, told by the names of their libraries, are seen when they are asked for, with keys.
TEST_F(PageParts, ScalingShowsVariantsWhenAsked) {
  json record = ReadTestdata("workloads.json");
  const auto make_own = [&](const std::string& name) {
    for (json& one : record["allocators"]) {
      if (one["name"] == name) one["path"] = "some/where/libmalloc_" + name + ".so";
    }
  };
  const auto shown = [] {
    return Evaluate(
        "[...document.querySelectorAll('#scaling .boxes input:checked')].map(box => box.value)");
  };
  const auto pixels = [] { return Pixels("scaling", "threadtest", kSecondColour); };
  make_own("tcmalloc");
  Show(record, kDesk);
  EXPECT_EQ(shown(), (json{"system", "jemalloc"}));
  EXPECT_EQ(pixels(), 0);
  EXPECT_TRUE(Has(Text("#scaling .controls"), "Also this project\u2019s 1 variant"));
  Evaluate("document.querySelector('#scaling .variants').focus()");
  browser().PressKey(" ");
  EXPECT_EQ(shown(), (json{"system", "jemalloc", "tcmalloc"}));
  EXPECT_GT(pixels(), 100);
  Evaluate("document.querySelector('#scaling .boxes input[value=tcmalloc]').focus()");
  browser().PressKey(" ");
  EXPECT_EQ(pixels(), 0);
  EXPECT_EQ(Evaluate("document.querySelector('#scaling .variants').checked"), false);
  // Where there are no others, nothing is hidden.
  make_own("jemalloc");
  Show(record, kDesk);
  EXPECT_EQ(shown(), (json{"system", "jemalloc", "tcmalloc"}));
  EXPECT_EQ(Evaluate("document.querySelectorAll('#scaling .variants').length"), 0);
}

// Whose line is whose, at its end, and no name on another; on a phone there is no room.
TEST_F(PageParts, ScalingNamesLinesAtTheirEnds) {
  json record = ReadTestdata("workloads.json");
  for (json& cell : record["cells"]) {
    if (cell["status"] == "ok") cell["elapsed_ns_per_op_median"] = 20.0;
  }
  record["workloads"][1]["name"] = "producer_consumer";
  for (json& cell : record["cells"]) {
    if (cell["workload"] == "threadtest") cell["workload"] = "producer_consumer";
  }
  Show(record, Screen{.width = 1400, .height = 1000});
  json names = DrawnTexts("scaling", "producer_consumer");
  ASSERT_EQ(names.size(), 3u) << names;
  const double width = Evaluate(Chart("scaling", "producer_consumer") + ".clientWidth");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_LT(names[i][1].get<double>() + 60, width);
    if (i > 0) EXPECT_GE(names[i][2].get<double>(), names[i - 1][2].get<double>() + 12) << names;
  }
  EXPECT_LT(Evaluate("[...document.querySelectorAll('#scaling .label')].at(-1).getClientRects()[0]"
                     ".height"),
            30)
      << "the name of a workload is broken";
  EXPECT_LE(Evaluate("(label => label.scrollWidth - label.clientWidth)("
                     "[...document.querySelectorAll('#scaling .label')].at(-1))"),
            0);
  Show(record, kPhone);
  EXPECT_EQ(DrawnTexts("scaling", "producer_consumer"), json::array());
}

TEST_F(PageParts, SystemIsNotHeldAgainstItself) {
  json record = ReadTestdata("workloads.json");
  for (json& cell : record["cells"]) {
    const bool is_open = cell["allocator"] == "system" || cell["allocator"] == "jemalloc";
    if (cell["workload"] == "threadtest" && is_open) cell["standing"] = "unresolved";
  }
  Show(record, kDesk);
  EXPECT_TRUE(Has(Text("#scaling .answers"), "Not resolved against system: jemalloc."))
      << Text("#scaling .answers");
}

// Whatever the order of names in each of the records, and in both tables of one.
TEST_F(PageParts, AnAllocatorHasOneMarkOnTheWholePage) {
  json traces = TestRecord();
  traces["allocators"].push_back({{"name", "tcmalloc"}, {"table", "preload"}});
  json workloads = ReadTestdata("workloads.json");
  std::reverse(workloads["allocators"].begin(), workloads["allocators"].end());
  workloads["allocators"].push_back({{"name", "bump"}, {"table", "preload"}});
  Show(PageContents{.records = {traces, workloads, ReadTestdata("programs.json")}}, kDesk);
  SwitchTo("in_process");
  SwitchTo("preload");
  const json marks = Evaluate(
      "Object.entries(Object.groupBy([...document.querySelectorAll('.named, .boxes label')]"
      ".filter(one => one.querySelector('path')), one => one.textContent)).map(([name, all]) => "
      "[name, all.length, [...new Set(all.map(one => one.querySelector('path').outerHTML))]])");
  std::set<std::string> seen;
  for (const json& mark : marks) {
    EXPECT_EQ(mark[2].size(), 1u) << mark;
    EXPECT_TRUE(seen.insert(mark[2][0]).second) << "that of another: " << mark;
    if (mark[0] == "jemalloc") EXPECT_GT(mark[1].get<int>(), 6) << "in every part";
  }
  EXPECT_EQ(seen.size(), 7u) << marks;
  // In pictures, too: tcmalloc is the third of the page, and second to none in its own record.
  EXPECT_GT(Pixels("scaling", "threadtest", kThirdColour), 100);
  EXPECT_EQ(Pixels("scaling", "threadtest", kSecondColour), 0);
}

// Its cells may say which table they are of; then system stands in each.
TEST_F(PageParts, ScalingKeepsTablesApart) {
  json record = ReadTestdata("workloads.json");
  json other = record["cells"];
  for (json& cell : record["cells"]) cell["table"] = "preload";
  for (json& cell : other) {
    cell["table"] = "in_process";
    record["cells"].push_back(cell);
  }
  for (const char* name : {"system", "jemalloc", "tcmalloc"}) {
    record["allocators"].push_back({{"name", name}, {"table", "in_process"}});
  }
  Show(record, kDesk);
  EXPECT_EQ(ExpectDrawnCharts(1500), 4);
  EXPECT_EQ(Evaluate("[...document.querySelectorAll('#scaling h3')].map(one => one.textContent)"),
            (json{"Preloaded", "In process", "Failures"}));
}

// Not run is no success, and no failure.
TEST_F(PageParts, WhoWasNotRunOnAProgramHasNoMean) {
  json record = ReadTestdata("programs.json");
  json cells = json::array();
  for (const json& cell : record["cells"]) {
    const bool is_left = cell["program"] == "python" && cell["allocator"] == "jemalloc";
    if (!is_left) cells.push_back(cell);
  }
  record["cells"] = cells;
  Show(record, kDesk);
  const std::string table = Text("#programs tbody");
  EXPECT_NE(table.find("jemalloc\n\t\u2013\t\u2013\t\u2013\tnot run on 1 of 2: no mean"),
            std::string::npos)
      << table;
}

// Each program's figures, and not system's interval to itself.
TEST_F(PageParts, ProgramsHaveATableOfAllFigures) {
  json record = ReadTestdata("programs.json");
  for (json& cell : record["cells"]) {
    if (cell["program"] != "sqlite" || cell["allocator"] != "jemalloc") continue;
    cell["cpu_s_median"] = 1.25;
    cell["wall_s_median"] = 2.5;
    cell["resident_bytes_peak_median"] = 3 << 20;
    cell["cpu"] = {{"ratio_to_system", 1.0},
                   {"ratio_to_system_interval", {0.999, 1.001}},
                   {"standing", "same"}};
    cell["wall"] = {{"ratio_to_system", 1.2},
                    {"ratio_to_system_interval", {0.9, 1.5}},
                    {"standing", "unresolved"},
                    {"blocks_needed", 77}};
    cell["resident"] = {
        {"ratio_to_system", 0.5}, {"ratio_to_system_interval", {0.4, 0.6}}, {"standing", "faster"}};
    cell["leads"] = true;
  }
  Show(record, kDesk);
  const json rows = Evaluate(
      "[...document.querySelectorAll('#programs details tbody tr')].map(row => "
      "[...row.cells].map(cell => cell.textContent).join('|'))");
  ASSERT_EQ(rows.size(), 5u) << "all that ran";
  EXPECT_EQ(rows[1],
            "sqlite|jemalloc|1.25 s|1.00\u00d7 (0.999\u20131.00)|same|3.00 MiB|0.500\u00d7 "
            "(0.400\u20130.600)|faster|2.50 s|1.20\u00d7 (0.900\u20131.50)|unresolved; 77 blocks "
            "would tell|leads|7");
  EXPECT_NE(rows[0].get<std::string>().find("sqlite|system|1.94 s|1.00\u00d7|same|"),
            std::string::npos)
      << rows[0];
  // The interval of 1 of somebody else is one that was measured.
  for (json& cell : record["cells"]) {
    if (cell["allocator"] == "jemalloc") cell["cpu"]["ratio_to_system_interval"] = {1.0, 1.0};
  }
  Show(record, kDesk);
  const std::string label = Label("programs", "sqlite: processor time");
  EXPECT_NE(label.find("jemalloc 1.00\u00d7 (1.00\u20131.00)"), std::string::npos) << label;
  EXPECT_NE(label.find("system 1.00\u00d7;"), std::string::npos) << label;
}

TEST_F(PageParts, ProgramsHaveMeansOfThoseThatRanAll) {
  json record = ReadTestdata("programs.json");
  for (json& cell : record["cells"]) {
    // Figures of what failed are no figures.
    if (cell["status"] != "ok")
      cell["cpu"] = cell["wall"] = cell["resident"] = {{"ratio_to_system", 0.1}};
  }
  Show(record, kDesk);
  double log = 0;
  double down = 0;
  double up = 0;
  int count = 0;
  for (const json& cell : record["cells"]) {
    if (cell["allocator"] != "jemalloc") continue;
    const double ratio = cell["cpu"]["ratio_to_system"];
    const json& interval = cell["cpu"]["ratio_to_system_interval"];
    log += std::log(ratio);
    down += std::pow(std::log(ratio / interval[0].get<double>()), 2);
    up += std::pow(std::log(interval[1].get<double>() / ratio), 2);
    ++count;
  }
  char expected[64];
  std::snprintf(expected, sizeof expected, "%.3f\u00d7 (%.3f\u2013%.2f)", std::exp(log / count),
                std::exp((log - std::sqrt(down)) / count), std::exp((log + std::sqrt(up)) / count));
  const std::string table = Text("#programs tbody");
  EXPECT_NE(table.find(expected), std::string::npos) << expected << " not in " << table;
  EXPECT_NE(table.find("tcmalloc\n\t\u2013\t\u2013\t\u2013\t\u2715 failed on 1 of 2: no mean"),
            std::string::npos)
      << table;
  const std::string text = Text("#programs");
  EXPECT_NE(text.find("Processor time\nFaster than system: jemalloc on 1. Slower: jemalloc on 1. "
                      "Not resolved: tcmalloc on 1."),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("tcmalloc on python: Ended by signal 6"), std::string::npos) << text;
  EXPECT_GT(Pixels("programs", "sqlite: processor time", kSecondColour), 40);
  EXPECT_EQ(Pixels("programs", "python: processor time", kSecondColour), 0);
}

TEST_F(PageParts, SeveralRunsStandBehindAChoice) {
  json other = TestRecord();
  other["provenance"]["mode"] = "partial-order";
  for (json& cell : other["cells"]) {
    if (cell["allocator"] == "jemalloc") cell["ratio_to_system"] = 0.25;
  }
  Show(PageContents{.records = {TestRecord(), other}}, kDesk);
  EXPECT_EQ(Text("#preload-answer .answers").find("0.250"), std::string::npos);
  EXPECT_EQ(Evaluate("document.querySelector('#run2-preload-answer').checkVisibility()"), false);
  Choose(".run select", "1");
  EXPECT_EQ(Evaluate("document.querySelector('#preload-answer').checkVisibility()"), false);
  EXPECT_NE(Text("#run2-preload-answer .answers").find("0.250"), std::string::npos);
  EXPECT_NE(Text(".run").find("partial-order"), std::string::npos);
  EXPECT_EQ(ExpectDrawnCharts(1500), 1 + 3 + 3);
  ExpectQuietAndOffline();
}

// What has no results is no choice, and shifts none.
TEST_F(PageParts, ARunWithoutResultsIsNoChoice) {
  json empty = TestRecord();
  empty["cells"] = json::array();
  json other = TestRecord();
  other["provenance"]["mode"] = "partial-order";
  for (json& cell : other["cells"]) {
    if (cell["allocator"] == "jemalloc") cell["ratio_to_system"] = 0.25;
  }
  Show(PageContents{.records = {empty, TestRecord(), other}}, kDesk);
  const json runs =
      Evaluate("[...document.querySelector('.run select').options].map(one => one.text[0])");
  EXPECT_EQ(runs, (json{"2", "3"}));
  EXPECT_EQ(Text(".view:not([hidden]) .answers").find("0.250"), std::string::npos);
  Choose(".run select", "1");
  const std::string seen = Evaluate(
      "[...document.querySelectorAll('.answers')].find(one => one.checkVisibility()).innerText");
  EXPECT_NE(seen.find("0.250"), std::string::npos) << seen;
}

// A seed of a generator is any 64 bits, which JavaScript's numbers are not.
TEST_F(PageParts, LargeNumbersStayWhatTheyAre) {
  json record = TestRecord();
  record["traces"][0]["generator"] = {
      {"name", "larson"}, {"parameters", {{"seed", 18446744073709551615u}, {"slots", 1000}}}};
  Show(record, kDesk);
  const std::string downloaded = Download(0, "alloclab-compare.json");
  EXPECT_EQ(json::parse(downloaded), record);
  EXPECT_NE(downloaded.find("18446744073709551615"), std::string::npos);
  EXPECT_NE(Evaluate("document.querySelector('#provenance').textContent")
                .get<std::string>()
                .find("larson, seed 18446744073709551615, slots 1000"),
            std::string::npos);
}

TEST_F(PageParts, GivesEveryRawRecord) {
  const json records[] = {TestRecord(), ReadTestdata("workloads.json"),
                          ReadTestdata("programs.json")};
  Show(PageContents{.records = {records[0], records[1], records[2]}}, kDesk);
  const char* names[] = {"alloclab-compare.json", "alloclab-workloads.json",
                         "alloclab-programs.json"};
  for (int link = 0; link < 3; ++link) {
    EXPECT_EQ(json::parse(Download(link, names[link])), records[link]);
  }
}

TEST_F(PageParts, WithoutHeapsSaysWhichCommandMakesOne) {
  Show(TestRecord(), kDesk);
  EXPECT_NE(Text("#heap").find("tools/alloclab compare traces/corpus/python.alt --heapmap "
                               "python:boundary_tags puts one into it."),
            std::string::npos)
      << Text("#heap");
}

// It is one to be copied: words that a shell would take apart are quoted.
TEST_F(PageParts, TheCommandThatMakesAHeapIsQuoted) {
  json record = TestRecord();
  record["traces"][0]["path"] = "it's here.alt";
  Show(record, kDesk);
  EXPECT_NE(Text("#heap").find("compare 'it'\\''s here.alt' --heapmap python:boundary_tags"),
            std::string::npos)
      << Text("#heap");
}

// Two heaps of one record: each is unpacked when it is chosen and about to be seen, and its slider
// moves its strip.
TEST_F(PageParts, TravelsInTheHeapsThatItIsGiven) {
  const json history = ReadTestdata("history.json");
  json other = history;
  other["allocator"] = "another";
  Show(PageContents{.records = {TestRecord()},
                    .histories = {{"larson", "tlsf", history}, {"larson", "another", other}}},
       kDesk);
  EXPECT_EQ(Evaluate("document.querySelectorAll('.heap-strip').length"), 0) << "far below";
  Evaluate("document.querySelector('#heap').scrollIntoView()");
  const auto strip = [] {
    Evaluate(
        "new Promise(done => { const look = () => document.querySelector("
        "'#heap > div:not([hidden]) .heap-slider:not([disabled])') ? done() : setTimeout(look, "
        "20); "
        "look(); })");
    browser().WaitForFrames();
    return Evaluate("document.querySelector('#heap > div:not([hidden]) .heap-strip').toDataURL()");
  };
  const json before = strip();
  EXPECT_NE(Text("#heap > div:not([hidden]) h2").find("larson on tlsf"), std::string::npos);
  Evaluate(
      "(slider => { slider.value = slider.min; slider.dispatchEvent(new Event('input')); })"
      "(document.querySelector('#heap > div:not([hidden]) .heap-slider'))");
  EXPECT_TRUE(strip() != before);
  Choose("#heap > .choice select", "1");
  EXPECT_TRUE(strip() == before);
  EXPECT_NE(Text("#heap > div:not([hidden]) h2").find("larson on another"), std::string::npos);
  ExpectFitsTheWidth();
  ExpectQuietAndOffline();
}

}  // namespace
}  // namespace alloclab
