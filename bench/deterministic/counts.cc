// counts: the figures of this tree's variants that are the same in every run, and its times, as
// JSON. `alloclab gate` runs the counts of two revisions and holds one against the other: whatever
// else changes between them, these arguments and this JSON may only grow (README.md has both).

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"
#include "bench/deterministic/counter.h"
#include "bench/deterministic/slice.h"
#include "bench/process/compare_error.h"
#include "bench/process/in_pairs.h"
#include "bench/statistics/stats.h"
#include "bench/worker/caches.h"
#include "bench/worker/runner.h"

namespace alloclab {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr int kMisuse = 2;
constexpr std::chrono::milliseconds kTimeout = std::chrono::minutes(5);

struct Arguments {
  std::vector<std::string> traces;
  std::vector<std::string> allocators;
  std::vector<std::string> figures = {"counts", "memory"};
  std::uint64_t counted_events = kCountedEvents;
  // Enough for heaps of more than they may keep.
  std::uint64_t memory_events = 200'000;
  std::uint64_t memory_limit_mib = 4096;
  std::string output;
  bool list = false;

  bool Wants(const std::string& figure) const {
    return std::find(figures.begin(), figures.end(), figure) != figures.end();
  }
};

// The worker lies in the built tree, as this program does: <tree>/bench/deterministic/counts.
std::string InBuiltTree(const char* relative) {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path().parent_path() / relative;
}

void AddCounts(const Arguments& arguments, const std::string& path, std::vector<Json>& cells) {
  const Slice slice(path, arguments.counted_events);
  const Counter counter({.worker_path = InBuiltTree("bench/deterministic/counted_worker"),
                         .stopped_clock_path = InBuiltTree("bench/deterministic/stopped_clock.so"),
                         .memory_limit_bytes = arguments.memory_limit_mib << 20});
  std::vector<CountOutcome> outcomes(cells.size() + 1);
  InPairs(outcomes.size(), [&](std::size_t i) {
    const bool floor = i == cells.size();
    const std::string name = floor ? kFloorName : cells[i]["allocator"].get<std::string>();
    outcomes[i] = counter.Count({name, Table::kInProcess, ""}, slice.image_fd());
  });
  const CountOutcome& floor = outcomes.back();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const CountOutcome& own = outcomes[i];
    const std::string& reason = own.reason.empty() ? floor.reason : own.reason;
    if (!reason.empty()) {
      cells[i]["reason"] = reason;
      continue;
    }
    cells[i].update({{"operations", own.counts.operations},
                     {"instructions", own.counts.instructions},
                     {"floor_instructions", floor.counts.instructions},
                     {"d1_misses", own.counts.d1_misses},
                     {"floor_d1_misses", floor.counts.d1_misses},
                     {"ll_misses", own.counts.ll_misses},
                     {"floor_ll_misses", floor.counts.ll_misses}});
  }
}

// Runs a pass on each cell that has not failed.
template <class Use>
void RunPass(WorkerPass pass, const Arguments& arguments, const Slice& slice,
             std::vector<Json>& cells, std::size_t i, Use&& use) {
  Json& cell = cells[i];
  if (cell["reason"] != "") return;
  const std::string name = cell["allocator"];
  WorkerRequest request;
  request.pass = pass;
  request.allocator = name;
  request.repetitions = Repetitions(
      slice.trace().operations,
      slice.trace().decoded.bytes_requested / TouchStrideBytes(request.touch), kUsualRun);
  request.memory_limit_bytes = arguments.memory_limit_mib << 20;
  request.program_fd = slice.image_fd();
  const Runner runner(InBuiltTree("bench/worker/worker"), kTimeout);
  const WorkerOutcome outcome = runner.Run(request, slice.trace().operations);
  cell["reason"] = outcome.reason;
  if (outcome.reason.empty()) use(cell, outcome.report);
}

void AddMemory(const Arguments& arguments, const std::string& path, std::vector<Json>& cells) {
  const Slice slice(path, arguments.memory_events);
  InPairs(cells.size(), [&](std::size_t i) {
    RunPass(WorkerPass::kMemory, arguments, slice, cells, i,
            [](Json& cell, const WorkerReport& report) {
              cell.update({{"live_bytes_peak", report.memory.live_bytes_peak},
                           {"held_bytes_peak", report.memory.held_bytes_peak},
                           {"held_bytes_at_end", report.memory.held_bytes_at_end}});
            });
  });
}

void AddTimes(const Arguments& arguments, const std::string& path, std::vector<Json>& cells) {
  const Slice slice(path, arguments.counted_events);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    RunPass(WorkerPass::kTime, arguments, slice, cells, i,
            [](Json& cell, const WorkerReport& report) {
              cell["ns_per_op"] =
                  static_cast<double>(report.cpu_ns) / static_cast<double>(report.operations);
            });
  }
}

std::vector<std::string> KnownVariants() {
  return {Variants::kNames.begin(), Variants::kNames.end()};
}

void CheckVariants(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::vector<std::string> known = KnownVariants();
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw CompareError("there is no variant \"" + name + "\"; --list prints those there are.");
  }
}

std::vector<Json> CellsOf(const Arguments& arguments, const std::string& path) {
  std::vector<Json> cells;
  for (const std::string& name : arguments.allocators) {
    cells.push_back({{"trace", fs::path(path).stem()}, {"allocator", name}, {"reason", ""}});
  }
  if (arguments.Wants("counts")) AddCounts(arguments, path, cells);
  if (arguments.Wants("memory")) AddMemory(arguments, path, cells);
  if (arguments.Wants("time")) AddTimes(arguments, path, cells);
  return cells;
}

Json Report(const Arguments& arguments) {
  Json report = {{"format", "alloclab-counts"}, {"version", kVersion}};
  report["variants"] = KnownVariants();
  if (arguments.list) return report;
  CheckVariants(arguments.allocators);
  if (arguments.Wants("counts")) RequireValgrind();
  report["conditions"] = {{"counted_events", arguments.counted_events},
                          {"memory_events", arguments.memory_events},
                          {"i1", kI1.Text()},
                          {"d1", kD1.Text()},
                          {"ll", kLastLevel.Text()},
                          {"valgrind", ValgrindVersion()}};
  report["cells"] = Json::array();
  for (const std::string& path : arguments.traces) {
    for (Json& cell : CellsOf(arguments, path)) report["cells"].push_back(std::move(cell));
  }
  return report;
}

void Write(const Json& report, const std::string& path) {
  const std::string text = report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  if (path == "-") {
    std::cout << text;
    return;
  }
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw CompareError(path + ": cannot be written. Check that the folder is there.");
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Figures of this tree's variants on the first events of traces, as JSON.", "counts");
  app.add_option("traces", arguments.traces, "Traces");
  app.add_option("-o,--output", arguments.output, "File to write, or - for standard output")
      ->required();
  app.add_flag("--list", arguments.list, "Only say which variants there are");
  app.add_option("--allocators", arguments.allocators, "Variants (default: all)")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--figures", arguments.figures, "Of counts, memory, time")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"counts", "memory", "time"}))
      ->capture_default_str();
  app.add_option("--counted-events", arguments.counted_events,
                 "Events that are counted, and timed; 0 for all")
      ->capture_default_str();
  app.add_option("--memory-events", arguments.memory_events,
                 "Events that memory is asked for; 0 for all")
      ->capture_default_str();
  app.add_option("--memory-limit", arguments.memory_limit_mib,
                 "MiB that a run may gain, or, counted, valgrind and the program may have; 0 for "
                 "no limit")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
    if (arguments.allocators.empty()) arguments.allocators = KnownVariants();
    Write(Report(arguments), arguments.output);
  } catch (const CLI::Success& done) {  // --help
    return app.exit(done);
  } catch (const std::exception& error) {
    std::cerr << "counts: " << error.what() << "\n";
    return kMisuse;
  }
  return 0;
}

}  // namespace
}  // namespace alloclab

int main(int argc, char** argv) { return alloclab::Main(argc, argv); }
