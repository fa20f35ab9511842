// Allocators as libraries for LD_PRELOAD (bench/candidates/library_candidates.h), our variants by
// the libraries that are built beside this program.

#ifndef ALLOCLAB_TOOLS_CLI_PRELOAD_LIBRARY_H_
#define ALLOCLAB_TOOLS_CLI_PRELOAD_LIBRARY_H_

#include <string>
#include <vector>

#include "bench/candidates/candidate.h"

namespace alloclab::cli {

Candidate PreloadLibrary(const std::string& allocator);
std::vector<Candidate> PreloadLibraries(const std::vector<std::string>& names);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_PRELOAD_LIBRARY_H_
