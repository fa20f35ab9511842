// Runs a program that is not to be trusted: limited in time, memory and output, and gone afterwards
// with everything that it started.
//
// The child leads a process group of its own. Whoever leaves the group and loses its parent becomes
// a child of this process (PR_SET_CHILD_SUBREAPER), and is ended, too.

#ifndef ALLOCLAB_BENCH_GRADE_CHILD_H_
#define ALLOCLAB_BENCH_GRADE_CHILD_H_

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace alloclab::grade {

// The user, or the system, asks the grader to end.
class Interrupted : public std::runtime_error {
 public:
  explicit Interrupted(int number)
      : std::runtime_error("the grading was interrupted"), signal(number) {}
  int signal;
};

struct ChildRequest {
  std::vector<std::string> command;                              // looked for on PATH
  std::vector<std::pair<std::string, std::string>> environment;  // set besides the caller's
  std::chrono::milliseconds time_out{10'000};
  std::uint64_t memory_bytes = 0;  // of address space; 0: no limit
  std::uint64_t file_bytes = 0;    // of any file that it writes, its output among them; 0: no limit
};

struct ChildOutcome {
  bool timed_out = false;
  int status = 0;      // as waitpid gives it
  std::string output;  // standard output and error: the first kKeptOutputBytes
  double seconds = 0;
};
inline constexpr std::size_t kKeptOutputBytes = 64 << 10;

// Starts the program with nothing on standard input, waits, and ends what is left of it.
// Descriptors that are not close-on-exec are inherited. Throws std::system_error when no process
// can be started, Interrupted on SIGINT, SIGTERM and SIGHUP, which must be blocked (see Watch).
ChildOutcome RunChild(const ChildRequest& request);

// Whether a program of this name would be found.
bool IsOnPath(const std::string& program);

// Blocks SIGINT, SIGTERM and SIGHUP for its lifetime, so that RunChild sees them and what is on the
// stack is tidied up. Signals that came and were seen by nobody take effect at its end.
class Watch {
 public:
  Watch();
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
};

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_CHILD_H_
