#include "tools/cli/preload_library.h"

#include <fmt/format.h>

#include "bench/exported_function.h"
#include "tools/cli/parts.h"

namespace alloclab::cli {
namespace {

constexpr const char* kSystem = "system";

Candidate AsLibrary(Candidate candidate) {
  if (candidate.name == kSystem) return {kSystem, Table::kPreload, ""};
  if (candidate.table == Table::kInProcess) {
    const std::string variant = candidate.name;
    candidate = ResolveCandidates({VariantLibrary(variant)}).front();
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

Candidate PreloadLibrary(const std::string& allocator) {
  return AsLibrary(ResolveCandidates({allocator}).front());
}

std::vector<Candidate> PreloadLibraries(const std::vector<std::string>& names) {
  std::vector<Candidate> libraries;
  for (const Candidate& candidate : ResolveCandidates(names)) {
    if (candidate.name != kSystem) libraries.push_back(AsLibrary(candidate));
  }
  libraries.push_back({kSystem, Table::kPreload, ""});
  return libraries;
}

}  // namespace alloclab::cli
