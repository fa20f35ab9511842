// How smooth a page of a heap is: drags the slider of a page from end to end in a headless
// Chromium, a step a frame, and prints how long the frames were.
//
//   alloclab heapmap TRACE --allocator VARIANT -o heap.html
//   bazel run --config=bench //bench/heapmap:frame_times -- heap.html

#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "bench/web/browser.h"

namespace alloclab {
namespace {

// Steps of the drag. Frames are counted from one callback to the next, work is what the page does
// of its own in each; a jump is a step to a random event.
constexpr const char* kDrag = R"(heapmapReady.then(async (view) => {
  await new Promise((done) => setTimeout(done, 3000));
  const slider = document.querySelector('.heap-slider');
  const [from, to] = [Number(slider.min), Number(slider.max)];
  const change = view.changed.bind(view);
  const work = [];
  view.changed = () => {
    const start = performance.now();
    change();
    work.push(performance.now() - start);
  };
  const steps = 900;
  const times = [];
  await new Promise((done) => {
    const step = (time) => {
      times.push(time);
      if (times.length > steps) return done();
      slider.value = from + ((to - from) * times.length) / steps;
      slider.dispatchEvent(new Event('input'));
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  const drag = [...work];
  work.length = 0;
  for (let i = 1, seed = 1; i <= 100; i += 1) {
    seed = (seed * 48271) % 2147483647;
    view.model.event = from + Math.floor((to - from) * seed / 2147483647);
    view.changed();
  }
  const at = (list, share) => {
    const sorted = [...list].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  };
  const said = (list) => [0.5, 0.95, 0.99, 1].map((share) => at(list, share));
  return { frames: said(times.slice(1).map((time, i) => time - times[i])), drag: said(drag), jumps: said(work) };
}))";

int Main(const std::string& page) {
  const char* workspace = std::getenv("BUILD_WORKING_DIRECTORY");
  const std::filesystem::path path =
      std::filesystem::path(workspace == nullptr ? "." : workspace) / page;
  if (!std::filesystem::exists(path)) {
    fmt::print(stderr, "frame_times: {}: is not there; make it with alloclab heapmap\n",
               path.string());
    return 2;
  }
  const std::string folder = std::filesystem::temp_directory_path() / "alloclab_frame_times";
  std::filesystem::create_directories(folder);
  Browser browser(folder);
  browser.Open(std::filesystem::absolute(path), {.width = 1280, .height = 1100});
  const nlohmann::json times = browser.Evaluate(kDrag);
  fmt::print("milliseconds            median      95 %      99 %   longest\n");
  for (const auto& [key, name] : {std::pair{"frames", "frame, dragging"},
                                  {"drag", "its own work in it"},
                                  {"jumps", "work of a far jump"}}) {
    const nlohmann::json& row = times[key];
    fmt::print("{:<20}{:>10.1f}{:>10.1f}{:>10.1f}{:>10.1f}\n", name, row[0].get<double>(),
               row[1].get<double>(), row[2].get<double>(), row[3].get<double>());
  }
  return 0;
}

}  // namespace
}  // namespace alloclab

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: frame_times PAGE.html\n");
    return 2;
  }
  try {
    return alloclab::Main(argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "frame_times: {}\n", error.what());
    return 2;
  }
}
