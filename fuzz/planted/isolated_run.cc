#include "fuzz/planted/isolated_run.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>

namespace alloclab::planted {
namespace {

// What the child tells, in memory that both see: also what it had reached when it crashed.
struct Report {
  Trail trail;
  char rule[64];
};

class SharedReport {
 public:
  SharedReport()
      : memory_(mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                     -1, 0)) {
    if (memory_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    new (memory_) Report{};
  }
  ~SharedReport() { munmap(memory_, sizeof(Report)); }
  SharedReport(const SharedReport&) = delete;
  SharedReport& operator=(const SharedReport&) = delete;
  Report* operator->() const { return static_cast<Report*>(memory_); }

 private:
  void* memory_;
};

}  // namespace

Seen RunIsolated(const PlantedBug& bug, std::span<const Event> events, std::size_t arena_bytes,
                 unsigned timeout_seconds) {
  const SharedReport report;
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) signal(number, SIG_DFL);
    alarm(timeout_seconds);
    LeaveTrailIn(&report->trail);
    const Outcome outcome = bug.run(events, arena_bytes);
    outcome.rule.copy(report->rule, sizeof(report->rule) - 1);
    _exit(0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
  }
  Seen seen{.verdict = report->rule, .trail = report->trail};
  if (WIFSIGNALED(status)) {
    seen.verdict = WTERMSIG(status) == SIGALRM ? "time-out" : "crash";
  } else if (WEXITSTATUS(status) != 0) {
    seen.verdict = "crash";  // a sanitizer's exit
  }
  return seen;
}

}  // namespace alloclab::planted
