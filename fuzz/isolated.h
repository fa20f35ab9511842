// Runs a case in a process of its own, which a bug may crash or never let end.

#ifndef ALLOCLAB_FUZZ_ISOLATED_H_
#define ALLOCLAB_FUZZ_ISOLATED_H_

#include <functional>
#include <string>

namespace alloclab {

// What `run` answers in the other process (up to 63 bytes): a verdict, empty for none. "crash" or
// "time-out" where that process did not come to its end. Throws std::system_error when no process
// can be made.
std::string RunIsolated(const std::function<std::string()>& run, unsigned timeout_seconds = 5);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_ISOLATED_H_
