// Runs a program to its end, or to a time out, with a library in place of its malloc or with none,
// and tells how it ended and what it used.
//
// The child leads a process group of its own: Ctrl-C is for whoever measures, who then still waits
// for this run, or says that it is not worth waiting for. It is killed when the thread that started
// it ends, and whatever is left of its group when it ends itself.

#ifndef ALLOCLAB_BENCH_PROCESS_CHILD_PROCESS_H_
#define ALLOCLAB_BENCH_PROCESS_CHILD_PROCESS_H_

#include <sys/resource.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace alloclab {

struct ChildRequest {
  // The program, looked for on PATH unless there is a '/' in it, and what it is told.
  std::vector<std::string> arguments;
  // NAME=VALUE, in place of the caller's own of that name. The settings of malloc of the caller's
  // shell are kept: they are part of what is compared.
  std::vector<std::string> environment = {};
  // LD_PRELOAD of the child, whatever the caller's is. Empty: none.
  std::string library = {};
  // Where it runs. Empty: where the caller does.
  std::string folder = {};
  // What it reads and writes; -1: what the caller does. Others that are not close-on-exec are
  // inherited, too.
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  std::chrono::milliseconds timeout{std::chrono::minutes(2)};
  // Asked ten times a second: when it says yes, the child is not waited for any longer. May be
  // empty.
  std::function<bool()> interrupted = {};
};

struct ChildEnd {
  bool timed_out = false;
  bool interrupted = false;
  int status = 0;  // as wait4 gives it
  // Of the child and of those of its own children that it has waited for. The processor time begins
  // with the child's first steps before the program; ru_maxrss is never less than what the caller
  // had resident when it started the child (the system counts both as one process).
  rusage usage = {};
  std::chrono::nanoseconds elapsed{0};

  // Whether it ended by itself, with status 0.
  bool succeeded() const { return !timed_out && !interrupted && status == 0; }
};

// Throws std::system_error when the program cannot be started or watched.
ChildEnd RunChildProcess(const ChildRequest& request);

// "took longer than 5 s", "was interrupted", "killed by SIGSEGV (Segmentation fault)" or "ended
// with status 3": the beginning of a sentence about a run with this time out that did not succeed.
std::string HowItEnded(const ChildEnd& end, std::chrono::milliseconds timeout);

// The first line of what was written to the file `descriptor`, printable and at most 300 bytes, or
// nothing: what a program, or the library in it, said when it ended itself.
std::string FirstLineOf(int descriptor);

// A file in memory that children inherit, closed at the end of its scope.
class MemoryFile {
 public:
  // Throws std::system_error when there is none.
  explicit MemoryFile(const char* name);
  // One that is there already, which is its from now on.
  explicit MemoryFile(int descriptor) : descriptor_(descriptor) {}
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROCESS_CHILD_PROCESS_H_
