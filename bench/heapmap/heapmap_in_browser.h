// What the browser tests of the page of a heap share: a known history, and looks at what the page
// has drawn.

#ifndef ALLOCLAB_BENCH_HEAPMAP_HEAPMAP_IN_BROWSER_H_
#define ALLOCLAB_BENCH_HEAPMAP_HEAPMAP_IN_BROWSER_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "bench/heapmap/heapmap_page.h"
#include "bench/heapmap/random_trace.h"
#include "bench/web/browser.h"
#include "bench/web/in_browser.h"

namespace alloclab {

inline constexpr Screen kDesk = {.width = 1000, .height = 1100};
inline constexpr Screen kDeskDark = {.width = 1000, .height = 1100, .is_dark = true};
inline constexpr Screen kPhone = {.width = 375, .height = 667};
inline constexpr Screen kPhoneDark = {.width = 375, .height = 667, .is_dark = true};

// web/heapmap.css.
inline constexpr const char* kUsedLight = "33,102,172";
inline constexpr const char* kUsedDark = "63,143,220";
inline constexpr const char* kFreeLight = "243,207,115";
inline constexpr const char* kFreeDark = "230,197,82";
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

class HeapmapInBrowser : public InBrowser {
 protected:
  static void Show(const History& history, const Screen& screen) {
    std::ofstream(PageFile(), std::ios::binary) << RenderHeapmap(history);
    browser().Open(PageFile(), screen);
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
    return PixelsOn("document.querySelector('" + selector + "')", rgb);
  }
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_HEAPMAP_IN_BROWSER_H_
