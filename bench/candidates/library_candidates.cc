#include "bench/candidates/library_candidates.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/candidates/exported_function.h"
#include "bench/process/compare_error.h"

namespace alloclab {
namespace {

constexpr const char* kSystem = "system";

Candidate AsLibrary(Candidate candidate, const VariantLibraryPath& variant_library) {
  if (candidate.name == kSystem && candidate.path.empty()) return {kSystem, Table::kPreload, ""};
  if (candidate.table == Table::kInProcess) {
    const std::string variant = candidate.name;
    candidate = ResolveCandidates({variant_library(variant)}).front();
    candidate.name = variant;
  }
  constexpr const char* kNeeded[] = {"malloc", "free"};
  for (const char* function : kNeeded) {
    if (ExportsFunction(candidate.path, function)) continue;
    throw CompareError(
        fmt::format("{}: this library defines no {}, so the program would run on the system's. "
                    "Export it (extern \"C\", default visibility), or give another library.",
                    candidate.path, function));
  }
  return candidate;
}

}  // namespace

Candidate LibraryCandidate(const std::string& allocator,
                           const VariantLibraryPath& variant_library) {
  return AsLibrary(ResolveCandidates({allocator}).front(), variant_library);
}

std::vector<Candidate> LibraryCandidates(const std::vector<std::string>& names,
                                         const VariantLibraryPath& variant_library) {
  const Candidate system = {kSystem, Table::kPreload, ""};
  std::vector<Candidate> libraries = {system};
  for (const Candidate& resolved : ResolveCandidates(names)) {
    const Candidate candidate = AsLibrary(resolved, variant_library);
    if (candidate == system) continue;
    const auto has_its_name = [&](const Candidate& other) { return other.name == candidate.name; };
    if (std::any_of(libraries.begin(), libraries.end(), has_its_name)) {
      throw CompareError(fmt::format("{}: another allocator is also called {}. Rename the file.",
                                     candidate.path, candidate.name));
    }
    libraries.push_back(candidate);
  }
  std::rotate(libraries.begin(), libraries.begin() + 1, libraries.end());
  return libraries;
}

}  // namespace alloclab
