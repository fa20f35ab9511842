#include "tools/cli/preload_library.h"

#include "bench/candidates/library_candidates.h"
#include "tools/cli/parts.h"

namespace alloclab::cli {

Candidate PreloadLibrary(const std::string& allocator) {
  return LibraryCandidate(allocator, VariantLibrary);
}

std::vector<Candidate> PreloadLibraries(const std::vector<std::string>& names) {
  return LibraryCandidates(names, VariantLibrary);
}

}  // namespace alloclab::cli
