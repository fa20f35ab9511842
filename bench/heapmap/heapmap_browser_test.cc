// The page of a heap in a real browser: drawn, quiet, offline, right, and usable with keys and on a
// phone.
//
// The oracle is the history, looked through by brute force here; pictures are judged by their
// pixels and by the cells that they were drawn from.

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>

#include "bench/heapmap/brute_force.h"
#include "bench/heapmap/heapmap_page.h"
#include "bench/heapmap/random_trace.h"
#include "bench/report/browser.h"

namespace alloclab {
namespace {

using nlohmann::json;

constexpr Screen kDesk = {.width = 1000, .height = 1100};
constexpr Screen kDeskDark = {.width = 1000, .height = 1100, .is_dark = true};
constexpr Screen kPhone = {.width = 375, .height = 667};
constexpr Screen kPhoneDark = {.width = 375, .height = 667, .is_dark = true};

// web/heapmap.css.
constexpr const char* kUsedLight = "33,102,172";
constexpr const char* kUsedDark = "63,143,220";
constexpr const char* kFreeLight = "243,207,115";
constexpr const char* kFreeDark = "168,132,44";
constexpr const char* kMarkLight = "192,0,106";

// Four blocks, one of them freed and one resized.
constexpr const char* kKnownTrace =
    "alloclab trace text 1\n\n"
    "0 = malloc 100\n"
    "1 = malloc 24\n"
    "2 = malloc 5000\n"
    "free 0\n"
    "3 = realloc 1 7000\n";

History KnownHistory() {
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
  static json Evaluate(const std::string& expression) { return browser().Evaluate(expression); }

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

  static json OfView(const std::string& expression) {
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
      EXPECT_EQ(browser().EventsNamed(event), std::vector<json>()) << event;
    }
    const std::vector<json> requests = browser().EventsNamed("Network.requestWillBeSent");
    EXPECT_FALSE(requests.empty()) << "not even the page was seen: the events do not arrive";
    for (const json& request : requests) {
      const std::string url = request["request"]["url"];
      EXPECT_TRUE((url.starts_with("file://") && url.ends_with("/page.html")) ||
                  url.starts_with("data:"))
          << url;
    }
  }

  // Returns how many states there are among those looked at.
  static std::size_t ExpectCells(const History& history) {
    const json image = OfView(
        "({window: view.overview.image.window, columns: view.overview.image.columns, rows: "
        "view.overview.image.rows, cells: Array.from(view.overview.image.cells)})");
    const json& w = image["window"];
    EXPECT_EQ(w, OfView("view.model.window"));
    const Window window = {w["from"], w["to"], w["low"], w["high"]};
    const std::uint32_t columns = image["columns"];
    const std::uint32_t rows = image["rows"];
    std::set<int> states;
    for (std::uint32_t row = 0; row < rows; row += 31) {
      for (std::uint32_t column = 0; column < columns; column += 61) {
        const int cell = image["cells"][std::size_t{row} * columns + column];
        states.insert(cell);
        EXPECT_EQ(cell, static_cast<int>(MostOf(history, window, {column, columns}, {row, rows})))
            << "column " << column << ", row " << row << " of " << w;
      }
    }
    return states.size();
  }

 private:
  static inline std::unique_ptr<Browser> browser_;
};

class HeapmapOnScreen : public HeapmapInBrowser, public testing::WithParamInterface<Screen> {};

TEST_P(HeapmapOnScreen, IsDrawnInTheColoursOfTheTheme) {
  const History history =
      HistoryOf(RandomHeapEvents(PrintedSeed(), 800), {.allocator = "first_fit_list"});
  Show(history, GetParam());
  const bool is_dark = GetParam().is_dark;
  EXPECT_GT(Pixels(".heap-overview canvas", is_dark ? kUsedDark : kUsedLight), 200);
  EXPECT_GT(Pixels(".heap-overview canvas", is_dark ? kFreeDark : kFreeLight), 200);
  EXPECT_EQ(Pixels(".heap-overview canvas", is_dark ? kUsedLight : kUsedDark), 0);
  EXPECT_GT(Pixels(".heap-strip", is_dark ? kFreeDark : kFreeLight), 200);
  ExpectQuietAndOffline();
}

TEST_P(HeapmapOnScreen, FitsTheWidth) {
  History history = HistoryOf(RandomHeapEvents(PrintedSeed(), 300), {.allocator = "slab"});
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

TEST_F(HeapmapInBrowser, CellsAreWhatMostOfThemIs) {
  const std::vector<Event> events = RandomHeapEvents(PrintedSeed(), 400);
  for (const char* variant : {"first_fit_list", "slab", "bump"}) {
    const History history = HistoryOf(events, {.allocator = variant, .from = 50});
    Show(history, kDesk);
    EXPECT_GE(ExpectCells(history), 2u);
    Focus(".heap-overview");
    for (int i = 0; i < 2; ++i) Press("+", 187);
    OfView("view.zoomAddress(0.2, view.model.history.axisBytes / 2)");
    WaitUntilSharp();
    EXPECT_LT(OfView("view.model.window.to - view.model.window.from"), 100);
    ExpectCells(history);
    Press("0", 48);
    WaitUntilSharp();
    EXPECT_EQ(OfView("view.model.window.to - view.model.window.from"), 350);
    ExpectQuietAndOffline();
  }
}

// A history of no allocator: rows of the picture are two bytes high, and of each the lower byte is
// used. So every cell is a tie, but in the upper half, where only half of the blocks are.
TEST_F(HeapmapInBrowser, LowAddressesAreBelowAndTiesAreUsed) {
  constexpr std::uint32_t kRows = 358;
  History history;
  history.trace = "ties";
  history.allocator = "none";
  history.to = 100;
  history.regions = {{0, 2 * kRows}};
  history.held = {{0, 2 * kRows, 0, 100}};
  for (std::uint32_t row = 0; row < kRows / 2; ++row)
    history.blocks.push_back({2 * row, 1, 1, 0, 100});
  Show(history, kDesk);
  ASSERT_EQ(OfView("view.overview.image.rows"), kRows);
  const json cells = OfView("Array.from(view.overview.image.cells)");
  for (std::uint32_t row = 0; row < kRows; ++row) {
    EXPECT_EQ(cells[row * 100 + 50], row < kRows / 2 ? 0 : 3) << row;
  }
  const auto pixel = [&](const std::string& y) -> std::string {
    return OfView("Array.from(view.overview.base.getContext('2d').getImageData(200, " + y +
                  ", 1, 1).data.subarray(0, 3)).join()");
  };
  EXPECT_EQ(pixel("20"), kFreeLight);
  EXPECT_EQ(pixel("340"), kUsedLight);
}

// Near steps, far ones over snapshots, forward and back: the set is that of the trace each time.
TEST_F(HeapmapInBrowser, EveryMomentHasTheBlocksOfTheTrace) {
  const std::uint32_t seed = PrintedSeed();
  std::mt19937 random(seed);
  const std::vector<Event> events = RandomHeapEvents(seed, 20000);
  const History history = HistoryOf(events, {.allocator = "bump", .from = 300});
  Show(history, kDesk);
  EXPECT_GT(OfView("view.model.cursors.blocks.timeline.snapshots.length").get<int>(), 10);
  std::uint32_t event = 300;
  for (int i = 0; i < 60; ++i) {
    const std::uint32_t step = static_cast<std::uint32_t>(random() % 20);
    event = i % 3 == 0
                ? 300 + static_cast<std::uint32_t>(random() % 19700)
                : std::min<std::uint32_t>(19999, std::max<std::uint32_t>(300, event + 10 - step));
    Evaluate(
        "(slider => { slider.value = " + std::to_string(event) +
        "; slider.dispatchEvent(new Event('input')); })(document.querySelector('.heap-slider'))");
    browser().WaitForFrames();
    const auto there = [&](const char* lives) {
      return OfView(
          std::string("(c => Array.from(c.ids.subarray(0, c.count)).sort((a, b) => a - b))"
                      "(view.model.cursors.") +
          lives + ")");
    };
    const auto expected = [&](const auto& lives) {
      json ids = json::array();
      for (std::size_t id = 0; id < lives.size(); ++id) {
        if (lives[id].made <= event && event < lives[id].ended) ids.push_back(id);
      }
      return ids;
    };
    ASSERT_EQ(there("blocks"), expected(history.blocks)) << "after event " << event;
    ASSERT_EQ(there("overhead"), expected(history.overhead)) << "after event " << event;
    ASSERT_EQ(there("held"), expected(history.held)) << "after event " << event;
    std::uint64_t live = 0;
    for (const json& id : expected(history.blocks)) {
      live += history.blocks[id.get<std::size_t>()].requested;
    }
    ASSERT_EQ(OfView("view.model.cursors.blocks.sum"), live);
  }
}

// Where a cell of the strip holds one thing only, it has the colour of that, after any way there.
class HeapmapStripOf : public HeapmapInBrowser, public testing::WithParamInterface<const char*> {};

TEST_P(HeapmapStripOf, IsTheHeapAtTheEvent) {
  const std::uint32_t seed = PrintedSeed();
  std::mt19937 random(seed);
  const History history = HistoryOf(RandomHeapEvents(seed, 1200), {.allocator = GetParam()});
  Show(history, kDesk);
  const std::uint64_t cells = OfView("view.strip.cells");
  const std::uint64_t width = OfView("view.strip.width");
  const json colours = OfView("Array.from(view.model.colours.states)");
  const json edge = OfView("view.model.colours.edge");
  for (int i = 0; i < 5; ++i) {
    const auto event = static_cast<std::uint32_t>(random() % 1200);
    OfView("view.goTo(" + std::to_string(event) + ")");
    browser().WaitForFrames();
    // A row of pixels through the middle of each row of the strip.
    const json pixels = OfView(
        "(canvas => { const all = []; for (let row = 0; row < 18; row += 1) all.push(...new "
        "Uint32Array(canvas.getContext('2d').getImageData(62, 4 + row * 19 + 7, view.strip.width, "
        "1).data.buffer)); return all; })(view.strip.node)");
    ASSERT_EQ(pixels.size(), cells);
    int compared = 0;
    for (std::uint64_t cell = 3; cell < cells; cell += 41) {
      const std::uint64_t begin = history.axis_bytes() * cell / cells;
      const std::uint64_t end = history.axis_bytes() * (cell + 1) / cells + 1;
      const CellState state = StateAt(history, begin, event);
      bool is_pure = true;
      for (std::uint64_t at = begin; at < end; ++at) {
        is_pure = is_pure && StateAt(history, at, event) == state;
      }
      if (!is_pure || pixels[cell] == edge) continue;
      ++compared;
      if (state == CellState::kUsed) {
        for (std::size_t other = 1; other < kCellStates; ++other) {
          ASSERT_NE(pixels[cell], colours[other]) << "cell " << cell << " of event " << event;
        }
      } else {
        ASSERT_EQ(pixels[cell], colours[static_cast<std::size_t>(state)])
            << "cell " << cell << " (row " << cell / width << ") of event " << event;
      }
    }
    EXPECT_GT(compared, 50);
  }
}

// Much overhead, much padding, and neither.
INSTANTIATE_TEST_SUITE_P(Variants, HeapmapStripOf,
                         testing::Values("bump", "buddy", "first_fit_list"),
                         [](const auto& one) { return std::string(one.param); });

TEST_F(HeapmapInBrowser, SliderAndKeysTravel) {
  const History history =
      HistoryOf(RandomHeapEvents(PrintedSeed(), 1000), {.allocator = "tlsf", .from = 100});
  Show(history, kDesk);
  for (const char* where : {".heap-slider", ".heap-overview"}) {
    Focus(where);
    EXPECT_TRUE(Evaluate("document.activeElement.matches(':focus-visible')")) << where;
    EXPECT_NE(Evaluate("getComputedStyle(document.activeElement).outlineStyle"), "none") << where;
    Press("Home", 36);
    EXPECT_EQ(CurrentEvent(), 100u);
    Press("ArrowRight", 39);
    EXPECT_EQ(CurrentEvent(), 101u);
    Press("PageUp", 33);
    EXPECT_EQ(CurrentEvent(), 101u + 900 / 20);
    Press("ArrowLeft", 37);
    EXPECT_EQ(CurrentEvent(), 100u + 900 / 20);
    Press("PageDown", 34);
    EXPECT_EQ(CurrentEvent(), 100u);
    Press("PageDown", 34);
    EXPECT_EQ(CurrentEvent(), 100u) << "not before the first";
    Press("End", 35);
    EXPECT_EQ(CurrentEvent(), 999u);
    Press("ArrowRight", 39);
    EXPECT_EQ(CurrentEvent(), 999u) << "not behind the last";
  }
  EXPECT_EQ(Evaluate("document.querySelector('.heap-slider').value"), "999");
  EXPECT_EQ(Evaluate("document.querySelector('.heap-number').value"), "999");
  Evaluate(
      "(number => { number.value = 500; number.dispatchEvent(new Event('change')); })"
      "(document.querySelector('.heap-number'))");
  browser().WaitForFrames();
  EXPECT_EQ(CurrentEvent(), 500u);
  // The mark of the event is at the event.
  EXPECT_GT(Pixels(".heap-marks", kMarkLight), 300);
  ExpectQuietAndOffline();
}

std::string InHexadecimal(std::uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

TEST_F(HeapmapInBrowser, TellsOfBlocksOfAKnownTrace) {
  const History history = KnownHistory();
  Show(history, kDesk);
  OfView("view.goTo(2)");
  Focus(".heap-strip");
  Press("ArrowRight", 39);
  EXPECT_EQ(TextOf(".heap-readout"),
            "block at " + InHexadecimal(history.blocks[0].offset) + " size " +
                std::to_string(history.blocks[0].usable) +
                " bytes usable requested 100 bytes made by event 0 age 2 events freed by event 3");
  Press("ArrowRight", 39);
  EXPECT_EQ(TextOf(".heap-readout"),
            "block at " + InHexadecimal(history.blocks[1].offset) + " size " +
                std::to_string(history.blocks[1].usable) +
                " bytes usable requested 24 bytes made by event 1 age 1 event freed by event 4");
  Press("ArrowLeft", 37);
  EXPECT_NE(TextOf(".heap-readout").find("requested 100 bytes"), std::string::npos);
  EXPECT_EQ(TextOf(".heap-totals").substr(0, 26), "live 5.00 KiB in 3 blocks ");

  const std::pair<int, const char*> said[] = {{0, "made a block of 100 B at 0x"},
                                              {3, "freed a block of 100 B at 0x"},
                                              {4, "resized a block from 24 B to 6.84 KiB, to 0x"}};
  for (const auto& [event, words] : said) {
    OfView("view.goTo(" + std::to_string(event) + ")");
    browser().WaitForFrames();
    EXPECT_EQ(TextOf(".heap-did").substr(0, std::string(words).size()), words);
  }
}

TEST_F(HeapmapInBrowser, TellsWhatThePointerIsOn) {
  const History history = KnownHistory();
  Show(history, kDesk);
  OfView("view.goTo(2)");
  browser().WaitForFrames();
  const auto hover = [&](std::uint64_t offset) {
    const json at = OfView("(box => { const share = " + std::to_string(offset) +
                           " / view.model.history.axisBytes * 18; const row = Math.floor(share); "
                           "return [box.left + 62 "
                           "+ (share - row) * (box.width - 72), box.top + 4 + row * 19 + 7]; })"
                           "(view.strip.node.getBoundingClientRect())");
    browser().MoveMouse(at[0], at[1]);
    return TextOf(".heap-readout");
  };
  const BlockLife& large = history.blocks[2];
  EXPECT_NE(hover(large.offset + large.usable / 2).find("requested 5 000 bytes"), std::string::npos)
      << TextOf(".heap-readout");
  EXPECT_NE(hover(large.offset + 60000).find("this is free"), std::string::npos)
      << TextOf(".heap-readout");
  // In the overview the place says the event, too.
  const json at =
      OfView("(box => [box.left + view.overview.xOf(0.5), box.top + view.overview.yOf(" +
             std::to_string(large.offset + large.usable / 2) +
             ")])(view.overview.node.getBoundingClientRect())");
  browser().MoveMouse(at[0], at[1]);
  EXPECT_NE(TextOf(".heap-readout").find("event 0 this is in no block then"), std::string::npos)
      << TextOf(".heap-readout");
}

// A drag over the overview moves the event; the block under the pointer is the one chosen.
TEST_F(HeapmapInBrowser, ADragOverTheOverviewTravels) {
  const History history =
      HistoryOf(RandomHeapEvents(PrintedSeed(), 1000), {.allocator = "first_fit_list"});
  Show(history, kDesk);
  const json box = OfView(
      "(box => [box.left, box.top, view.overview.plot().width])"
      "(view.overview.node.getBoundingClientRect())");
  const double left = box[0].get<double>() + 62;
  const double y = box[1].get<double>() + 60;
  const auto mouse = [&](const char* type, double x) {
    browser().Call("Input.dispatchMouseEvent", {{"type", type},
                                                {"x", x},
                                                {"y", y},
                                                {"button", "left"},
                                                {"buttons", 1},
                                                {"clickCount", 1}});
    browser().WaitForFrames();
  };
  mouse("mousePressed", left + 1);
  EXPECT_LT(CurrentEvent(), 10u);
  const double width = box[2];
  mouse("mouseMoved", left + width / 2);
  EXPECT_NEAR(static_cast<double>(CurrentEvent()), 500, 3);
  mouse("mouseReleased", left + width / 2);
  const std::int64_t block = OfView("view.model.block");
  if (block >= 0) {
    const BlockLife& chosen = history.blocks[static_cast<std::size_t>(block)];
    EXPECT_LE(chosen.made, CurrentEvent());
    EXPECT_GT(chosen.ended, CurrentEvent());
  }
}

TEST_F(HeapmapInBrowser, GivesTheCommandsOfTheMoment) {
  // The hole that the first block leaves is too small for the last.
  History history = RecordHistory(*OpenTraceBytes("known",
                                                  "alloclab trace text 1\n\n"
                                                  "0 = malloc 1000\n"
                                                  "1 = malloc 100\n"
                                                  "free 0\n"
                                                  "2 = malloc 2000\n"
                                                  "3 = malloc 9000\n"),
                                  {.allocator = "first_fit_list"});
  history.path = "it's here.alt";
  Show(history, kDesk);
  OfView("view.goTo(3)");
  Focus(".heap-shrink summary");
  browser().PressKey("Enter");
  const json lines =
      Evaluate("[...document.querySelectorAll('.heap-command code')].map(one => one.textContent)");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], "tools/alloclab slice 'it'\\''s here.alt' part.alt --to 4");
  const std::string keep = lines[1];
  const std::string start =
      "tools/alloclab shrink part.alt small.txt --allocator first_fit_list --held-over-live ";
  ASSERT_EQ(keep.substr(0, start.size()), start);
  const double ratio = std::stod(keep.substr(start.size()));
  // What was held for at most 2100 live bytes until here.
  ASSERT_FALSE(history.arena_peaks.empty());
  std::uint64_t held = 0;
  for (const HeldPeak& peak : history.arena_peaks) held = peak.event <= 3 ? peak.bytes : held;
  EXPECT_LT(held, history.arena_peaks.back().bytes) << "the last event grows the heap";
  EXPECT_NEAR(ratio, 0.95 * static_cast<double>(held) / 2100, 0.011);
  EXPECT_GT(ratio, 1.3);

  // With a clipboard, and where there is none to be had.
  for (const char* clipboard : {"{writeText: async (text) => { window.copied = text; }}",
                                "{writeText: async () => { throw new Error('not allowed'); }}"}) {
    Evaluate(
        std::string("window.copied = ''; document.oncopy = () => { window.copied = "
                    "document.activeElement.value; };"
                    "Object.defineProperty(navigator, 'clipboard', {configurable: true, value: ") +
        clipboard + "})");
    Focus(".heap-command button");
    browser().PressKey("Enter");
    EXPECT_EQ(Evaluate("window.copied"), lines[0]) << clipboard;
    EXPECT_EQ(TextOf(".heap-command button"), "Copied");
  }
}

TEST_F(HeapmapInBrowser, OfSystemThereIsNothingToShrink) {
  History history = HistoryOf(RandomHeapEvents(PrintedSeed(), 300), {.allocator = "system"});
  Show(history, kDesk);
  EXPECT_EQ(Evaluate("document.querySelectorAll('.heap-command').length"), 1);
  EXPECT_EQ(TextOf(".heap-totals").find("held"), std::string::npos);
  EXPECT_NE(TextOf(".heap-legend").find("unknown"), std::string::npos);
  ExpectQuietAndOffline();
}

TEST_F(HeapmapInBrowser, RedrawsWhenThemeAndWidthChange) {
  Show(HistoryOf(RandomHeapEvents(PrintedSeed(), 800), {.allocator = "first_fit_list"}), kDesk);
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
  const std::string file = std::filesystem::absolute(Folder() + "/page.html");
  std::ofstream(file, std::ios::binary) << page;
  browser().Open(file, kDesk);
  Evaluate("heapmapReady.then(() => true)");
  EXPECT_NE(TextOf("[role=status]").find("The history cannot be decoded"), std::string::npos);
}

}  // namespace
}  // namespace alloclab
