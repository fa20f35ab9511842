// Whose malloc a program calls, as the dynamic loader itself tells it: under LD_DEBUG=bindings it
// writes a line for every function that it finds for somebody. A library that is preloaded but does
// not take malloc over, or a program that never asks the loader for malloc, would otherwise be
// measured as something else.

#ifndef ALLOCLAB_BENCH_PROGRAMS_BINDINGS_H_
#define ALLOCLAB_BENCH_PROGRAMS_BINDINGS_H_

#include <filesystem>
#include <string>
#include <vector>

namespace alloclab {

// Variables with which the loader writes what it finds to files in `folder`, one a process.
std::vector<std::string> WatchBindings(const std::filesystem::path& folder);

// A sentence when malloc or free of any process that was watched in `folder` was found elsewhere
// than in the file `library`, or of none was found at all; else nothing. What `library` itself
// calls is its own business. A process that never asks the loader, because it is linked statically
// or clears its environment, leaves no trace here beside others that do ask.
std::string WhyNotBoundTo(const std::string& library, const std::filesystem::path& folder);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROGRAMS_BINDINGS_H_
