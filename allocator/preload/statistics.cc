// ALLOCLAB_MALLOC_STATS=1: one line at the end of the process, which says that the library was
// there and what it did.
//
//   alloclab malloc: segregated_bins: 5123 allocated, 4877 freed, 12 resized in place; 1048576
//   bytes held, 2097152 at the peak       (one line)
//
// Written without stdio: its buffers are allocated, and closed by then. Programs close even their
// standard error before the end (so do the GNU core utilities), hence the copy of it. And programs
// that close everything may give the copy's number to a file of their own: a line is written only
// to what was standard error at the start.

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <initializer_list>

#include "allocator/preload/process_heap.h"

namespace alloclab::preload {
namespace {

constexpr char kVariable[] = "ALLOCLAB_MALLOC_STATS";
// High enough to be in nobody's way.
constexpr int kLeastDescriptor = 200;

constinit bool is_wanted = false;
constinit int stats_descriptor = -1;  // a copy of standard error; -1 when none could be made
constinit struct stat at_start = {};  // what standard error was

class Line {
 public:
  Line& operator<<(const char* text) {
    while (*text != '\0' && used_ < sizeof(text_)) text_[used_++] = *text++;
    return *this;
  }
  Line& operator<<(std::uint64_t number) {
    char digits[21] = {};
    char* at = digits + sizeof(digits) - 1;
    do {
      *--at = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    return *this << static_cast<const char*>(at);
  }
  // In one write, so that lines of several processes do not mix.
  void Write(int descriptor) const {
    const int saved_errno = errno;
    // Nothing is left to be done when it cannot be written.
    [[maybe_unused]] const ssize_t written = write(descriptor, text_, used_);
    errno = saved_errno;
  }

 private:
  char text_[256];
  std::size_t used_ = 0;
};

bool Same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino &&
         (a.st_mode & S_IFMT) == (b.st_mode & S_IFMT);
}

bool IsWanted(char** environment) {
  constexpr std::size_t kLength = sizeof(kVariable) - 1;
  for (; *environment != nullptr; ++environment) {
    const char* variable = *environment;
    if (std::strncmp(variable, kVariable, kLength) != 0 || variable[kLength] != '=') continue;
    return std::strcmp(variable + kLength + 1, "1") == 0;
  }
  return false;
}

// With the environment as glibc hands it to constructors: this one runs before the C library's own,
// which sets what getenv looks at.
[[gnu::constructor]] void OpenStatistics(int, char**, char** environment) {
  if (!IsWanted(environment) || fstat(STDERR_FILENO, &at_start) != 0) return;
  is_wanted = true;
  stats_descriptor = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, kLeastDescriptor);
}

[[gnu::destructor]] void PrintStatistics() {
  // The heap's lock is this thread's where a signal handler broke into a call and ends the process.
  if (!is_wanted || TheHeap().HeldByThisThread()) return;
  for (const int descriptor : {stats_descriptor, STDERR_FILENO}) {
    struct stat now = {};
    if (fstat(descriptor, &now) == 0 && Same(now, at_start)) return PrintFigures(descriptor);
  }
}

}  // namespace

void PrintFigures(int descriptor) noexcept {
  const HeapFigures figures = ReadFigures();
  Line line;
  line << "alloclab malloc: " << ALLOCLAB_VARIANT_NAME << ": " << figures.calls.allocated
       << " allocated, " << figures.calls.freed << " freed, " << figures.calls.resized
       << " resized in place; " << figures.bytes_held << " bytes held, " << figures.bytes_peak
       << " at the peak\n";
  line.Write(descriptor);
}

}  // namespace alloclab::preload
