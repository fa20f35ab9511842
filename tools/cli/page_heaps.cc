#include "tools/cli/page_heaps.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "allocator/variants.h"
#include "bench/heapmap/heapmap_page.h"
#include "bench/heapmap/record_history.h"
#include "traces/trace_io.h"

namespace alloclab::cli {
namespace {

struct PageHeap {
  std::string path;
  std::string allocator;
};

std::string NameOf(const std::string& path) { return std::filesystem::path(path).stem(); }

PageHeap Parse(const std::string& wanted, const std::vector<std::string>& traces) {
  const std::size_t colon = wanted.rfind(':');
  if (colon == std::string::npos) {
    throw CLI::ValidationError(
        fmt::format("--heapmap {}: names no allocator; write it like {}:tlsf", wanted,
                    wanted.empty() ? "TRACE" : wanted));
  }
  const std::string trace = wanted.substr(0, colon);
  const std::string allocator = wanted.substr(colon + 1);
  if (std::ranges::count(Variants::kNames, allocator) == 0) {
    throw CLI::ValidationError(
        fmt::format("--heapmap {}: there is no variant '{}'; the variants are: {}", wanted,
                    allocator, fmt::join(Variants::kNames, ", ")));
  }
  const auto found = std::ranges::find_if(
      traces, [&](const std::string& path) { return path == trace || NameOf(path) == trace; });
  if (found == traces.end()) {
    std::vector<std::string> names;
    std::ranges::transform(traces, std::back_inserter(names), NameOf);
    throw CLI::ValidationError(
        fmt::format("--heapmap {}: '{}' is not among the traces compared, which are: {}", wanted,
                    trace, fmt::join(names, ", ")));
  }
  return {*found, allocator};
}

HeapHistory Record(const PageHeap& heap, std::uint64_t first_events) {
  HistoryOptions options = {.allocator = heap.allocator};
  if (first_events != 0) options.to = first_events;
  const std::unique_ptr<TraceReader> reader = OpenTrace(heap.path);
  History history;
  try {
    history = RecordHistory(*reader, options);
  } catch (const TraceError& error) {
    const std::string what = error.what();
    throw what.starts_with(heap.path) ? error : TraceError(heap.path + ": " + what);
  }
  history.path = heap.path;
  history.trace = NameOf(heap.path);
  return {history.trace, history.allocator, EmbeddedHistory(history)};
}

}  // namespace

std::vector<HeapHistory> RecordPageHeaps(const std::vector<std::string>& wanted,
                                         const std::vector<std::string>& traces,
                                         std::uint64_t first_events) {
  std::vector<PageHeap> heaps;
  for (const std::string& one : wanted) heaps.push_back(Parse(one, traces));
  std::vector<HeapHistory> histories;
  for (const PageHeap& heap : heaps) histories.push_back(Record(heap, first_events));
  return histories;
}

}  // namespace alloclab::cli
