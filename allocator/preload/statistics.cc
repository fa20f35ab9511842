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

#include <initializer_list>

#include "allocator/preload/environment.h"
#include "allocator/preload/process_heap.h"
#include "allocator/raw_line.h"

namespace alloclab::preload {
namespace {

// High enough to be in nobody's way.
constexpr int kLeastDescriptor = 200;

constinit bool is_wanted = false;
constinit int stats_descriptor = -1;  // a copy of standard error; -1 when none could be made
constinit struct stat at_start = {};  // what standard error was

bool Same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino &&
         (a.st_mode & S_IFMT) == (b.st_mode & S_IFMT);
}

[[gnu::constructor]] void OpenStatistics(int, char**, char** environment) {
  if (!IsOn(environment, "ALLOCLAB_MALLOC_STATS") || fstat(STDERR_FILENO, &at_start) != 0) return;
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
  RawLine line;
  line << "alloclab malloc: " << ALLOCLAB_VARIANT_NAME << ": " << figures.calls.allocated
       << " allocated, " << figures.calls.freed << " freed, " << figures.calls.resized
       << " resized in place; " << figures.bytes_held << " bytes held, " << figures.bytes_peak
       << " at the peak\n";
  line.Write(descriptor);
}

}  // namespace alloclab::preload
