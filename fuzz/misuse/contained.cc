#include "fuzz/misuse/contained.h"

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <string>

#include "fuzz/isolated.h"

// GCC says it in one way, clang in the other.
#if defined(__SANITIZE_ADDRESS__)
#define ALLOCLAB_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALLOCLAB_IS_SANITIZED 1
#endif
#endif

#ifdef ALLOCLAB_IS_SANITIZED
#include <sanitizer/common_interface_defs.h>
#endif

namespace alloclab {
namespace {

// The death of this process is of no interest: not to the reader, and not to a fuzzer, which would
// file it as a finding of its own.
void BeSilent() {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
#ifdef ALLOCLAB_IS_SANITIZED
  __sanitizer_set_death_callback(nullptr);
#endif
}

// Takes the place of the alarm that is set in seconds.
void LimitTime() {
  const itimerval limit{.it_interval = {},
                        .it_value = {.tv_sec = 0, .tv_usec = kContainedMilliseconds * 1000}};
  setitimer(ITIMER_REAL, &limit, nullptr);
}

}  // namespace

ContainedEnd RunContained(const std::function<void()>& run) {
  const std::string end = RunIsolated([&] {
    BeSilent();
    LimitTime();
    run();
    return std::string("came back");
  });
  if (end == "came back") return ContainedEnd::kCameBack;
  return end == "time-out" ? ContainedEnd::kHung : ContainedEnd::kCrashed;
}

}  // namespace alloclab
