#include "traces/recorder/child_program.h"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "traces/trace_io.h"

namespace alloclab::recorder {
namespace {

constexpr std::array kForwarded = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// What the handler may touch. `program` is 0 before the start and -1 after the end.
std::atomic<pid_t> program{0};
std::atomic<bool> stop{false};
std::atomic<int> early_signal{0};
std::array<struct sigaction, kForwarded.size()> old_actions;
static_assert(std::atomic<pid_t>::is_always_lock_free);
struct sigaction old_user_action;
void (*user_signal)() = nullptr;

void OnUserSignal(int) {
  const int error = errno;
  user_signal();
  errno = error;
}

void Forward(int signal, siginfo_t* info, void*) {
  const int error = errno;
  const pid_t target = program.load(std::memory_order_relaxed);
  const bool from_process = info->si_code <= 0;
  if (target == 0) {
    early_signal.store(signal, std::memory_order_relaxed);
  } else if (target < 0) {
    stop.store(true, std::memory_order_relaxed);
  } else if (from_process) {
    kill(target, signal);
  }
  errno = error;
}

bool IsFile(const std::string& path) {
  struct stat facts;
  return stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
}

std::string CheckedProgram(const std::string& path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) != 0) {
    throw TraceError(fmt::format("{}: cannot run this program: {}", path, std::strerror(errno)));
  }
  if (!S_ISREG(facts.st_mode)) {
    throw TraceError(fmt::format("{}: cannot run this program: it is not a file", path));
  }
  if (access(path.c_str(), X_OK) != 0) {
    throw TraceError(
        fmt::format("{}: cannot run this program: it is not executable; chmod +x it", path));
  }
  return path;
}

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  // posix_spawn takes char* for the sake of old C, and does not write.
  for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> EnvironmentWith(const std::vector<std::string>& variables) {
  std::vector<std::string> environment = variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const std::string& variable : variables) replaced |= variable.starts_with(name);
    if (!replaced) environment.emplace_back(text);
  }
  return environment;
}

}  // namespace

std::string FindProgram(const std::string& name) {
  if (name.empty()) throw TraceError("no program to record: its name is empty");
  if (name.find('/') != std::string::npos) return CheckedProgram(name);
  const char* variable = std::getenv("PATH");
  const std::string_view path = variable == nullptr ? "/usr/bin:/bin" : variable;
  std::string found;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    const std::string folder(path.substr(begin, end - begin));
    const std::string candidate = (folder.empty() ? "." : folder) + "/" + name;
    if (IsFile(candidate)) {
      if (access(candidate.c_str(), X_OK) == 0) return candidate;
      if (found.empty()) found = candidate;
    }
    begin = end + 1;
  }
  if (!found.empty()) return CheckedProgram(found);
  throw TraceError(
      fmt::format("{}: there is no such program in PATH; give its path, or install it", name));
}

pid_t StartProgram(const std::string& path, const std::vector<std::string>& argv,
                   const std::vector<std::string>& variables) {
  const std::vector<std::string> environment = EnvironmentWith(variables);
  // The program gets the signals as they were before the forwarder took them.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, path.c_str(), nullptr, &attributes, Pointers(argv).data(),
                                Pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    const char* mend =
        error == ENOEXEC ? "; a script needs #! and an interpreter in its first line" : "";
    throw TraceError(
        fmt::format("{}: cannot run this program: {}{}", path, std::strerror(error), mend));
  }
  return pid;
}

SignalForwarder::SignalForwarder(void (*on_user_signal)()) {
  program = 0;
  stop = false;
  early_signal = 0;
  user_signal = on_user_signal;
  struct sigaction user_action = {};
  user_action.sa_handler = OnUserSignal;
  user_action.sa_flags = SA_RESTART;
  sigemptyset(&user_action.sa_mask);
  sigaction(SIGUSR1, &user_action, &old_user_action);
  struct sigaction action = {};
  action.sa_sigaction = Forward;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kForwarded.size(); ++i) {
    sigaction(kForwarded[i], nullptr, &old_actions[i]);
    // What this process was told to ignore (nohup) stays ignored, here and in the program.
    if (old_actions[i].sa_handler == SIG_IGN) continue;
    sigaction(kForwarded[i], &action, nullptr);
  }
}

SignalForwarder::~SignalForwarder() {
  sigaction(SIGUSR1, &old_user_action, nullptr);
  for (std::size_t i = 0; i < kForwarded.size(); ++i) {
    sigaction(kForwarded[i], &old_actions[i], nullptr);
  }
}

void SignalForwarder::ForwardTo(pid_t pid) {
  program = pid;
  if (const int signal = early_signal.exchange(0)) kill(pid, signal);
}

int SignalForwarder::Wait() {
  int status = 0;
  const pid_t pid = program;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) {
      throw TraceError(fmt::format("cannot wait for the program: {}", std::strerror(errno)));
    }
  }
  program = -1;
  return status;
}

const std::atomic<bool>& SignalForwarder::stopped() const { return stop; }

}  // namespace alloclab::recorder
