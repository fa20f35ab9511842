// A headless Chromium for tests, spoken to over the DevTools protocol: JSON messages, each ended by
// a zero byte, over two pipes (the browser's descriptors 3 and 4). No port is opened.

#ifndef ALLOCLAB_BENCH_WEB_BROWSER_H_
#define ALLOCLAB_BENCH_WEB_BROWSER_H_

#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace alloclab {

// The browser in the folders of `path` (as in $PATH). Throws std::runtime_error naming the package
// to install when there is none.
std::string FindChromium(const std::string& path);

struct Screen {
  int width = 1280;  // CSS pixels
  int height = 800;
  bool is_dark = false;
};

// One browser with one tab. Every function throws std::runtime_error when the browser answers with
// an error, dies, or is silent for a minute.
class Browser {
 public:
  // `folder` must exist; the browser's profile goes there.
  explicit Browser(const std::string& folder);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  // Shows the file on such a screen and waits until it is loaded and drawn. Forgets old events.
  void Open(const std::string& file, const Screen& screen);

  // The value of a JavaScript expression in the page, as JSON; promises are awaited.
  nlohmann::json Evaluate(const std::string& expression);

  // Presses and lets go of a key: "Enter", " ", "Tab".
  void PressKey(const std::string& key);

  // Moves the mouse to a place in the window, in CSS pixels.
  void MoveMouse(double x, double y);

  // Any method of the protocol.
  nlohmann::json Call(const std::string& method, const nlohmann::json& parameters);

  // Waits until the page has drawn what changed.
  void WaitForFrames();

  // The parameters of all events of this name since Open.
  std::vector<nlohmann::json> EventsNamed(const std::string& method) const;

 private:
  void Spawn(const std::string& folder);
  void OpenTab();
  void Stop();
  nlohmann::json Read();

  pid_t process_ = -1;
  int to_browser_ = -1;
  int from_browser_ = -1;
  int last_id_ = 0;
  std::string session_;
  std::string unread_;
  std::vector<nlohmann::json> events_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WEB_BROWSER_H_
