#include "tools/cli/parts.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace alloclab::cli {
namespace {

namespace fs = std::filesystem;

std::string Part(const fs::path& relative) {
  const fs::path path = fs::path(BuiltTree()) / relative;
  if (!fs::exists(path)) {
    throw std::runtime_error("the part " + path.string() +
                             " is missing; build it: bazel build --config=bench //tools/cli:parts");
  }
  return path.string();
}

}  // namespace

// The program is <tree>/tools/cli/alloclab.
std::string BuiltTree() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path().parent_path();
}

std::string RecorderLibrary() { return Part("traces/recorder/preload/liballoclab_record.so"); }

std::string Worker() { return Part("bench/worker/worker"); }

std::string WorkloadRunner() { return Part("bench/workloads/runner"); }

std::string OperationsBench() { return Part("bench/google_benchmark/operations_bench"); }

std::string CountedWorker() { return Part("bench/deterministic/counted_worker"); }

std::string StoppedClock() { return Part("bench/deterministic/stopped_clock.so"); }

std::string Counts() { return Part("bench/deterministic/counts"); }

std::string LabRunner() { return Part("bench/grade/runner"); }

std::string Launcher() { return Part("bench/programs/launcher"); }

std::string VariantLibrary(const std::string& variant) {
  return Part("allocator/preload/libmalloc_" + variant + ".so");
}

std::string SourceRoot() {
  const char* root = std::getenv("ALLOCLAB_ROOT");  // set by tools/alloclab
  return root == nullptr ? "." : root;
}

std::string CorpusFolder() { return fs::path(SourceRoot()) / "traces/corpus"; }

std::vector<std::string> CorpusTraces() {
  const fs::path folder = CorpusFolder();
  std::vector<std::string> traces;
  if (!fs::is_directory(folder)) return traces;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".alt") traces.push_back(entry.path().string());
  }
  std::sort(traces.begin(), traces.end());
  return traces;
}

}  // namespace alloclab::cli
