#include "bench/web/browser.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>

namespace alloclab {
namespace {

using nlohmann::json;

constexpr int kSilenceMilliseconds = 60'000;
// Away from 3 and 4, so that giving the child those two never overwrites one still needed.
constexpr int kFirstOwnDescriptor = 10;

struct Pipe {
  int read_end;
  int write_end;
};

int MoveUp(int descriptor) {
  const int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, kFirstOwnDescriptor);
  close(descriptor);
  if (moved < 0) throw std::runtime_error(std::string("browser: fcntl: ") + std::strerror(errno));
  return moved;
}

Pipe MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw std::runtime_error(std::string("browser: pipe: ") + std::strerror(errno));
  }
  return {MoveUp(ends[0]), MoveUp(ends[1])};
}

// Nothing that phones home: a test of "no network" must not see the browser's own.
std::vector<std::string> Arguments(const std::string& program, const std::string& folder) {
  return {program,
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-dev-shm-usage",
          "--force-device-scale-factor=1",
          "--remote-debugging-pipe",
          "--user-data-dir=" + folder + "/profile",
          "about:blank"};
}

}  // namespace

std::string FindChromium(const std::string& path) {
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string program = folder + "/chromium";
    if (!folder.empty() && access(program.c_str(), X_OK) == 0) return program;
  }
  throw std::runtime_error("browser: no chromium in PATH=" + path +
                           "; install it with: apt-get install --no-install-recommends chromium");
}

Browser::Browser(const std::string& folder) {
  // A browser that died shows as an error from write, not as a signal.
  signal(SIGPIPE, SIG_IGN);
  try {
    Spawn(folder);
    OpenTab();
  } catch (...) {
    Stop();
    throw;
  }
}

Browser::~Browser() { Stop(); }

void Browser::OpenTab() {
  const json target = Call("Target.createTarget", {{"url", "about:blank"}});
  const json attached =
      Call("Target.attachToTarget", {{"targetId", target.at("targetId")}, {"flatten", true}});
  session_ = attached.at("sessionId").get<std::string>();
  for (const char* domain : {"Page", "Runtime", "Log", "Network", "Accessibility"}) {
    Call(std::string(domain) + ".enable", json::object());
  }
}

void Browser::Stop() {
  if (to_browser_ >= 0) close(to_browser_);
  if (from_browser_ >= 0) close(from_browser_);
  if (process_ <= 0) return;
  // The whole group that Spawn made: the browser's own children too.
  kill(-process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

void Browser::Spawn(const std::string& folder) {
  const char* path = std::getenv("PATH");
  const std::string program = FindChromium(path == nullptr ? "" : path);
  std::vector<std::string> arguments = Arguments(program, folder);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  const Pipe commands = MakePipe();
  const Pipe answers = MakePipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, commands.read_end, 3);
  posix_spawn_file_actions_adddup2(&actions, answers.write_end, 4);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  const int error =
      posix_spawn(&process_, program.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(commands.read_end);
  close(answers.write_end);
  to_browser_ = commands.write_end;
  from_browser_ = answers.read_end;
  if (error != 0) {
    process_ = -1;
    throw std::runtime_error("browser: " + program + ": " + std::strerror(error));
  }
}

json Browser::Read() {
  std::size_t end = unread_.find('\0');
  while (end == std::string::npos) {
    pollfd wait = {from_browser_, POLLIN, 0};
    if (poll(&wait, 1, kSilenceMilliseconds) == 0) {
      throw std::runtime_error("browser: silent for a minute; run the test again with less load");
    }
    char buffer[65536];
    const ssize_t count = read(from_browser_, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw std::runtime_error("browser: ended; its last words are above");
    const std::size_t searched = unread_.size();
    unread_.append(buffer, static_cast<std::size_t>(count));
    end = unread_.find('\0', searched);
  }
  json message = json::parse(unread_.substr(0, end));
  unread_.erase(0, end + 1);
  return message;
}

json Browser::Call(const std::string& method, const json& parameters) {
  json message = {{"id", ++last_id_}, {"method", method}, {"params", parameters}};
  if (!session_.empty()) message["sessionId"] = session_;
  const std::string text = message.dump() + '\0';
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t count = write(to_browser_, text.data() + sent, text.size() - sent);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw std::runtime_error("browser: ended; its last words are above");
    sent += static_cast<std::size_t>(count);
  }
  for (;;) {
    json answer = Read();
    if (!answer.contains("id")) {
      events_.push_back(std::move(answer));
    } else if (answer["id"] == last_id_) {
      if (answer.contains("error")) {
        throw std::runtime_error("browser: " + method + ": " + answer["error"].dump());
      }
      return answer["result"];
    }
  }
}

void Browser::Open(const std::string& file, const Screen& screen) {
  Call("Emulation.setDeviceMetricsOverride", {{"width", screen.width},
                                              {"height", screen.height},
                                              {"deviceScaleFactor", 1},
                                              {"mobile", screen.width < 500}});
  const char* scheme = screen.is_dark ? "dark" : "light";
  Call("Emulation.setEmulatedMedia",
       {{"features", {{{"name", "prefers-color-scheme"}, {"value", scheme}}}}});
  events_.clear();
  const json navigated = Call("Page.navigate", {{"url", "file://" + file}});
  if (navigated.contains("errorText")) {
    throw std::runtime_error("browser: " + file + ": " + navigated["errorText"].dump());
  }
  while (EventsNamed("Page.loadEventFired").empty()) events_.push_back(Read());
  WaitForFrames();
}

json Browser::Evaluate(const std::string& expression) {
  const json answer =
      Call("Runtime.evaluate",
           {{"expression", expression}, {"awaitPromise", true}, {"returnByValue", true}});
  if (answer.contains("exceptionDetails")) {
    throw std::runtime_error("browser: " + expression + ": " + answer["exceptionDetails"].dump());
  }
  return answer["result"].value("value", json());
}

void Browser::WaitForFrames() {
  Evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
}

void Browser::PressKey(const std::string& key) {
  const bool is_enter = key == "Enter";
  const int code = is_enter ? 13 : key == "Tab" ? 9 : key.at(0);
  json event = {{"type", "keyDown"}, {"key", key}, {"windowsVirtualKeyCode", code}};
  if (key != "Tab") event["text"] = is_enter ? "\r" : key;
  Call("Input.dispatchKeyEvent", event);
  event["type"] = "keyUp";
  event.erase("text");
  Call("Input.dispatchKeyEvent", event);
  WaitForFrames();
}

void Browser::MoveMouse(double x, double y) {
  Call("Input.dispatchMouseEvent", {{"type", "mouseMoved"}, {"x", x}, {"y", y}});
  WaitForFrames();
}

std::vector<json> Browser::EventsNamed(const std::string& method) const {
  std::vector<json> found;
  for (const json& event : events_) {
    if (event.value("method", "") == method) found.push_back(event.value("params", json::object()));
  }
  return found;
}

}  // namespace alloclab
