// What tests of pages share: one Chromium for each test suite, the colours on a canvas, and that a
// page says nothing, throws nothing and asks the network for nothing.

#ifndef ALLOCLAB_BENCH_WEB_IN_BROWSER_H_
#define ALLOCLAB_BENCH_WEB_IN_BROWSER_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/web/browser.h"

namespace alloclab {

class InBrowser : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::filesystem::create_directories(Folder());
    browser_ = std::make_unique<Browser>(Folder());
  }
  static void TearDownTestSuite() { browser_.reset(); }

  static std::string Folder() { return testing::TempDir() + "/in_browser"; }

  // Where the page of a test goes.
  static std::string PageFile() { return std::filesystem::absolute(Folder() + "/page.html"); }

  static Browser& browser() { return *browser_; }

  static nlohmann::json Evaluate(const std::string& expression) {
    return browser().Evaluate(expression);
  }

  // Pixels of exactly this "r,g,b" on the canvas that the expression gives; -1 for none.
  static int PixelsOn(const std::string& canvas, const std::string& rgb) {
    // From a copy: reading the canvas itself again and again is warned of.
    return Evaluate(
        "(canvas => { if (!canvas) return -1; const copy = Object.assign("
        "document.createElement('canvas'), {width: canvas.width, height: canvas.height});"
        "const pen = copy.getContext('2d', {willReadFrequently: true}); pen.drawImage(canvas, 0, "
        "0);"
        "const d = pen.getImageData(0, 0, canvas.width, canvas.height).data; let n = 0;"
        "for (let i = 0; i < d.length; i += 4)"
        "  if (d[i + 3] === 255 && [d[i], d[i+1], d[i+2]].join() === '" +
        rgb + "') n += 1; return n; })(" + canvas + ")");
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

#endif  // ALLOCLAB_BENCH_WEB_IN_BROWSER_H_
