#include "bench/contained_child/contained_child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include "bench/contained_child/write_only_in.h"

namespace alloclab {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void Throw(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class Descriptor {
 public:
  Descriptor(int number, const char* what) : number_(number) {
    if (number < 0) Throw(std::string("cannot make ") + what);
  }
  ~Descriptor() { close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

sigset_t EndingSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, number);
  return signals;
}

void Limit(decltype(RLIMIT_AS) what, std::uint64_t most) {
  const rlimit limit = {most, most};
  setrlimit(what, &limit);
}

// In the child, up to its exec.
[[noreturn]] void BecomeProgram(const ContainedChildRequest& request, char* const* arguments,
                                int output, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) signal(number, SIG_DFL);
  // Writing more than it may is a failed write, not the end of the process.
  signal(SIGXFSZ, SIG_IGN);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (request.fixed_addresses) personality(ADDR_NO_RANDOMIZE);
  Limit(RLIMIT_CORE, 0);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(request.time_out).count();
  Limit(RLIMIT_CPU, static_cast<std::uint64_t>(seconds) + 5);  // should the caller be gone
  if (request.file_bytes != 0) Limit(RLIMIT_FSIZE, request.file_bytes);
  for (const auto& [name, value] : request.environment) setenv(name.c_str(), value.c_str(), 1);
  if (!request.writes_only_in.empty()) {
    setenv("TMPDIR", request.writes_only_in.c_str(), 1);
    WriteOnlyIn(request.writes_only_in.c_str());
  }
  // Last: this copy of the caller may have more than the program may.
  if (request.memory_bytes != 0) Limit(RLIMIT_AS, request.memory_bytes);
  execvp(arguments[0], arguments);
  std::fprintf(stderr, "cannot run %s: %s\n", arguments[0], std::strerror(errno));
  _exit(127);
}

// Processes that have lost their parents and are now this process's.
std::vector<pid_t> Orphans() {
  std::ifstream children("/proc/thread-self/children");
  std::vector<pid_t> orphans;
  for (pid_t pid = 0; children >> pid;) orphans.push_back(pid);
  return orphans;
}

// A child that was started. However its caller goes on, its group is ended, and whoever left that.
class StartedChild {
 public:
  explicit StartedChild(pid_t leader) : leader_(leader) {}
  ~StartedChild() {
    if (!ended_) End();
  }
  StartedChild(const StartedChild&) = delete;
  StartedChild& operator=(const StartedChild&) = delete;

  // Whoever is ended leaves its children here, so it goes on until there are none. Returns what
  // waitpid says of the leader.
  int End() {
    ended_ = true;
    kill(-leader_, SIGKILL);
    kill(leader_, SIGKILL);
    int status = 0;
    while (waitpid(leader_, &status, 0) < 0 && errno == EINTR) {
    }
    for (int round = 0; round < 1000; ++round) {
      const std::vector<pid_t> orphans = Orphans();
      if (orphans.empty()) break;
      for (const pid_t orphan : orphans) {
        kill(orphan, SIGKILL);
        waitpid(orphan, nullptr, 0);
      }
    }
    return status;
  }

 private:
  pid_t leader_;
  bool ended_ = false;
};

std::string FirstBytes(int descriptor) {
  std::string text(kKeptOutputBytes, '\0');
  const ssize_t got = pread(descriptor, text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

enum class Waited { kEnded, kTimeOut, kSignal };

Waited WaitFor(int child, int signals, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd wanted[] = {{signals, POLLIN, 0}, {child, POLLIN, 0}};
    const int ready = poll(wanted, 2, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready < 0 && errno != EINTR) Throw("cannot wait for a process");
    if (ready > 0 && wanted[0].revents != 0) return Waited::kSignal;
    if (ready > 0) return Waited::kEnded;
    if (ready == 0 && left <= 0) return Waited::kTimeOut;
  }
}

}  // namespace

ContainedChildEnd RunContainedChild(const ContainedChildRequest& request) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const Descriptor output(memfd_create("alloclab-output", MFD_CLOEXEC), "a memory file");
  const sigset_t ending = EndingSignals();
  const Descriptor signals(signalfd(-1, &ending, SFD_CLOEXEC), "a signal descriptor");
  std::vector<char*> arguments;
  for (const std::string& word : request.command)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  const auto start = Clock::now();
  const pid_t child = fork();
  if (child < 0) Throw("cannot start a process");
  if (child == 0) BecomeProgram(request, arguments.data(), output.number(), parent);
  StartedChild started(child);
  setpgid(child, child);  // here, too: whoever comes first
  const Descriptor handle(static_cast<int>(syscall(SYS_pidfd_open, child, 0)), "a handle");
  const Waited waited = WaitFor(handle.number(), signals.number(), start + request.time_out);
  ContainedChildEnd end;
  end.status = started.End();
  end.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (waited == Waited::kSignal) {
    signalfd_siginfo info = {};
    const ssize_t got = read(signals.number(), &info, sizeof(info));
    throw EndingSignal(got > 0 ? static_cast<int>(info.ssi_signo) : SIGINT);
  }
  end.timed_out = waited == Waited::kTimeOut;
  end.output = FirstBytes(output.number());
  return end;
}

bool IsOnPath(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/bin:/usr/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

HeldEndingSignals::HeldEndingSignals() {
  const sigset_t ending = EndingSignals();
  sigprocmask(SIG_BLOCK, &ending, nullptr);
}

HeldEndingSignals::~HeldEndingSignals() {
  const sigset_t ending = EndingSignals();
  sigprocmask(SIG_UNBLOCK, &ending, nullptr);
}

void EndBySignal(int number) {
  signal(number, SIG_DFL);
  raise(number);
  _exit(128 + number);  // for signals that end no process
}

}  // namespace alloclab
