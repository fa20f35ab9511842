// What the browser tests share: one Chromium per test suite, a known history, and looks at what the
// page has drawn.

#ifndef ALLOCLAB_BENCH_HEAPMAP_HEAPMAP_IN_BROWSER_H_
#define ALLOCLAB_BENCH_HEAPMAP_HEAPMAP_IN_BROWSER_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/heapmap/heapmap_page.h"
#include "bench/heapmap/random_trace.h"
#include "bench/report/browser.h"

namespace alloclab {

inline constexpr Screen kDesk = {.width = 1000, .height = 1100};
inline constexpr Screen kDeskDark = {.width = 1000, .height = 1100, .is_dark = true};
inline constexpr Screen kPhone = {.width = 375, .height = 667};
inline constexpr Screen kPhoneDark = {.width = 375, .height = 667, .is_dark = true};

// web/heapmap.css.
inline constexpr const char* kUsedLight = "33,102,172";
inline constexpr const char* kUsedDark = "63,143,220";
inline constexpr const char* kFreeLight = "243,207,115";
inline constexpr const char* kFreeDark = "168,132,44";
inline constexpr const char* kMarkLight = "192,0,106";

// Four blocks, one of them freed and one resized.
inline constexpr const char* kKnownTrace =
    "alloclab trace text 1\n\n"
    "0 = malloc 100\n"
    "1 = malloc 24\n"
    "2 = malloc 5000\n"
    "free 0\n"
    "3 = realloc 1 7000\n";

inline History KnownHistory() {
  History history =
      RecordHistory(*OpenTraceBytes("known", kKnownTrace), {.allocator = "first_fit_list"});
  history.trace = "known";
  history.path = "known.alt";
  return history;
}

class HeapmapInBrowser : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::filesystem::create_directories(Folder());
    browser_ = std::make_unique<Browser>(Folder());
  }
  static void TearDownTestSuite() { browser_.reset(); }

  static std::string Folder() { return testing::TempDir() + "/heapmap_browser"; }
  static Browser& browser() { return *browser_; }
  static nlohmann::json Evaluate(const std::string& expression) {
    return browser().Evaluate(expression);
  }

  static void Show(const History& history, const Screen& screen) {
    const std::string file = std::filesystem::absolute(Folder() + "/page.html");
    std::ofstream(file, std::ios::binary) << RenderHeapmap(history);
    browser().Open(file, screen);
    WaitUntilSharp();
  }

  // All is decoded, drawn, and the overview is as sharp as the screen.
  static void WaitUntilSharp() {
    Evaluate(
        "heapmapReady.then(async (view) => { const { overview } = view; do {"
        "await new Promise((done) => setTimeout(done, 20)); }"
        "while (overview.sharpened !== overview.sharpening || overview.sharpened < 0); })");
    browser().WaitForFrames();
  }

  static nlohmann::json OfView(const std::string& expression) {
    return Evaluate("heapmapReady.then((view) => " + expression + ")");
  }

  static std::string TextOf(const std::string& selector) {
    return Evaluate("document.querySelector('" + selector + "').innerText.replace(/\\s+/g, ' ')");
  }

  static void Focus(const std::string& selector) {
    Evaluate("document.querySelector('" + selector + "').focus()");
  }

  static void Press(const std::string& key, int code) {
    for (const char* type : {"rawKeyDown", "keyUp"}) {
      browser().Call("Input.dispatchKeyEvent",
                     {{"type", type}, {"key", key}, {"windowsVirtualKeyCode", code}});
    }
    browser().WaitForFrames();
  }

  static std::uint64_t CurrentEvent() { return OfView("view.model.event"); }

  // Pixels of exactly this colour on the canvas.
  static int Pixels(const std::string& selector, const std::string& rgb) {
    // From a copy: reading the canvas itself again and again is warned of.
    return Evaluate(
        "(canvas => { const copy = Object.assign(document.createElement('canvas'), {width: "
        "canvas.width, height: canvas.height}); const pen = copy.getContext('2d', "
        "{willReadFrequently: true}); pen.drawImage(canvas, 0, 0);"
        "const d = pen.getImageData(0, 0, canvas.width, canvas.height).data; let n = 0;"
        "for (let i = 0; i < d.length; i += 4)"
        "  if (d[i + 3] === 255 && [d[i], d[i+1], d[i+2]].join() === '" +
        rgb + "') n += 1; return n; })(document.querySelector('" + selector + "'))");
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

#endif  // ALLOCLAB_BENCH_HEAPMAP_HEAPMAP_IN_BROWSER_H_
