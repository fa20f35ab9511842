#include "bench/runner.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace alloclab {
namespace {

// Enough for the sentence with which an allocator aborts.
constexpr std::size_t kKeptStderrBytes = 300;

[[noreturn]] void Throw(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// A memory file that the child inherits, closed at the end of its scope.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : descriptor_(memfd_create(name, 0)) {
    if (descriptor_ < 0) Throw("cannot make a memory file for a worker");
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

// The environment without LD_PRELOAD, and with `library` there when it is not empty. The settings
// of malloc of the caller's own shell are kept: they are part of what is compared.
std::vector<std::string> ChildEnvironment(std::string_view library) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (std::string_view(*entry).starts_with("LD_PRELOAD=")) continue;
    environment.emplace_back(*entry);
  }
  if (!library.empty()) environment.push_back("LD_PRELOAD=" + std::string(library));
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

pid_t Spawn(const std::vector<std::string>& command, const WorkerRequest& request, int stderr_fd) {
  std::vector<std::string> arguments = WorkerArguments(request);
  arguments.insert(arguments.begin(), command.begin(), command.end());
  std::vector<std::string> environment = ChildEnvironment(request.library);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, stderr_fd, STDERR_FILENO);
  // A group of its own: Ctrl-C is for whoever compares, who then still waits for this run.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, arguments[0].c_str(), &actions, &attributes,
                                 Pointers(arguments).data(), Pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), "cannot start " + arguments[0]);
  }
  return pid;
}

// Waits for `pid` at most `timeout` and returns whether it ended by itself; kills it otherwise.
bool WaitFor(pid_t pid, std::chrono::milliseconds timeout, int& status) {
  // By number: the header of glibc 2.36 declares the function for C only.
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (handle < 0) {
    const int error = errno;
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    throw std::system_error(error, std::generic_category(), "cannot watch the worker");
  }
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  int ready = 0;
  do {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd wanted = {handle, POLLIN, 0};
    ready = poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
  } while (ready < 0 && errno == EINTR);
  close(handle);
  if (ready == 0) kill(pid, SIGKILL);
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return ready != 0;
}

// The first line that the worker (or the library in it) printed, as the end of a sentence.
std::string WhatItSaid(int stderr_fd) {
  char text[kKeptStderrBytes];
  const ssize_t length = pread(stderr_fd, text, sizeof(text), 0);
  if (length <= 0) return "";
  std::string line(text, static_cast<std::size_t>(length));
  line.resize(std::min(line.find('\n'), line.size()));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~') c = '?';
  }
  return fmt::format("; it said: {}", line);
}

std::string WhereItWas(const WorkerRequest& request, const WorkerReport& report,
                       std::uint64_t operations) {
  if (request.pass == WorkerPass::kTime || request.pass == WorkerPass::kLatency) {
    return fmt::format("in the {} pass", WorkerPassName(request.pass));
  }
  return fmt::format("at operation {} of {} in the {} pass", report.at_operation, operations,
                     WorkerPassName(request.pass));
}

}  // namespace

Runner::Runner(std::string worker_path, std::chrono::milliseconds timeout,
               std::vector<std::string> before)
    : command_(std::move(before)), timeout_(timeout) {
  command_.push_back(std::move(worker_path));
}

WorkerOutcome Runner::Run(WorkerRequest request, std::uint64_t operations) const {
  const MemoryFile report_file("alloclab-report");
  const MemoryFile stderr_file("alloclab-stderr");
  WorkerOutcome outcome;
  request.report_fd = report_file.descriptor();
  if (ftruncate(request.report_fd, sizeof(WorkerReport)) != 0) Throw("cannot size a report");
  int status = 0;
  const bool ended = WaitFor(Spawn(command_, request, stderr_file.descriptor()), timeout_, status);
  if (pread(request.report_fd, &outcome.report, sizeof(WorkerReport), 0) !=
      static_cast<ssize_t>(sizeof(WorkerReport))) {
    Throw("cannot read a worker's report");
  }
  outcome.report.reason[sizeof(outcome.report.reason) - 1] = '\0';
  const std::string where = WhereItWas(request, outcome.report, operations);
  const std::string said = WhatItSaid(stderr_file.descriptor());
  if (!ended) {
    outcome.reason = fmt::format("took longer than {} s, {}",
                                 static_cast<double>(timeout_.count()) / 1000, where);
  } else if (WIFSIGNALED(status)) {
    outcome.reason = fmt::format("killed by SIG{} ({}) {}{}", sigabbrev_np(WTERMSIG(status)),
                                 sigdescr_np(WTERMSIG(status)), where, said);
  } else if (outcome.report.reason[0] != '\0') {
    outcome.reason = outcome.report.reason;
  } else if (WEXITSTATUS(status) != 0 || !outcome.report.succeeded) {
    outcome.reason = fmt::format("the worker ended with status {} and no result, {}{}",
                                 WEXITSTATUS(status), where, said);
  }
  return outcome;
}

}  // namespace alloclab
