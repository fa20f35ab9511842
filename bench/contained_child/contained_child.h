// Runs a program that is not to be trusted, or not to be left behind: limited in time, memory and
// output, and gone afterwards with everything that it started. Programs that are measured are run
// by bench/process/child_process.h, which leaves them alone.
//
// The child leads a process group of its own. Whoever leaves the group and loses its parent becomes
// a child of this process (PR_SET_CHILD_SUBREAPER), and is ended, too.

#ifndef ALLOCLAB_BENCH_CONTAINED_CHILD_CONTAINED_CHILD_H_
#define ALLOCLAB_BENCH_CONTAINED_CHILD_CONTAINED_CHILD_H_

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace alloclab {

// The user, or the system, asks this process to end.
class EndingSignal : public std::runtime_error {
 public:
  explicit EndingSignal(int received)
      : std::runtime_error("a signal asked for the end"), number(received) {}
  int number;
};

struct ContainedChildRequest {
  std::vector<std::string> command;                              // looked for on PATH
  std::vector<std::pair<std::string, std::string>> environment;  // set besides the caller's
  // Whether it and all that it starts lie at the same addresses in every run: what fails, fails
  // again. What is timed must not: one layout in all runs would pass for a difference of programs.
  bool fixed_addresses = false;
  std::chrono::milliseconds time_out{10'000};
  std::uint64_t memory_bytes = 0;  // of address space; 0: no limit
  std::uint64_t file_bytes = 0;    // of any file that it writes, its output among them; 0: no limit
  // The one folder in which it may change files, where the system has Landlock (write_only_in.h),
  // and a folder for temporary files (TMPDIR) of its own. Empty: all folders.
  std::string writes_only_in;
};

struct ContainedChildEnd {
  bool timed_out = false;
  int status = 0;      // as waitpid gives it
  std::string output;  // standard output and error: the first kKeptOutputBytes
  double seconds = 0;
};
inline constexpr std::size_t kKeptOutputBytes = 64 << 10;

// Starts the program with nothing on standard input, waits, and ends what is left of it.
// Descriptors that are not close-on-exec are inherited. Throws std::system_error when no process
// can be started, EndingSignal on SIGINT, SIGTERM and SIGHUP, which must be held (below).
ContainedChildEnd RunContainedChild(const ContainedChildRequest& request);

// Whether a program of this name would be found.
bool IsOnPath(const std::string& program);

// Blocks SIGINT, SIGTERM and SIGHUP for its lifetime, so that RunContainedChild sees them and what
// is on the stack is tidied up. Signals that came and were seen by nobody take effect at its end.
class HeldEndingSignals {
 public:
  HeldEndingSignals();
  ~HeldEndingSignals();
  HeldEndingSignals(const HeldEndingSignals&) = delete;
  HeldEndingSignals& operator=(const HeldEndingSignals&) = delete;
};

// Ends this process as the signal does to other programs: for when all is tidied up, and the signal
// is not held.
[[noreturn]] void EndBySignal(int number);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_CONTAINED_CHILD_CONTAINED_CHILD_H_
