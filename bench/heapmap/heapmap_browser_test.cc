// The page of a heap in a real browser: drawn, quiet, offline, and named for whoever cannot see it,
// on a desk and on a phone.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "bench/heapmap/heapmap_in_browser.h"
#include "bench/heapmap/heapmap_page.h"
#include "bench/heapmap/random_trace.h"
#include "bench/web/browser.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

using nlohmann::json;

class HeapmapOnScreen : public HeapmapInBrowser, public testing::WithParamInterface<Screen> {};

TEST_P(HeapmapOnScreen, IsDrawnInTheColoursOfTheTheme) {
  const History history =
      HistoryOf(RandomHeapEvents(TestSeed(), 800), {.allocator = "first_fit_list"});
  Show(history, GetParam());
  const bool is_dark = GetParam().is_dark;
  EXPECT_GT(Pixels(".heap-overview canvas", is_dark ? kUsedDark : kUsedLight), 200);
  EXPECT_GT(Pixels(".heap-overview canvas", is_dark ? kFreeDark : kFreeLight), 200);
  EXPECT_EQ(Pixels(".heap-overview canvas", is_dark ? kUsedLight : kUsedDark), 0);
  EXPECT_GT(Pixels(".heap-strip", is_dark ? kFreeDark : kFreeLight), 200);
  ExpectQuietAndOffline();
}

TEST_P(HeapmapOnScreen, FitsTheWidth) {
  History history = HistoryOf(RandomHeapEvents(TestSeed(), 300), {.allocator = "slab"});
  history.path = "/a/rather/long/path/to/a/trace/that/somebody/has/made.alt";
  Show(history, GetParam());
  Evaluate("document.querySelector('details').open = true");
  browser().WaitForFrames();
  EXPECT_EQ(Evaluate("innerWidth"), GetParam().width);
  EXPECT_LE(Evaluate("document.documentElement.scrollWidth").get<int>(), GetParam().width);
  EXPECT_EQ(Evaluate("[...document.querySelectorAll('.heapmap *')].filter(one => "
                     "one.getBoundingClientRect().right > innerWidth + 1).length"),
            0);
}

INSTANTIATE_TEST_SUITE_P(Screens, HeapmapOnScreen,
                         testing::Values(kDesk, kDeskDark, kPhone, kPhoneDark),
                         [](const auto& one) {
                           return std::to_string(one.param.width) +
                                  (one.param.is_dark ? "Dark" : "Light");
                         });

TEST_F(HeapmapInBrowser, RedrawsWhenThemeAndWidthChange) {
  Show(HistoryOf(RandomHeapEvents(TestSeed(), 800), {.allocator = "first_fit_list"}), kDesk);
  browser().Call("Emulation.setEmulatedMedia",
                 {{"features", {{{"name", "prefers-color-scheme"}, {"value", "dark"}}}}});
  browser().WaitForFrames();
  EXPECT_GT(Pixels(".heap-overview canvas", kUsedDark), 200);
  EXPECT_EQ(Pixels(".heap-overview canvas", kUsedLight), 0);
  browser().Call("Emulation.setDeviceMetricsOverride",
                 {{"width", 375}, {"height", 667}, {"deviceScaleFactor", 1}, {"mobile", true}});
  browser().WaitForFrames();
  browser().WaitForFrames();
  WaitUntilSharp();
  EXPECT_GT(Pixels(".heap-overview canvas", kUsedDark), 200);
  EXPECT_EQ(Pixels(".heap-overview canvas", kUsedLight), 0);
  EXPECT_EQ(Pixels(".heap-strip", kFreeLight), 0);
  EXPECT_LE(Evaluate("document.documentElement.scrollWidth").get<int>(), 375);
  ExpectQuietAndOffline();
}

TEST_F(HeapmapInBrowser, NamesStayText) {
  const std::string hostile =
      "</title></script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>&lt;";
  History history = KnownHistory();
  history.trace = history.path = hostile;
  Show(history, kDesk);
  EXPECT_EQ(Evaluate("typeof window.pwned"), "undefined");
  EXPECT_EQ(Evaluate("document.querySelectorAll('img').length"), 0);
  EXPECT_EQ(Evaluate("document.querySelector('h2').textContent"),
            "The heap of " + hostile + " on first_fit_list");
  EXPECT_EQ(Evaluate("document.title"), "The heap of " + hostile + " on first_fit_list");
  ExpectQuietAndOffline();
}

// Should a script of somebody else's get in after all, it can send nothing out.
TEST_F(HeapmapInBrowser, MayReachForNothing) {
  Show(KnownHistory(), kDesk);
  for (const char* url : {"data:,x", "file:///etc/hostname", "http://127.0.0.1:9/"}) {
    EXPECT_EQ(Evaluate("new Promise(done => { document.addEventListener('securitypolicyviolation', "
                       "event => done(event.effectiveDirective), {once: true}); fetch('" +
                       std::string(url) +
                       "').then(() => done('reached'), () => setTimeout(() => "
                       "done('failed'), 500)); })"),
              "connect-src")
        << url;
  }
}

// Every control and every picture has a name that a screen reader can say.
TEST_F(HeapmapInBrowser, EverythingHasAnAccessibleName) {
  Show(KnownHistory(), kPhone);
  Evaluate("document.querySelector('details').open = true");
  int seen = 0;
  const json tree = browser().Call("Accessibility.getFullAXTree", json::object());
  for (const json& node : tree["nodes"]) {
    const std::string role = node.value("role", json::object()).value("value", "");
    for (const char* named : {"button", "slider", "spinbutton", "image", "application"}) {
      if (role != named || node.value("ignored", false)) continue;
      ++seen;
      EXPECT_NE(node["name"].value("value", ""), "") << node;
    }
  }
  EXPECT_GT(seen, 12);
  EXPECT_EQ(Evaluate("[...document.querySelectorAll('[role=group]')].filter(one => "
                     "!one.getAttribute('aria-label')).length"),
            0);
}

TEST_F(HeapmapInBrowser, SaysWhenTheHistoryIsDamaged) {
  std::string page = RenderHeapmap(KnownHistory());
  const std::size_t at = page.find("\"lifetime\":\"") + 12;
  page.replace(at, 4, "AAAA");
  std::ofstream(PageFile(), std::ios::binary) << page;
  browser().Open(PageFile(), kDesk);
  Evaluate("heapmapReady.then(() => true)");
  EXPECT_NE(TextOf("[role=status]").find("The history cannot be decoded"), std::string::npos);
}

}  // namespace
}  // namespace alloclab
