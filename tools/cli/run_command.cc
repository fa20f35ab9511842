// run: an unmodified program on one of our allocators, or on any library that stands in for malloc.

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <sstream>

#include "bench/candidates/candidate.h"
#include "bench/process/compare_error.h"
#include "tools/cli/become.h"
#include "tools/cli/command.h"
#include "tools/cli/preload_library.h"
#include "tools/cli/program_file.h"

namespace alloclab::cli {
namespace {

// As a shell says it.
constexpr int kCannotExecute = 126;
constexpr int kNotFound = 127;

// Whether `allocator` names one of our variants, whose libraries can do more than malloc.
bool IsOurs(const std::string& allocator) {
  const Candidate candidate = ResolveCandidates({allocator}).front();
  return candidate.table == Table::kInProcess && candidate.name != "system";
}

// What is preloaded already and is not there to take malloc over: an allocator of an outer `run`
// would be the program's where none is wanted, or dead weight behind another.
std::string OthersPreloaded(const std::string& library) {
  const char* preloaded = std::getenv("LD_PRELOAD");
  std::string words = preloaded == nullptr ? "" : preloaded;
  std::replace(words.begin(), words.end(), ':', ' ');
  std::istringstream entries(words);
  std::string others;
  for (std::string entry; entries >> entry;) {
    if (entry != library && !IsKnownAllocator(entry)) others += (others.empty() ? "" : ":") + entry;
  }
  return others;
}

// First in the order, before what is there already; empty for the system's.
void Preload(const std::string& library) {
  const std::string others = OthersPreloaded(library);
  const std::string both = library.empty() || others.empty() ? "" : ":";
  const std::string all = library + both + others;
  if (all.empty()) {
    unsetenv("LD_PRELOAD");
  } else {
    setenv("LD_PRELOAD", all.c_str(), 1);
  }
}

// Says why the program is not there in this one's place; the exit status for that.
int SayWhyNotRun(const std::string& program, int error) {
  const bool not_found = error == ENOENT;
  std::cerr << "alloclab: cannot run " << program << ": "
            << (not_found ? "there is no such program; give its path, or install it"
                          : std::strerror(error))
            << "\n";
  return not_found ? kNotFound : kCannotExecute;
}

}  // namespace

void AddRun(CLI::App& app, int& exit_status) {
  struct Arguments {
    std::string allocator;
    bool poison = false;
    std::vector<std::string> words;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* run = app.add_subcommand(
      "run", "Run a program on an allocator: alloclab run --allocator X -- PROGRAM ARGS");
  run->add_option("--allocator", arguments->allocator, kAllocatorHelp)->required();
  run->add_flag("--poison", arguments->poison,
                "Fill memory that malloc hands out with a5, and what is freed with 5a");
  run->add_option("program", arguments->words, "The program and its arguments, after --")
      ->required();
  run->positionals_at_end();
  run->footer(
      "With ALLOCLAB_MALLOC_STATS=1 a variant's library says at the end what it did.\n\n"
      "Exit status: the program's; 127 there is no such program, 126 it cannot be executed, 2 "
      "misuse, or\nthe program would not run on the allocator.");
  run->callback([arguments, &exit_status] {
    const std::string library = PreloadLibrary(arguments->allocator).path;
    if (!library.empty()) {
      const std::string why_not = WhyNotPreloaded(arguments->words[0]);
      if (!why_not.empty()) throw CompareError(why_not);
    }
    if (arguments->poison) {
      if (!IsOurs(arguments->allocator)) {
        throw CompareError(
            fmt::format("--poison: only the variants fill memory, and {} is none. Name one of them "
                        "(glibc has GLIBC_TUNABLES=glibc.malloc.perturb=165 for the like).",
                        arguments->allocator));
      }
      setenv("ALLOCLAB_MALLOC_POISON", "1", 1);
    }
    Preload(library);
    unsetenv("ALLOCLAB_ROOT");  // ours, not the program's
    exit_status = SayWhyNotRun(arguments->words[0], Become(arguments->words));
  });
}

}  // namespace alloclab::cli
