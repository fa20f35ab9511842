// Runs what damages a heap in a process of its own (fuzz/isolated.h), which may say nothing and
// last no longer than a moment: for many cases a second.

#ifndef ALLOCLAB_FUZZ_MISUSE_CONTAINED_H_
#define ALLOCLAB_FUZZ_MISUSE_CONTAINED_H_

#include <cstdint>
#include <functional>

namespace alloclab {

enum class ContainedEnd : std::uint8_t { kCameBack, kCrashed, kHung };

// A process that runs longer hangs: what is run here takes a few milliseconds.
inline constexpr int kContainedMilliseconds = 250;

// Throws std::system_error when no process can be made.
ContainedEnd RunContained(const std::function<void()>& run);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_MISUSE_CONTAINED_H_
