// Single operations of allocators as an ordinary Google Benchmark: a row for each allocator,
// operation and size, named ALLOCATOR/OPERATION/SIZE.
//
//   bazel run --config=bench //bench/google_benchmark:operations_bench -- --benchmark_filter=tlsf
//
// Variants and `system` are dispatched statically. A library that stands in for malloc is
// preloaded/LIBRARY: the program starts itself again with --library=PATH under LD_PRELOAD, or
// somebody else has put it there. Those rows call malloc as a program does and are compared with
// each other, and with `system` of a run without a library. Figures to publish come from `alloclab
// compare`.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "allocator/variants.h"
#include "bench/candidates/candidate.h"
#include "bench/google_benchmark/operations.h"
#include "bench/process/compare_error.h"
#include "bench/worker/takeover.h"

namespace alloclab::operations {
namespace {

constexpr std::string_view kLibraryFlag = "--library";
constexpr const char* kPreload = "LD_PRELOAD";
constexpr const char* kStartedAgain = "ALLOCLAB_BENCH_STARTED_AGAIN";
constexpr const char* kSystem = "system";

// The name of the row of whatever malloc is in this process. The C library's, or one that a
// sanitizer has linked into this program, is the system's.
std::string NameOfMalloc() {
  const std::filesystem::path file = FileOfFunction("malloc");
  const std::string name = file.filename();
  std::error_code error;
  const bool own = std::filesystem::equivalent(file, "/proc/self/exe", error);
  return own || name.starts_with("libc.so") ? kSystem : "preloaded/" + name;
}

template <class A>
void Register(const std::string& allocator) {
  const auto add = [&allocator](const char* operation, auto* function) {
    return benchmark::RegisterBenchmark((allocator + "/" + operation).c_str(), function);
  };
  add("malloc_free", BM_MallocFree<A>)
      ->Arg(8)
      ->Arg(16)
      ->Arg(64)
      ->Arg(256)
      ->Arg(1024)
      ->Arg(4096)
      ->Arg(32 << 10)
      ->Arg(1 << 20);
  add("batch", BM_Batch<A>)->Arg(16)->Arg(64)->Arg(256)->Arg(1024)->Arg(4096);
  add("calloc", BM_Calloc<A>)->Arg(64)->Arg(1024)->Arg(32 << 10)->Arg(1 << 20);
  add("realloc_growth", BM_ReallocGrowth<A>)->Arg(1 << 10)->Arg(64 << 10);
  if constexpr (AllocatesAligned<A>) add("aligned", BM_Aligned<A>)->Arg(64)->Arg(4096);
  add("cross_thread_free", BM_CrossThreadFree<A>)->Arg(64)->Arg(1024)->Threads(2)->UseRealTime();
}

void RegisterAll() {
  for (const std::string_view name : Variants::kNames) {
    const std::string row = name == kSystem ? NameOfMalloc() : std::string(name);
    Variants::Visit<OwnedPages>(name, [&]<class A> { Register<A>(row); });
  }
}

// Takes --library=X, or --library X, out of the arguments; the rest is Google Benchmark's. Empty
// when there is none.
std::string TakeLibrary(std::vector<char*>& arguments) {
  std::string library;
  for (std::size_t i = 1; i < arguments.size();) {
    std::string_view argument = arguments[i];
    if (!argument.starts_with(kLibraryFlag)) {
      ++i;
      continue;
    }
    argument.remove_prefix(kLibraryFlag.size());
    if (!argument.empty() && argument[0] != '=') {
      ++i;
      continue;
    }
    const bool apart = argument.empty();
    if (apart && i + 1 == arguments.size()) {
      throw CompareError("--library needs the path of a library that stands in for malloc.");
    }
    library = apart ? arguments[i + 1] : argument.substr(1);
    const auto at = arguments.begin() + static_cast<std::ptrdiff_t>(i);
    arguments.erase(at, at + (apart ? 2 : 1));
  }
  return library;
}

std::string PathOf(const std::string& library) {
  for (const Candidate& candidate : ResolveCandidates({library})) {
    if (candidate.table == Table::kPreload && !candidate.path.empty()) return candidate.path;
  }
  throw CompareError(library +
                     ": this is no library. Give its path, with a '/' in it (of a variant: "
                     "allocator/preload/libmalloc_VARIANT.so), or leave --library out.");
}

// Starts this program once more under `library`, unless its malloc is here already. No third time:
// a library may take itself out of LD_PRELOAD, so what is there now does not tell.
void RunUnder(const std::string& library, char** argv) {
  char reason[512];
  if (MallocComesFrom(library.c_str(), reason, sizeof(reason))) return;
  if (std::getenv(kStartedAgain) != nullptr) throw CompareError(reason);
  setenv(kPreload, library.c_str(), 1);
  setenv(kStartedAgain, "1", 1);
  execv("/proc/self/exe", argv);
  throw CompareError(std::string("cannot start this program again: ") + std::strerror(errno));
}

int Main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  const std::string library = TakeLibrary(arguments);
  if (!library.empty()) RunUnder(PathOf(library), argv);
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  benchmark::AddCustomContext("malloc", FileOfFunction("malloc"));
  RegisterAll();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace alloclab::operations

int main(int argc, char** argv) {
  try {
    return alloclab::operations::Main(argc, argv);
  } catch (const alloclab::CompareError& error) {
    std::fprintf(stderr, "operations_bench: %s\n", error.what());
    return 2;
  }
}
