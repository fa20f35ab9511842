// Travelling through a heap by slider, keys and pointer, and what is told on the way.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "bench/heapmap/heapmap_in_browser.h"
#include "bench/heapmap/random_trace.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

using nlohmann::json;

using HeapmapTravel = HeapmapInBrowser;

// Near steps, far ones over snapshots, forward and back: the set is that of the trace each time.
TEST_F(HeapmapTravel, EveryMomentHasTheBlocksOfTheTrace) {
  const std::uint64_t seed = TestSeed();
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

TEST_F(HeapmapTravel, SliderAndKeysTravel) {
  const History history =
      HistoryOf(RandomHeapEvents(TestSeed(), 1000), {.allocator = "tlsf", .from = 100});
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
  const auto type = [](const char* number) {
    Evaluate(
        std::string("(box => { box.value = ") + number +
        "; box.dispatchEvent(new Event('change')); })(document.querySelector('.heap-number'))");
    browser().WaitForFrames();
  };
  type("5000");
  EXPECT_EQ(CurrentEvent(), 999u) << "not behind the last";
  type("500");
  EXPECT_EQ(CurrentEvent(), 500u);
  // The mark of the event is at the event.
  EXPECT_GT(Pixels(".heap-marks", kMarkLight), 300);
  ExpectQuietAndOffline();
}

// A drag over the overview moves the event; the block under the pointer is the one chosen.
TEST_F(HeapmapTravel, ADragOverTheOverviewTravels) {
  const History history =
      HistoryOf(RandomHeapEvents(TestSeed(), 1000), {.allocator = "first_fit_list"});
  Show(history, kDesk);
  const json box = OfView(
      "(box => [box.left, box.top, view.overview.plot().width])"
      "(view.overview.node.getBoundingClientRect())");
  const double left = box[0].get<double>() + 62;
  // The drag ends in the middle of the life of the largest block that lives for some time.
  std::size_t aim = history.blocks.size();
  for (std::size_t id = 0; id < history.blocks.size(); ++id) {
    const BlockLife& one = history.blocks[id];
    if (one.ended - one.made < 10) continue;
    if (aim == history.blocks.size() || one.usable > history.blocks[aim].usable) aim = id;
  }
  ASSERT_LT(aim, history.blocks.size());
  const BlockLife& large = history.blocks[aim];
  const std::uint64_t event = (std::uint64_t{large.made} + large.ended) / 2;
  const std::uint64_t middle = large.offset + large.usable / 2;
  const double y = box[1].get<double>() +
                   OfView("view.overview.yOf(" + std::to_string(middle) + ")").get<double>();
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
  const double end = left + box[2].get<double>() * (static_cast<double>(event) + 0.5) / 1000;
  mouse("mouseMoved", end);
  EXPECT_NEAR(static_cast<double>(CurrentEvent()), static_cast<double>(event), 3);
  mouse("mouseReleased", end);
  EXPECT_EQ(OfView("view.model.block"), aim);
}

// With Shift a drag is a box, and what is in it fills the picture; with Ctrl the wheel zooms in
// time around the pointer, with Alt in address.
TEST_F(HeapmapTravel, BoxesAndTheWheelZoom) {
  const History history =
      HistoryOf(RandomHeapEvents(TestSeed(), 1000), {.allocator = "first_fit_list"});
  Show(history, kDesk);
  const json box = OfView(
      "(box => { const { x, y, width, height } = view.overview.plot(); return [box.left + x, "
      "box.top + y, "
      "width, height]; })(view.overview.node.getBoundingClientRect())");
  constexpr int kAlt = 1;
  constexpr int kCtrl = 2;
  constexpr int kShift = 8;
  // At shares of the picture's width and height.
  const auto mouse = [&](const char* type, double across, double down, int modifiers,
                         double wheel) {
    browser().Call("Input.dispatchMouseEvent",
                   {{"type", type},
                    {"x", box[0].get<double>() + across * box[2].get<double>()},
                    {"y", box[1].get<double>() + down * box[3].get<double>()},
                    {"button", wheel == 0 ? "left" : "none"},
                    {"buttons", wheel == 0 ? 1 : 0},
                    {"clickCount", 1},
                    {"modifiers", modifiers},
                    {"deltaX", 0},
                    {"deltaY", wheel}});
    browser().WaitForFrames();
  };
  const auto window = [](const char* end) {
    return OfView(std::string("view.model.window.") + end).get<double>();
  };
  const std::uint64_t event = CurrentEvent();
  const double high = window("high");
  mouse("mousePressed", 0.25, 0.5, kShift, 0);
  mouse("mouseMoved", 0.75, 0.9, kShift, 0);
  EXPECT_FALSE(OfView("view.overview.box").is_null());
  mouse("mouseReleased", 0.75, 0.9, kShift, 0);
  EXPECT_TRUE(OfView("view.overview.box").is_null());
  EXPECT_EQ(CurrentEvent(), event) << "a box is no journey";
  EXPECT_NEAR(window("from"), 250, 4);
  EXPECT_NEAR(window("to"), 750, 4);
  EXPECT_NEAR(window("low"), 0.1 * high, 0.02 * high);
  EXPECT_NEAR(window("high"), 0.5 * high, 0.02 * high);

  mouse("mouseWheel", 0.5, 0.5, kCtrl, -100);
  EXPECT_NEAR(window("from"), 300, 6);
  EXPECT_NEAR(window("to"), 700, 6);
  const double bytes = window("high") - window("low");
  mouse("mouseWheel", 0.5, 0.5, kAlt, 100);
  EXPECT_NEAR(window("high") - window("low"), 1.25 * bytes, 0.02 * bytes);
  EXPECT_NEAR(window("to") - window("from"), 400, 8);
  const double from = window("from");
  mouse("mouseWheel", 0.5, 0.5, 0, -100);
  EXPECT_EQ(window("from"), from) << "the wheel alone is the page's";
}

std::string InHexadecimal(std::uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

TEST_F(HeapmapTravel, TellsOfBlocksOfAKnownTrace) {
  const History history = KnownHistory();
  Show(history, kDesk);
  OfView("view.travel.goTo(2)");
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
    OfView("view.travel.goTo(" + std::to_string(event) + ")");
    browser().WaitForFrames();
    EXPECT_EQ(TextOf(".heap-did").substr(0, std::string(words).size()), words);
  }
}

TEST_F(HeapmapTravel, TellsWhatThePointerIsOn) {
  const History history = KnownHistory();
  Show(history, kDesk);
  OfView("view.travel.goTo(2)");
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
  // Right before a block is its header, which is in nobody's list of what is overhead and not free.
  const auto told = [](std::uint64_t offset) {
    return OfView("(view.hoverAt({event: 2, offset: " + std::to_string(offset) +
                  "}), view.changed(), view.readout.innerText.replace(/\\s+/g, ' '))")
        .get<std::string>();
  };
  ASSERT_GT(history.before, 0u);
  for (const std::uint64_t offset : {large.offset - 1, large.offset - history.before}) {
    EXPECT_NE(told(offset).find("this is overhead: the header of a block"), std::string::npos)
        << told(offset);
  }
  EXPECT_NE(told(large.offset).find("requested 5 000 bytes"), std::string::npos)
      << told(large.offset);
  // A freed block has none.
  OfView("view.travel.goTo(3)");
  browser().WaitForFrames();
  EXPECT_EQ(
      OfView("(view.hoverAt({event: 3, offset: " + std::to_string(history.blocks[0].offset + 50) +
             "}), view.changed(), view.readout.innerText)")
          .get<std::string>()
          .find("header"),
      std::string::npos);
  OfView("view.travel.goTo(2)");
  browser().WaitForFrames();
  // In the overview the place says the event, too.
  const json at =
      OfView("(box => [box.left + view.overview.xOf(0.5), box.top + view.overview.yOf(" +
             std::to_string(large.offset + large.usable / 2) +
             ")])(view.overview.node.getBoundingClientRect())");
  browser().MoveMouse(at[0], at[1]);
  EXPECT_NE(TextOf(".heap-readout").find("event 0 this is in no block then"), std::string::npos)
      << TextOf(".heap-readout");
}

TEST_F(HeapmapTravel, GivesTheCommandsOfTheMoment) {
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
  OfView("view.travel.goTo(3)");
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

// How much was held over an arena is known before event arena_to.
TEST_F(HeapmapTravel, WhereTheArenaWasNotMeasuredThereIsNoRatioToShrinkBy) {
  History history = RecordHistory(*OpenTraceBytes("known",
                                                  "alloclab trace text 1\n\n"
                                                  "0 = malloc 1000\n"
                                                  "1 = malloc 100\n"
                                                  "free 0\n"
                                                  "2 = malloc 2000\n"
                                                  "3 = malloc 9000\n"),
                                  {.allocator = "first_fit_list"});
  ASSERT_EQ(history.arena_to, 5u);
  history.arena_to = 4;
  Show(history, kDesk);
  const auto commands = [](int event) {
    OfView("view.travel.goTo(" + std::to_string(event) + ")");
    browser().WaitForFrames();
    return Evaluate("document.querySelectorAll('.heap-command').length");
  };
  EXPECT_EQ(commands(3), 2);
  EXPECT_EQ(commands(4), 1);
}

// Each label beside the axis, read again, is the place where it stands, to a pixel.
TEST_F(HeapmapTravel, LabelsOfAddressesAreWhereTheySay) {
  std::mt19937_64 random(TestSeed());
  Show(KnownHistory(), kDesk);
  int read = 0;
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t span = 256 + random() % (std::uint64_t{256} << (random() % 24));
    const std::uint64_t low = random() % (std::uint64_t{1} << (10 + random() % 26));
    const json labels = OfView(
        "(() => { Object.assign(view.model.window, {low: " + std::to_string(low) +
        ", high: " + std::to_string(low + span) +
        "}); const { overview } = view; const pen = overview.base.getContext('2d');"
        "const plot = overview.plot(); const said = [];"
        "pen.fillText = (text, x, y) => { if (x < plot.x) said.push([text, y]); };"
        "overview.draw(); delete pen.fillText;"
        // Those at the ends are moved inside.
        "return said.filter(([, y]) => y > plot.y + 5 && y < plot.y + plot.height - 4); })()");
    const double height = OfView("view.overview.plot().height");
    const double bottom = OfView("view.overview.plot().y").get<double>() + height;
    for (const json& label : labels) {
      const std::string text = label[0];
      double bytes = 0;
      if (text.starts_with("0x")) {
        bytes = static_cast<double>(std::stoull(text.substr(2), nullptr, 16));
      } else {
        const std::string units[] = {" B", " KiB", " MiB", " GiB", " TiB"};
        const auto unit =
            std::find(std::begin(units), std::end(units), text.substr(text.find(' ')));
        ASSERT_NE(unit, std::end(units)) << text;
        bytes = std::stod(text) * std::pow(1024, unit - std::begin(units));
      }
      const double place =
          bottom - (bytes - static_cast<double>(low)) / static_cast<double>(span) * height;
      EXPECT_NEAR(label[1].get<double>(), place, 1.01) << text << " of " << low << " + " << span;
      ++read;
    }
  }
  EXPECT_GT(read, 400);
}

TEST_F(HeapmapTravel, OfSystemThereIsNothingToShrink) {
  History history = HistoryOf(RandomHeapEvents(TestSeed(), 300), {.allocator = "system"});
  Show(history, kDesk);
  EXPECT_EQ(Evaluate("document.querySelectorAll('.heap-command').length"), 1);
  EXPECT_EQ(TextOf(".heap-totals").find("held"), std::string::npos);
  EXPECT_NE(TextOf(".heap-legend").find("unknown"), std::string::npos);
  ExpectQuietAndOffline();
}

}  // namespace
}  // namespace alloclab
