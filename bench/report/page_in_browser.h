// What the browser tests share: one Chromium per test suite, the test record, and looks at what the
// page has drawn.

#ifndef ALLOCLAB_BENCH_REPORT_PAGE_IN_BROWSER_H_
#define ALLOCLAB_BENCH_REPORT_PAGE_IN_BROWSER_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/report/browser.h"
#include "bench/report/page.h"

namespace alloclab {

inline constexpr Screen kDesk;
inline constexpr Screen kDeskDark = {.is_dark = true};
inline constexpr Screen kPhone = {.width = 375, .height = 667};
inline constexpr Screen kPhoneDark = {.width = 375, .height = 667, .is_dark = true};

inline nlohmann::json TestRecord() {
  std::ifstream file("bench/report/testdata/compare.json");
  return nlohmann::json::parse(file);
}

class PageInBrowser : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string folder = Folder();
    std::filesystem::create_directories(folder);
    browser_ = std::make_unique<Browser>(folder);
  }
  static void TearDownTestSuite() { browser_.reset(); }

  static std::string Folder() { return testing::TempDir() + "/page_browser"; }

  static Browser& browser() { return *browser_; }

  static void Show(const nlohmann::json& record, const Screen& screen) {
    const std::string file = std::filesystem::absolute(Folder() + "/page.html");
    WritePage(record, file);
    browser().Open(file, screen);
  }

  static nlohmann::json Evaluate(const std::string& expression) {
    return browser().Evaluate(expression);
  }

  static std::string ChartOf(const std::string& table, int kind, int trace) {
    return "document.querySelectorAll('#" + table + " .grid')[" + std::to_string(kind) +
           "]?.querySelectorAll('canvas')[" + std::to_string(trace) + "]";
  }

  // Pixels of exactly this "r,g,b" in the chart of this table, kind and trace; -1 for no such
  // chart. Kinds: 0 for bars, 1 for memory.
  static int Pixels(const std::string& table, int kind, int trace, const std::string& rgb) {
    const std::string chart = "document.querySelectorAll('#" + table + " .grid')[" +
                              std::to_string(kind) + "]?.querySelectorAll('canvas')[" +
                              std::to_string(trace) + "]";
    return Evaluate(
               "(canvas => { if (!canvas) return -1;"
               "const d = canvas.getContext('2d').getImageData(0, 0, canvas.width, "
               "canvas.height).data; let n = 0;"
               "for (let i = 0; i < d.length; i += 4)"
               "  if (d[i + 3] === 255 && [d[i], d[i+1], d[i+2]].join() === '" +
               rgb + "') n += 1; return n; })(" + chart + ")")
        .get<int>();
  }

  // The whole chart as a PNG in a string, to compare with another.
  static nlohmann::json Picture(const std::string& table, int kind, int trace) {
    return Evaluate(ChartOf(table, kind, trace) + ".toDataURL()");
  }

  // First two columns of the table's rows as shown: "allocator/trace".
  static std::vector<std::string> Rows(const std::string& table) {
    return Evaluate("[...document.querySelectorAll('#" + table +
                    " tbody tr')].map(row => row.cells[0].textContent + '/' + "
                    "row.cells[1].textContent)")
        .get<std::vector<std::string>>();
  }

  static void ExpectQuietAndOffline() {
    for (const char* event : {"Runtime.exceptionThrown", "Runtime.consoleAPICalled",
                              "Log.entryAdded", "Network.loadingFailed"}) {
      EXPECT_EQ(browser().EventsNamed(event), std::vector<nlohmann::json>()) << event;
    }
    const std::vector<nlohmann::json> requests = browser().EventsNamed("Network.requestWillBeSent");
    EXPECT_FALSE(requests.empty()) << "not even the page was seen: the events do not arrive";
    for (const nlohmann::json& request : requests) {
      const std::string url = request["request"]["url"];
      EXPECT_TRUE((url.starts_with("file://") && url.ends_with("/page.html")) ||
                  url.starts_with("data:"))
          << url;
    }
  }

 private:
  static inline std::unique_ptr<Browser> browser_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_REPORT_PAGE_IN_BROWSER_H_
