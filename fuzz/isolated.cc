#include "fuzz/isolated.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace alloclab {
namespace {

[[noreturn]] void Fail(const char* step) {
  throw std::system_error(errno, std::generic_category(), step);
}

}  // namespace

std::string RunIsolated(const std::function<std::string()>& run, unsigned timeout_seconds) {
  int ends[2];
  if (pipe(ends) != 0) Fail("pipe");
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) {
    close(ends[0]);
    close(ends[1]);
    Fail("fork");
  }
  if (child == 0) {
    close(ends[0]);
    // Not to go on alone when the parent is ended.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    signal(SIGALRM, SIG_DFL);
    sigset_t alarms;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarms, nullptr);
    // A sanitizer's handlers would print a page for every case that is tried.
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) signal(number, SIG_DFL);
    alarm(timeout_seconds);
    const std::string verdict = run().substr(0, 63);
    // All of it fits into a pipe.
    const ssize_t wrote = write(ends[1], verdict.data(), verdict.size());
    _exit(wrote == static_cast<ssize_t>(verdict.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string verdict;
  char buffer[64];
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof(buffer))) != 0;) {
    if (got > 0) verdict.append(buffer, static_cast<std::size_t>(got));
    if (got < 0 && errno != EINTR) break;
  }
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) Fail("waitpid");
  }
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGALRM ? "time-out" : "crash";
  return WEXITSTATUS(status) == 0 ? verdict : "crash";  // a sanitizer's exit
}

}  // namespace alloclab
