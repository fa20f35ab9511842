// ALLOCLAB_MALLOC_STATS=1: one line at the end of the process, which says that the library was
// there and what it did.
//
//   alloclab malloc: segregated_bins: 5123 allocated, 4877 freed, 12 resized in place; 1048576
//   bytes held, 2097152 at the peak       (one line)
//
// Written without stdio: its buffers are allocated, and closed by then. Programs close even their
// standard error before the end (so do the GNU core utilities), hence the copy of it.

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "allocator/preload/process_heap.h"

namespace alloclab::preload {
namespace {

constexpr char kVariable[] = "ALLOCLAB_MALLOC_STATS";
// High enough to be in nobody's way.
constexpr int kLeastDescriptor = 200;

constinit int stats_descriptor = -1;

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

// By a constructor: before, the C library has no environment.
[[gnu::constructor]] void OpenStatistics() {
  const char* wanted = std::getenv(kVariable);
  if (wanted == nullptr || std::strcmp(wanted, "1") != 0) return;
  const int copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, kLeastDescriptor);
  stats_descriptor = copy >= 0 ? copy : STDERR_FILENO;
}

[[gnu::destructor]] void PrintStatistics() {
  if (stats_descriptor >= 0) PrintFigures(stats_descriptor);
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
