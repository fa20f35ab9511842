#include "bench/compare.h"

#include <fmt/format.h>
#include <gnu/libc-version.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "bench/provenance.h"
#include "bench/standing.h"
#include "bench/trace_comparison.h"
#include "bench/trace_input.h"

namespace alloclab {
namespace {

void CheckOptions(const CompareOptions& options) {
  if (options.traces.empty()) {
    throw CompareError(
        "there is no trace to compare on. Give at least one, e.g. one of those in "
        "traces/corpus.");
  }
  if (options.mode != ReplayMode::kSerial && options.touch != Touch::kLine) {
    throw CompareError("threads touch one byte a line. Leave --touch out, or use --mode serial.");
  }
  if (!(options.precision >= 0)) throw CompareError("a precision is a share of the time, like 2%.");
  if (options.blocks == 0) throw CompareError("0 blocks measure nothing. Give at least 1.");
}

nlohmann::ordered_json CandidateRecord(const Candidate& candidate) {
  const bool library = !candidate.path.empty();
  std::string version = library ? PackageVersion(candidate.path) : "";
  if (candidate.name == "system") version = std::string("glibc ") + gnu_get_libc_version();
  return {
      {"name", candidate.name},
      {"table", TableName(candidate.table)},
      {"path", candidate.path},
      {"version", version},
      {"xxh3", library ? HashFile(candidate.path) : ""},
  };
}

nlohmann::ordered_json ProvenanceRecord(const CompareOptions& options) {
  nlohmann::ordered_json provenance = Provenance(options.source_folder);
  provenance["mode"] = ReplayModeName(options.mode);
  if (options.mode == ReplayMode::kTimed) provenance["time_scale"] = options.time_scale;
  provenance["touch"] = TouchName(options.touch);
  provenance["blocks_most"] = options.blocks;
  if (options.precision > 0) provenance["precision"] = options.precision;
  if (options.budget.count() > 0) provenance["budget_seconds"] = options.budget.count();
  return provenance;
}

using Comparisons = std::vector<std::unique_ptr<TraceComparison>>;

Comparisons ReadTraces(const CompareOptions& options, const std::vector<Candidate>& candidates,
                       Progress& progress) {
  Comparisons comparisons;
  std::set<std::string> names;
  for (const std::string& path : options.traces) {
    TraceInput trace = ReadTraceInput(path, options.first_events);
    if (!names.insert(trace.name).second) {
      throw CompareError(fmt::format("{}: another trace is also called {}. Rename one of them.",
                                     trace.path, trace.name));
    }
    comparisons.push_back(
        std::make_unique<TraceComparison>(options, candidates, std::move(trace), progress));
  }
  return comparisons;
}

using Seconds = std::chrono::duration<double>;

// Runs block after block over all traces and returns how many every trace has had. A later block
// takes about as long as the one before it, so whether one still fits is known beforehand.
std::size_t RunBlocks(const CompareOptions& options, const Comparisons& comparisons,
                      std::chrono::steady_clock::time_point deadline, Progress& progress) {
  for (std::size_t blocks = 0;; ++blocks) {
    const auto start = std::chrono::steady_clock::now();
    bool any = false;
    for (const auto& comparison : comparisons) any = comparison->RunBlock() || any;
    if (options.interrupted && options.interrupted()) return blocks;
    if (!any) return blocks;
    const auto now = std::chrono::steady_clock::now();
    const Seconds took = now - start;
    Seconds left = took * static_cast<double>(options.blocks - blocks - 1);
    if (options.budget.count() > 0) {
      if (blocks + 1 >= kLeastBlocks && now + took > deadline) return blocks + 1;
      left = std::min(left, std::max(Seconds(deadline - now),
                                     took * static_cast<double>(std::max(kLeastBlocks, blocks + 1) -
                                                                blocks - 1)));
    }
    progress.ExpectEndIn(left);
  }
}

}  // namespace

nlohmann::ordered_json RunCompare(const CompareOptions& options) {
  CheckOptions(options);
  const auto deadline = std::chrono::steady_clock::now() + options.budget;
  const std::vector<Candidate> candidates = ResolveCandidates(options.allocators);
  Progress progress(options.progress);
  if (options.budget.count() > 0) progress.ExpectEndIn(options.budget);
  const Comparisons comparisons = ReadTraces(options, candidates, progress);
  for (const auto& comparison : comparisons) comparison->RunChecked();
  for (const auto& comparison : comparisons) comparison->RunMemory();
  const std::size_t blocks = RunBlocks(options, comparisons, deadline, progress);
  const bool interrupted = options.interrupted && options.interrupted();
  if (blocks == 0 && interrupted) {
    throw Interrupted("interrupted before every trace had been timed once; nothing is reported.");
  }
  nlohmann::ordered_json record = {
      {"schema", 2},
      {"provenance", ProvenanceRecord(options)},
      {"traces", nlohmann::ordered_json::array()},
      {"allocators", nlohmann::ordered_json::array()},
      {"noise", nlohmann::ordered_json::array()},
      {"cells", nlohmann::ordered_json::array()},
  };
  record["provenance"]["blocks"] = blocks;
  record["provenance"]["interrupted"] = interrupted;
  for (const Candidate& candidate : candidates) {
    record["allocators"].push_back(CandidateRecord(candidate));
  }
  for (const auto& comparison : comparisons) {
    record["traces"].push_back(TraceRecord(comparison->trace()));
    for (auto& noise : comparison->NoiseRecords()) record["noise"].push_back(std::move(noise));
    for (auto& cell : comparison->CellRecords()) record["cells"].push_back(std::move(cell));
  }
  return record;
}

}  // namespace alloclab
