// bench: single operations of allocators, as a Google Benchmark with all of its flags.

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/process/compare_error.h"
#include "tools/cli/become.h"
#include "tools/cli/command.h"
#include "tools/cli/parts.h"
#include "tools/cli/preload_library.h"

namespace alloclab::cli {
namespace {

// The library to bench, as the program takes it: of a variant its path.
std::string LibraryArgument(const std::string& allocator) {
  const std::string path = PreloadLibrary(allocator).path;
  if (path.empty())
    throw CompareError("--library: system is there without a library. Leave it out.");
  return path;
}

}  // namespace

void AddBench(CLI::App& app) {
  auto library = std::make_shared<std::string>();
  CLI::App* bench = app.add_subcommand(
      "bench",
      "Time single operations (malloc and free by size, calloc, realloc, aligned, freed by "
      "another thread): a Google Benchmark");
  bench->add_option("--library", *library,
                    "Also on this library, as preloaded/NAME: jemalloc, mimalloc, tcmalloc, tbb, "
                    "scudo, a variant (its .so), or a path");
  bench->allow_extras();
  bench->footer(
      "All flags of Google Benchmark: --benchmark_filter=^tlsf/, --benchmark_repetitions=9,\n"
      "--benchmark_out=F, ... Rows are ALLOCATOR/OPERATION/SIZE "
      "(bench/google_benchmark/README.md).\n\n"
      "Exit status: Google Benchmark's; 2 misuse, an unknown flag, or a library that does not take "
      "malloc over.");
  bench->callback([bench, library] {
    std::vector<std::string> words = {OperationsBench()};
    if (!library->empty()) words.push_back("--library=" + LibraryArgument(*library));
    for (const std::string& flag : bench->remaining()) words.push_back(flag);
    const int error = Become(words);
    throw CompareError("cannot run " + words[0] + ": " + std::strerror(error));
  });
}

}  // namespace alloclab::cli
