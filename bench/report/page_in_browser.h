// What the browser tests of the report page share: the test records, and looks at what the page has
// drawn.

#ifndef ALLOCLAB_BENCH_REPORT_PAGE_IN_BROWSER_H_
#define ALLOCLAB_BENCH_REPORT_PAGE_IN_BROWSER_H_

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/report/page.h"
#include "bench/web/browser.h"
#include "bench/web/in_browser.h"

namespace alloclab {

inline constexpr Screen kDesk;
inline constexpr Screen kDeskDark = {.is_dark = true};
inline constexpr Screen kPhone = {.width = 375, .height = 667};
inline constexpr Screen kPhoneDark = {.width = 375, .height = 667, .is_dark = true};

// Okabe and Ito's, as the page gives them to the allocators of the test records in their order.
inline constexpr const char* kFirstColour = "0,114,178";  // jemalloc
inline constexpr const char* kSecondColour = "213,94,0";  // mimalloc
inline constexpr const char* kThirdColour = "0,158,115";  // in process boundary_tags
inline constexpr const char* kFloorLight = "179,38,30";   // the mark of the floor, on white
inline constexpr const char* kTextLight = "27,31,36";     // system, on white
inline constexpr const char* kTextDark = "232,235,239";   // system, on black
inline constexpr const char* kLiveLight = "33,102,172";   // layers of memory, on white
inline constexpr const char* kOverheadLight = "194,65,12";

inline nlohmann::json ReadTestdata(const std::string& name) {
  std::ifstream file("bench/report/testdata/" + name);
  return nlohmann::json::parse(file);
}

inline bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline nlohmann::json TestRecord() { return ReadTestdata("compare.json"); }

class PageInBrowser : public InBrowser {
 protected:
  static void Show(const PageContents& contents, const Screen& screen) {
    WritePage(contents, PageFile());
    browser().Open(PageFile(), screen);
  }
  static void Show(const nlohmann::json& record, const Screen& screen) {
    Show(PageContents{.records = {record}}, screen);
  }

  // The text of the first node that this CSS selector finds, as it is seen.
  static std::string Text(const std::string& selector) {
    return Evaluate("document.querySelector(" + nlohmann::json(selector).dump() + ").innerText");
  }

  // What is seen from now on: the table "preload" (as at first) or "in_process".
  static void SwitchTo(const std::string& table) {
    Evaluate("document.querySelector('.view:not([hidden]) .switch input[value=" + table +
             "]').click()");
    browser().WaitForFrames();
  }

  // Chooses in the first select that this CSS selector finds.
  static void Choose(const std::string& selector, const std::string& value) {
    Evaluate("(select => { select.value = " + nlohmann::json(value).dump() +
             "; select.dispatchEvent(new Event('change')); })(document.querySelector(" +
             nlohmann::json(selector).dump() + "))");
    browser().WaitForFrames();
  }

  // The trace of which the details are seen.
  static void ShowTrace(const std::string& table, const std::string& trace) {
    Choose("#" + table + "-trace .stepper select", trace);
  }

  // The canvas of the figure in `section` whose caption begins so; undefined for none that is seen.
  static std::string Chart(const std::string& section, const std::string& caption) {
    return "[...document.querySelectorAll('#" + section +
           " figure')].find(figure => figure.checkVisibility() && "
           "figure.querySelector('figcaption').textContent.startsWith(" +
           nlohmann::json(caption).dump() + "))?.querySelector('canvas')";
  }

  // What the chart is made of, as the library that draws it has it.
  static nlohmann::json Option(const std::string& section, const std::string& caption,
                               const std::string& part) {
    return Evaluate("echarts.getInstanceByDom(" + Chart(section, caption) +
                    ".closest('.chart')).getOption()." + part);
  }

  // The texts drawn into the chart beside its axes and series: [text, left, middle].
  static nlohmann::json DrawnTexts(const std::string& section, const std::string& caption) {
    return Option(section, caption,
                  "graphic.flatMap(one => one.elements).filter(one => one.type === 'text').map("
                  "({style}) => [style.text, style.x, style.y])");
  }

  // Pixels of exactly this "r,g,b" in the chart; -1 for no such chart.
  static int Pixels(const std::string& section, const std::string& caption,
                    const std::string& rgb) {
    return PixelsOn(Chart(section, caption), rgb);
  }

  // The whole chart as a PNG in a string, to compare with another.
  static nlohmann::json Picture(const std::string& section, const std::string& caption) {
    return Evaluate(Chart(section, caption) + ".toDataURL()");
  }

  // What is said beside the mouse at a place of the chart, in shares of its width and height.
  static std::string Tooltip(const std::string& section, const std::string& caption, double across,
                             double down) {
    const std::string chart = Chart(section, caption) + ".closest('.chart')";
    const nlohmann::json box = Evaluate(
        "(chart => { chart.scrollIntoView({block: 'center'}); const box = "
        "chart.getBoundingClientRect(); return [box.left, box.top, "
        "box.width, box.height]; })(" +
        chart + ")");
    browser().MoveMouse(box[0].get<double>() + across * box[2].get<double>(),
                        box[1].get<double>() + down * box[3].get<double>());
    return Evaluate("[...(" + chart +
                    ").querySelectorAll('dl')].map(list => "
                    "list.parentNode.innerText).join('|')");
  }

  // First two columns of the rows of all figures as shown: "allocator/trace".
  static std::vector<std::string> Rows(const std::string& table) {
    return Evaluate("[...document.querySelectorAll('#" + table +
                    "-figures tbody tr')].map(row => row.cells[0].textContent + '/' + "
                    "row.cells[1].textContent)")
        .get<std::vector<std::string>>();
  }

  // A cell of the table of all preloaded figures, as shown.
  static std::string Figure(const std::string& allocator, const std::string& trace,
                            const std::string& column) {
    return Evaluate(
        "(table => [...table.tBodies[0].rows].find(row => row.cells[0].textContent === '" +
        allocator + "' && row.cells[1].textContent === '" + trace +
        "').cells[[...table.tHead.rows[0].cells].findIndex(head => head.firstChild.dataset.column "
        "=== '" +
        column + "')].textContent)(document.querySelector('#preload-figures table'))");
  }

  // Every chart that is seen has at least so many pixels that are not clear; how many charts.
  static int ExpectDrawnCharts(int pixels) {
    const nlohmann::json inked = Evaluate(
        "[...document.querySelectorAll('.chart')].filter(one => one.checkVisibility()).map(one => {"
        "const canvas = one.querySelector('canvas'); if (!canvas) return 0;"
        "const d = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;"
        "let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })");
    for (const nlohmann::json& count : inked) EXPECT_GT(count.get<int>(), pixels) << inked;
    return static_cast<int>(inked.size());
  }

  static void ExpectFitsTheWidth() {
    EXPECT_LE(Evaluate("document.documentElement.scrollWidth - innerWidth").get<int>(), 0);
    EXPECT_EQ(Evaluate("[...document.querySelectorAll('canvas')].filter(canvas => "
                       "canvas.getBoundingClientRect().right > innerWidth).length"),
              0);
  }
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_REPORT_PAGE_IN_BROWSER_H_
