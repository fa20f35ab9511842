// Starts one program, with a library in place of its malloc, and tells what it and all processes
// that it started have used.
//
// A process of its own, and a small one, because the system counts what a process had resident
// before it became another program: a child of whoever compares would never have had less than
// that. It also takes over those whose own parent has ended (PR_SET_CHILD_SUBREAPER), so that
// nothing is left out, and a run has ended when all of its processes have.
//
// A server is waited for until somebody answers at its socket, asked by other programs, and told to
// end. Everything is in one process group: whoever starts this kills all by killing that, and if
// that one ends first, this does.

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "bench/programs/launch_request.h"

namespace alloclab {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kNotFound = 127;  // as a shell says it
constexpr std::chrono::milliseconds kPause{2};
// A server that crashes may do so a little after those who asked it have noticed.
constexpr std::chrono::seconds kGrace{1};

extern "C" void EndGroup(int) { kill(0, SIGKILL); }

std::uint64_t Nanoseconds(Clock::duration duration) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count());
}

std::uint64_t Nanoseconds(const timeval& time) {
  return (static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
          static_cast<std::uint64_t>(time.tv_usec)) *
         1000;
}

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  // exec takes char* for the sake of old C, and does not write.
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

void Limit(int resource, std::uint64_t bytes) {
  const rlimit limit = {bytes, bytes};
  setrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
}

class Launch {
 public:
  explicit Launch(const LaunchRequest& request) : request_(request) {}

  LaunchReport Run() {
    const Clock::time_point start = Clock::now();
    program_ = Start(0);
    if (!request_.socket.empty() && !Serve()) return report_;
    while (WaitForAny()) {
    }
    if (request_.socket.empty()) report_.elapsed_ns = Nanoseconds(Clock::now() - start);
    if (status_ != 0) Fail(0, status_);
    return report_;
  }

 private:
  // Asks the server, and tells it to end; false when something failed.
  bool Serve() {
    while (!Answers()) {
      if (ProgramHasEnded()) return Fail(0, status_);
      std::this_thread::sleep_for(kPause);
    }
    for (std::size_t i = 1; i < request_.commands.size(); ++i) {
      const Clock::time_point start = Clock::now();
      step_ = Start(i);
      while (step_ != 0) WaitForAny();
      if (i == 1) report_.elapsed_ns = Nanoseconds(Clock::now() - start);
      if (step_status_ == 0) continue;
      for (const auto end = Clock::now() + kGrace; !ProgramHasEnded() && Clock::now() < end;) {
        std::this_thread::sleep_for(kPause);
      }
      return ended_ ? Fail(0, status_) : Fail(i, step_status_);
    }
    if (!ended_) kill(program_, SIGTERM);
    return true;
  }

  bool Fail(std::size_t command, int status) {
    report_.failed_command = static_cast<std::int32_t>(command);
    report_.status = status;
    return false;
  }

  pid_t Start(std::size_t command) {
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("no process can be started");
    if (child == 0) Become(command);
    return child;
  }

  [[noreturn]] void Become(std::size_t number) {
    const LaunchCommand& command = request_.commands[number];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGTERM, SIG_DFL);
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    if (!command.answers) dup2(nothing, STDOUT_FILENO);
    close(request_.report_fd);
    Limit(RLIMIT_CORE, 0);
    std::vector<std::string> environment = request_.environment;
    if (number == 0) {
      if (request_.memory_limit_bytes > 0) Limit(RLIMIT_DATA, request_.memory_limit_bytes);
      environment.insert(environment.end(), request_.of_program.begin(), request_.of_program.end());
    }
    execve(command.words[0].c_str(), Pointers(command.words).data(), Pointers(environment).data());
    std::perror(command.words[0].c_str());
    _exit(kNotFound);
  }

  bool Answers() const {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, request_.socket.c_str(), sizeof(address.sun_path) - 1);
    const int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool answers =
        connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    close(connection);
    return answers;
  }

  bool ProgramHasEnded() {
    while (!ended_ && WaitForAny(WNOHANG)) {
    }
    return ended_;
  }

  // Waits for the end of one process, of whichever; false when there is none to wait for.
  bool WaitForAny(int options = 0) {
    int status = 0;
    rusage usage = {};
    pid_t pid = 0;
    do {
      pid = wait4(-1, &status, options, &usage);
    } while (pid < 0 && errno == EINTR);
    if (pid <= 0) return false;
    if (pid == step_) {
      step_ = 0;
      step_status_ = status;
      return true;
    }
    if (pid == program_) {
      ended_ = true;
      status_ = status;
    }
    report_.cpu_ns += Nanoseconds(usage.ru_utime) + Nanoseconds(usage.ru_stime);
    const auto resident = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    if (resident > report_.resident_bytes_peak) report_.resident_bytes_peak = resident;
    return true;
  }

  const LaunchRequest& request_;
  LaunchReport report_;
  pid_t program_ = -1;
  bool ended_ = false;
  int status_ = 0;
  pid_t step_ = 0;
  int step_status_ = 0;
};

int Main(const std::vector<std::string>& arguments) {
  const LaunchRequest request = ParseLaunchArguments(arguments);
  signal(SIGTERM, EndGroup);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const LaunchReport report = Launch(request).Run();
  return pwrite(request.report_fd, &report, sizeof(report), 0) == sizeof(report) ? 0 : 1;
}

}  // namespace
}  // namespace alloclab

int main(int argc, char** argv) {
  try {
    return alloclab::Main({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "launcher: %s\n", error.what());
    return 2;
  }
}
