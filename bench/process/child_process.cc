#include "bench/process/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <system_error>

namespace alloclab {
namespace {

// Enough for the sentence with which an allocator aborts.
constexpr std::size_t kKeptLineBytes = 300;

constexpr std::chrono::milliseconds kBetweenQuestions{100};

constexpr std::string_view kPreload = "LD_PRELOAD=";

[[noreturn]] void Throw(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

bool SameName(std::string_view a, std::string_view b) {
  return a.substr(0, a.find('=')) == b.substr(0, b.find('='));
}

std::vector<std::string> EnvironmentOf(const ChildRequest& request) {
  std::vector<std::string> own = request.environment;
  if (!request.library.empty()) own.push_back(std::string(kPreload) + request.library);
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const bool replaced = SameName(*entry, kPreload) ||
                          std::any_of(own.begin(), own.end(), [entry](const std::string& mine) {
                            return SameName(*entry, mine);
                          });
    if (!replaced) environment.emplace_back(*entry);
  }
  environment.insert(environment.end(), own.begin(), own.end());
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

void Become(int from, int to) {
  if (from >= 0) dup2(from, to);
}

// The child, up to the program. Other threads of the caller may have been inside of anything, so
// there is no allocation here. What went wrong is written to `failure`, which exec closes.
[[noreturn]] void BecomeProgram(const ChildRequest& request, char* const* arguments,
                                char* const* environment, pid_t parent, int failure) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it ended before it could be watched
  Become(request.stdin_fd, STDIN_FILENO);
  Become(request.stdout_fd, STDOUT_FILENO);
  Become(request.stderr_fd, STDERR_FILENO);
  if (request.folder.empty() || chdir(request.folder.c_str()) == 0) {
    execvpe(arguments[0], arguments, environment);
  }
  const int error = errno;
  [[maybe_unused]] const ssize_t written = write(failure, &error, sizeof(error));
  _exit(127);
}

// Returns once the program runs: its group is there.
pid_t Start(const ChildRequest& request) {
  std::vector<std::string> arguments = request.arguments;
  std::vector<std::string> environment = EnvironmentOf(request);
  const std::vector<char*> argv = Pointers(arguments);
  const std::vector<char*> envp = Pointers(environment);
  const std::string what = "cannot start " + request.arguments.at(0);
  int failure[2];
  if (pipe2(failure, O_CLOEXEC) != 0) Throw(errno, what);
  const pid_t parent = getpid();
  const pid_t child = fork();
  const int fork_error = errno;
  if (child == 0) BecomeProgram(request, argv.data(), envp.data(), parent, failure[1]);
  close(failure[1]);
  int error = 0;
  ssize_t got = 0;
  if (child > 0) {
    do {
      got = read(failure[0], &error, sizeof(error));
    } while (got < 0 && errno == EINTR);
  }
  close(failure[0]);
  if (child < 0) Throw(fork_error, what);
  if (got > 0) {
    waitpid(child, nullptr, 0);
    Throw(error, what);
  }
  return child;
}

enum class Wait { kEnded, kTimedOut, kInterrupted };

// Waits for the end of the process behind `handle`, which is not reaped by that.
Wait WaitFor(int handle, const ChildRequest& request,
             std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) left = std::chrono::milliseconds(0);
    const bool last = !request.interrupted || left <= kBetweenQuestions;
    pollfd wanted = {handle, POLLIN, 0};
    const int ready = poll(&wanted, 1, static_cast<int>((last ? left : kBetweenQuestions).count()));
    if (ready > 0) return Wait::kEnded;
    if (ready < 0 && errno != EINTR) Throw(errno, "cannot wait for a process");
    if (request.interrupted && request.interrupted()) return Wait::kInterrupted;
    if (ready == 0 && last) return Wait::kTimedOut;
  }
}

// Ends all of the child's group and reaps the child. It is not reaped before, so the number of its
// group is nobody else's.
void EndGroup(pid_t child, ChildEnd& end) {
  kill(-child, SIGKILL);
  while (wait4(child, &end.status, 0, &end.usage) < 0 && errno == EINTR) {
  }
}

// A started child, which is watched, and which does not outlive this.
class Child {
 public:
  explicit Child(const ChildRequest& request)
      : process_(Start(request)),
        // By number: the header of glibc 2.36 declares the function for C only.
        handle_(static_cast<int>(syscall(SYS_pidfd_open, process_, 0))) {
    if (handle_ >= 0) return;
    const int error = errno;
    ChildEnd ignored;
    EndGroup(process_, ignored);
    Throw(error, "cannot watch " + request.arguments[0]);
  }
  ~Child() {
    ChildEnd ignored;
    if (!ended_) EndGroup(process_, ignored);
    close(handle_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int handle() const { return handle_; }
  void End(ChildEnd& end) {
    EndGroup(process_, end);
    ended_ = true;
  }

 private:
  const pid_t process_;
  const int handle_;
  bool ended_ = false;
};

}  // namespace

ChildEnd RunChildProcess(const ChildRequest& request) {
  ChildEnd end;
  const auto start = std::chrono::steady_clock::now();
  Child child(request);
  const Wait wait = WaitFor(child.handle(), request, start + request.timeout);
  end.timed_out = wait == Wait::kTimedOut;
  end.interrupted = wait == Wait::kInterrupted;
  end.elapsed = std::chrono::steady_clock::now() - start;
  child.End(end);
  return end;
}

std::string HowItEnded(const ChildEnd& end, std::chrono::milliseconds timeout) {
  if (end.timed_out) {
    return fmt::format("took longer than {} s", static_cast<double>(timeout.count()) / 1000);
  }
  if (end.interrupted) return "was interrupted";
  if (WIFSIGNALED(end.status)) {
    const int number = WTERMSIG(end.status);
    const char* const name = sigabbrev_np(number);
    if (name == nullptr) return fmt::format("killed by signal {}", number);  // of real time
    return fmt::format("killed by SIG{} ({})", name, sigdescr_np(number));
  }
  return fmt::format("ended with status {}", WEXITSTATUS(end.status));
}

std::string FirstLineOf(int descriptor) {
  char text[kKeptLineBytes];
  const ssize_t length = pread(descriptor, text, sizeof(text), 0);
  if (length <= 0) return "";
  std::string line(text, static_cast<std::size_t>(length));
  line.resize(std::min(line.find('\n'), line.size()));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~') c = '?';
  }
  return line;
}

MemoryFile::MemoryFile(const char* name) : descriptor_(memfd_create(name, 0)) {
  if (descriptor_ < 0) Throw(errno, "cannot make a memory file");
}
MemoryFile::~MemoryFile() { close(descriptor_); }

}  // namespace alloclab
