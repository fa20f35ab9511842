// Allocators as libraries for LD_PRELOAD, our variants, too: what `run` puts under a program, and
// what programs are compared on.

#ifndef ALLOCLAB_TOOLS_CLI_PRELOAD_LIBRARY_H_
#define ALLOCLAB_TOOLS_CLI_PRELOAD_LIBRARY_H_

#include <string>
#include <vector>

#include "bench/candidate.h"

namespace alloclab::cli {

// `allocator`, as ResolveCandidates takes it, as a library; "system" has none. Throws CompareError,
// naming the mend, for what is not known or would not take malloc over: the loader would run a
// program without it.
Candidate PreloadLibrary(const std::string& allocator);

// Those called `names`, without repeats, and `system` last. No names at all: every variant, and
// those of the known libraries that are installed.
std::vector<Candidate> PreloadLibraries(const std::vector<std::string>& names);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_PRELOAD_LIBRARY_H_
