// The replay as an ordinary Google Benchmark: a row for each trace and variant. (Single operations
// are bench/google_benchmark.)
//
//   bazel run --config=bench //bench/google_benchmark:replay_bench -- --traces=a.alt,b.alt
//   --benchmark_filter=...
//
// An iteration is the whole program on a new allocator, with what the program left to its exit
// freed at the end. All rows share one process and no row is checked first: for looking at one
// variant while working on it. Figures to publish come from `alloclab compare`.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "allocator/variants.h"
#include "bench/google_benchmark/operation_counters.h"
#include "bench/google_benchmark/owned_pages.h"
#include "traces/program.h"
#include "traces/replay/program_image.h"
#include "traces/replay/replay.h"

namespace alloclab {
namespace {

constexpr std::string_view kTracesFlag = "--traces=";

struct NamedProgram {
  std::string name;
  Program program;  // with its tail of frees
};

NamedProgram ReadProgram(const std::string& path) {
  NamedProgram named = {std::filesystem::path(path).stem(), DecodeProgram(*OpenTrace(path))};
  const Ops tail = TailOfFrees(named.program);
  named.program.ops.insert(named.program.ops.end(), tail.begin(), tail.end());
  return named;
}

template <class A>
void BM_Replay(benchmark::State& state, const Program& program) {
  std::vector<void*> slots(program.slots, nullptr);
  const Op* begin = program.ops.data();
  const Op* end = begin + program.ops.size();
  std::uint64_t failures = 0;
  for (auto _ : state) {
    state.PauseTiming();
    {
      OwnedPages pages;
      A allocator(pages);
      state.ResumeTiming();
      failures += Replay<A, kUsualTouch>(allocator, begin, end, slots.data());
      state.PauseTiming();
    }
    state.ResumeTiming();
  }
  if (failures > 0) state.SkipWithError("out of memory");
  CountOperations(state, program.ops.size());
}

void Register(const NamedProgram& named) {
  for (const std::string_view name : Variants::kNames) {
    const std::string row = named.name + "/" + std::string(name);
    Variants::Visit<OwnedPages>(name, [&]<class A> {
      benchmark::RegisterBenchmark(row.c_str(), [&named](benchmark::State& state) {
        BM_Replay<A>(state, named.program);
      })->Unit(benchmark::kMillisecond);
    });
  }
}

// The archives of traces/corpus, in the source tree that `bazel run` came from.
std::vector<std::string> Corpus() {
  const char* workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  const std::filesystem::path folder =
      std::filesystem::path(workspace == nullptr ? "." : workspace) / "traces/corpus";
  std::vector<std::string> paths;
  if (!std::filesystem::is_directory(folder)) return paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".alt") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> SplitAtCommas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

// Takes --traces out of the arguments; the rest is Google Benchmark's.
std::vector<std::string> TakeTraces(int& argc, char** argv) {
  std::vector<std::string> traces;
  char** const end = std::remove_if(argv + 1, argv + argc, [&](std::string_view argument) {
    if (!argument.starts_with(kTracesFlag)) return false;
    traces = SplitAtCommas(argument.substr(kTracesFlag.size()));
    return true;
  });
  argc = static_cast<int>(end - argv);
  return traces.empty() ? Corpus() : traces;
}

int Main(int argc, char** argv) {
  const std::vector<std::string> traces = TakeTraces(argc, argv);
  if (traces.empty()) {
    std::fprintf(stderr, "replay_bench: there is no trace in traces/corpus; give --traces=a,b\n");
    return 2;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  std::vector<std::unique_ptr<NamedProgram>> programs;
  for (const std::string& path : traces) {
    programs.push_back(std::make_unique<NamedProgram>(ReadProgram(path)));
    Register(*programs.back());
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace alloclab

int main(int argc, char** argv) {
  try {
    return alloclab::Main(argc, argv);
  } catch (const alloclab::TraceError& error) {
    std::fprintf(stderr, "replay_bench: %s\n", error.what());
    return 2;
  }
}
