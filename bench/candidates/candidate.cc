#include "bench/candidates/candidate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string_view>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"
#include "bench/process/compare_error.h"
#include "traces/elf_file.h"

namespace alloclab {
namespace {

struct KnownLibrary {
  std::string_view name;
  std::string_view package;
  const char* path;
};

constexpr KnownLibrary kLibraries[] = {
    {"jemalloc", "libjemalloc2", "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"},
    {"mimalloc", "libmimalloc2.0", "/usr/lib/x86_64-linux-gnu/libmimalloc.so.2.0"},
    {"tcmalloc", "libtcmalloc-minimal4", "/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4"},
    {"tbb", "libtbbmalloc2", "/usr/lib/x86_64-linux-gnu/libtbbmalloc_proxy.so.2"},
    {"scudo", "libclang-rt-19-dev",
     "/usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.scudo_standalone-x86_64.so"},
};

constexpr std::string_view kSystem = "system";

bool IsVariant(std::string_view name) {
  return std::find(Variants::kNames.begin(), Variants::kNames.end(), name) !=
         Variants::kNames.end();
}

// Refuses what the loader would only grumble about before running the program without it; `given`
// is how the user spelled the path.
void CheckLibrary(const std::string& path, const std::string& given) {
  if (!std::filesystem::is_regular_file(path)) {
    throw CompareError(
        fmt::format("{}: there is no such file. Give the path of a shared library "
                    "that stands in for malloc.",
                    given));
  }
  const ElfFile file(path);
  if (file.is_elf() && !file.IsForThisMachine()) {
    throw CompareError(
        fmt::format("{}: this library is for {}, and programs here are for {}. "
                    "Build it for this machine.",
                    given, file.Machine(), ElfFile::ThisMachine()));
  }
  if (!file.is_elf() || file.type() != ET_DYN) {
    throw CompareError(
        fmt::format("{}: this is not a shared library (an ELF file of type DYN). "
                    "Build it with -shared -fPIC.",
                    given));
  }
}

// One path for the same library in the same folder, however it was spelled; its own name stays,
// though it may be a link. Not by the letters alone: behind a link, ".." leads elsewhere.
std::string OnePath(const std::filesystem::path& path) {
  const std::filesystem::path absolute = std::filesystem::absolute(path);
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::canonical(absolute.parent_path(), error);
  return error ? absolute : folder / absolute.filename();
}

Candidate LibraryAt(const std::string& name, const std::string& given) {
  const std::string path = OnePath(given);
  CheckLibrary(path, given);
  if (path.find_first_of(": ") != std::string::npos) {
    throw CompareError(
        fmt::format("{}: LD_PRELOAD cannot name a path with a space or a colon in "
                    "it. Copy the library elsewhere.",
                    path));
  }
  return {name, Table::kPreload, path};
}

[[noreturn]] void RefuseName(const std::string& name) {
  std::vector<std::string_view> known(Variants::kNames.begin(), Variants::kNames.end());
  if (!IsVariant(kSystem)) known.push_back(kSystem);
  for (const KnownLibrary& library : kLibraries) known.push_back(library.name);
  throw CompareError(
      fmt::format("unknown allocator \"{}\". Known are: {}; or give the path of a "
                  "shared library, with a '/' in it.",
                  name, fmt::join(known, ", ")));
}

Candidate Resolve(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return LibraryAt(std::filesystem::path(name).filename(), name);
  }
  if (IsVariant(name) || name == kSystem) return {name, Table::kInProcess, ""};
  for (const KnownLibrary& library : kLibraries) {
    if (library.name != name) continue;
    if (!std::filesystem::exists(library.path)) {
      throw CompareError(
          fmt::format("{} is not installed ({} is missing). Install the package {}, "
                      "or leave it out.",
                      name, library.path, library.package));
    }
    return LibraryAt(name, library.path);
  }
  RefuseName(name);
}

std::vector<std::string> EverythingHere() {
  std::vector<std::string> names(Variants::kNames.begin(), Variants::kNames.end());
  for (const KnownLibrary& library : kLibraries) {
    if (std::filesystem::exists(library.path)) names.emplace_back(library.name);
  }
  return names;
}

void AddOnce(std::vector<Candidate>& candidates, const Candidate& candidate) {
  for (const Candidate& other : candidates) {
    if (other == candidate) return;
    if (other.table == candidate.table && other.name == candidate.name) {
      throw CompareError(
          fmt::format("two libraries are called {}: {} and {}. Rename one, or "
                      "compare them in two runs.",
                      candidate.name, other.path, candidate.path));
    }
  }
  candidates.push_back(candidate);
}

// The candidates of one table, with the baseline that it needs unless it is empty.
std::vector<Candidate> InTable(const std::vector<Candidate>& candidates, Table table) {
  std::vector<Candidate> chosen;
  for (const Candidate& candidate : candidates) {
    if (candidate.table == table) chosen.push_back(candidate);
  }
  if (!chosen.empty()) AddOnce(chosen, {std::string(kSystem), table, ""});
  return chosen;
}

}  // namespace

bool IsKnownAllocator(const std::string& library) {
  const std::string name = std::filesystem::path(library).filename();
  for (const std::string_view variant : Variants::kNames) {
    if (name == fmt::format("libmalloc_{}.so", variant)) return true;
  }
  return std::any_of(std::begin(kLibraries), std::end(kLibraries), [&](const KnownLibrary& known) {
    return name == std::filesystem::path(known.path).filename();
  });
}

std::size_t PlaceOfSystem(const std::vector<Candidate>& candidates) {
  const auto is_system = [](const Candidate& candidate) { return candidate.name == kSystem; };
  return static_cast<std::size_t>(std::find_if(candidates.begin(), candidates.end(), is_system) -
                                  candidates.begin());
}

const char* TableName(Table table) { return table == Table::kInProcess ? "in_process" : "preload"; }

std::vector<Candidate> ResolveCandidates(const std::vector<std::string>& names) {
  std::vector<Candidate> candidates;
  for (const std::string& name : names.empty() ? EverythingHere() : names) {
    AddOnce(candidates, Resolve(name));
  }
  std::vector<Candidate> both = InTable(candidates, Table::kInProcess);
  const std::vector<Candidate> preloaded = InTable(candidates, Table::kPreload);
  both.insert(both.end(), preloaded.begin(), preloaded.end());
  return both;
}

}  // namespace alloclab
