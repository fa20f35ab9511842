// How fast an archive becomes a replay program, and how small it is.
//
//   bazel run --config=bench //traces:decode_bench
//   ALLOCLAB_BENCH_TRACE=/path/trace.alt bazel run --config=bench //traces:decode_bench
//
// A trace of either form is archived anew, with zstd level ALLOCLAB_BENCH_LEVEL (3). Without one
// the events are made up, ALLOCLAB_BENCH_EVENTS (4,000,000) of them. The time includes reading the
// file, the checksums, zstd and giving every allocation its slot.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "traces/archive_reader.h"
#include "traces/open_trace.h"
#include "traces/program.h"
#include "traces/sample_events.h"

namespace alloclab {
namespace {

std::string Variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

const std::string& TraceBytes() {
  static const std::string bytes = [] {
    const std::string path = Variable("ALLOCLAB_BENCH_TRACE", "");
    const int level = std::stoi(Variable("ALLOCLAB_BENCH_LEVEL", "3"));
    if (!path.empty()) return ArchiveBytes(ReadAll(*OpenTrace(path)), {}, 0, level);
    const std::size_t count = std::stoull(Variable("ALLOCLAB_BENCH_EVENTS", "4000000"));
    return ArchiveBytes(RecordingLikeEvents(1, count), {}, 0, level);
  }();
  return bytes;
}

void Report(benchmark::State& state, std::uint64_t events) {
  state.counters["bytes_per_event"] =
      static_cast<double>(TraceBytes().size()) / static_cast<double>(events);
  state.SetItemsProcessed(static_cast<std::int64_t>(events) * state.iterations());
}

std::uint64_t CountEvents() {
  const auto reader = OpenTraceBytes("benchmark", TraceBytes());
  return ReadAll(*reader).size();
}

// Into memory that held a program before.
void BM_DecodeProgram(benchmark::State& state) {
  const std::uint64_t events = CountEvents();
  Program program;
  for (auto _ : state) {
    const auto reader = OpenTraceBytes("benchmark", TraceBytes());
    program = DecodeProgram(*reader, std::move(program.ops));
    benchmark::DoNotOptimize(program.ops.data());
  }
  Report(state, events);
}
BENCHMARK(BM_DecodeProgram)->Unit(benchmark::kMillisecond);

// Into new memory, which the system has to find and clear: 16 bytes an event.
void BM_DecodeProgramIntoNewMemory(benchmark::State& state) {
  const std::uint64_t events = CountEvents();
  for (auto _ : state) {
    const auto reader = OpenTraceBytes("benchmark", TraceBytes());
    benchmark::DoNotOptimize(DecodeProgram(*reader).ops.data());
  }
  Report(state, events);
}
BENCHMARK(BM_DecodeProgramIntoNewMemory)->Unit(benchmark::kMillisecond);

// The alternative: the operations in a file, read back into memory that held them before. The file
// is in the page cache, the best that can happen.
void BM_ReadStoredProgram(benchmark::State& state) {
  const auto reader = OpenTraceBytes("benchmark", TraceBytes());
  Program program = DecodeProgram(*reader);
  const std::size_t bytes = program.ops.size() * sizeof(Op);
  std::FILE* file = std::tmpfile();
  if (file == nullptr || std::fwrite(program.ops.data(), 1, bytes, file) != bytes ||
      std::fflush(file) != 0) {
    state.SkipWithError("a temporary file cannot be written");
    return;
  }
  for (auto _ : state) {
    std::size_t done = 0;
    while (done < bytes) {
      auto* to = reinterpret_cast<char*>(program.ops.data()) + done;
      const ssize_t got = pread(fileno(file), to, bytes - done, static_cast<off_t>(done));
      if (got <= 0) break;
      done += static_cast<std::size_t>(got);
    }
    if (done != bytes) state.SkipWithError("the temporary file cannot be read");
    benchmark::DoNotOptimize(program.ops.data());
  }
  std::fclose(file);
  Report(state, CountEvents());
}
BENCHMARK(BM_ReadStoredProgram)->Unit(benchmark::kMillisecond);

// The part of it that is reading, checksums and zstd.
void BM_ReadBlocks(benchmark::State& state) {
  const std::uint64_t events = CountEvents();
  Block block;
  for (auto _ : state) {
    const auto reader = OpenTraceBytes("benchmark", TraceBytes());
    auto& archive = dynamic_cast<ArchiveReader&>(*reader);
    while (archive.NextBlock(block, WantedColumns::kEvents))
      benchmark::DoNotOptimize(block.events.data());
  }
  Report(state, events);
}
BENCHMARK(BM_ReadBlocks)->Unit(benchmark::kMillisecond);

void BM_ReadEvents(benchmark::State& state) {
  const std::uint64_t events = CountEvents();
  std::vector<Event> batch;
  for (auto _ : state) {
    const auto reader = OpenTraceBytes("benchmark", TraceBytes());
    while (reader->Next(batch)) benchmark::DoNotOptimize(batch.data());
  }
  Report(state, events);
}
BENCHMARK(BM_ReadEvents)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace alloclab

BENCHMARK_MAIN();
