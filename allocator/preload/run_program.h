// Programs as children of a test: with a time limit, their output caught, and nothing left behind.

#ifndef ALLOCLAB_ALLOCATOR_PRELOAD_RUN_PROGRAM_H_
#define ALLOCLAB_ALLOCATOR_PRELOAD_RUN_PROGRAM_H_

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace alloclab::preload {

struct Command {
  std::vector<std::string> argv = {};       // argv[0] is looked for in PATH
  std::vector<std::string> variables = {};  // "NAME=value", on top of this process's environment
  std::string folder = {};                  // where it runs; empty: here
};

struct Outcome {
  int status = -1;  // the exit status, or 128 and the signal that ended it
  bool timed_out = false;
  std::string out;
  std::string err;
};

// A program that runs in a process group of its own, with nothing on standard input. Whatever of
// the group still runs when this object ends is killed.
class RunningProgram {
 public:
  explicit RunningProgram(const Command& command);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  // Nobody else's as long as this object lives.
  pid_t pid() const { return pid_; }
  bool Ended();
  // Waits for the end; kills the program when that does not come in time.
  Outcome Wait(std::chrono::seconds patience);

 private:
  // Leaves the program unreaped; its status is in status_ when the answer is true.
  bool WaitUntilEnded(int options);

  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  int status_ = -1;  // as in Outcome
};

// No program of the tests takes a tenth of this.
inline constexpr std::chrono::seconds kPatience{120};

Outcome RunProgram(const Command& command, std::chrono::seconds patience = kPatience);

// Whether a shell would find the program.
bool IsInstalled(const std::string& program);

// What a preloaded library said at the end of a process.
struct Statistics {
  std::string variant;
  std::uint64_t allocated = 0;
  std::uint64_t freed = 0;
  std::uint64_t resized = 0;
  std::uint64_t bytes_held = 0;
  std::uint64_t bytes_peak = 0;
};

// Takes the lines of libraries out of a program's standard error; what remains is the program's.
std::vector<Statistics> TakeStatistics(std::string& err);

// The library under test, and the name of its variant: told by the build (preload.bzl).
std::string LibraryUnderTest();
std::string VariantUnderTest();

// The variables that put the library under a program and make it speak at the end.
std::vector<std::string> UnderLibrary();

}  // namespace alloclab::preload

#endif  // ALLOCLAB_ALLOCATOR_PRELOAD_RUN_PROGRAM_H_
