#include "bench/comparison/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "bench/comparison/trace_comparison.h"
#include "bench/comparison/trace_input.h"
#include "bench/process/compare_error.h"
#include "bench/record/candidate_record.h"
#include "bench/record/provenance.h"
#include "bench/record/settings_record.h"

namespace alloclab {
namespace {

void CheckOptions(const CompareOptions& options) {
  if (options.traces.empty()) {
    throw CompareError(
        "there is no trace to compare on. Give at least one, e.g. one of those in "
        "traces/corpus.");
  }
  if (options.mode != ReplayMode::kSerial && options.touch != kUsualTouch) {
    throw CompareError(
        fmt::format("threads touch one byte a {}. Leave --touch out, or use --mode serial.",
                    TouchName(kUsualTouch)));
  }
  CheckLimits(options.limits);
}

nlohmann::ordered_json ProvenanceRecord(const CompareOptions& options) {
  nlohmann::ordered_json provenance = Provenance(options.source_folder);
  provenance["mode"] = ReplayModeName(options.mode);
  if (options.mode == ReplayMode::kTimed) provenance["time_scale"] = options.time_scale;
  provenance["touch"] = TouchName(options.touch);
  AddSettings(provenance, options.limits, options.timeout, options.memory_limit_bytes);
  provenance["malloc_variables"] = MallocVariables();
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

}  // namespace

nlohmann::ordered_json RunCompare(const CompareOptions& options) {
  CheckOptions(options);
  const auto deadline = std::chrono::steady_clock::now() + options.limits.budget;
  const std::vector<Candidate> candidates = ResolveCandidates(options.allocators);
  Progress progress(options.progress);
  if (options.limits.budget.count() > 0) progress.ExpectEndIn(options.limits.budget);
  const Comparisons comparisons = ReadTraces(options, candidates, progress);
  // Of the start: what is rebuilt, removed or committed meanwhile was not measured.
  nlohmann::ordered_json provenance = ProvenanceRecord(options);
  nlohmann::ordered_json allocators = CandidateRecords(candidates);
  for (const auto& comparison : comparisons) comparison->RunChecked();
  for (const auto& comparison : comparisons) comparison->RunMemory();
  // A block goes round all traces.
  const std::size_t blocks = RunBlocks(options.limits, deadline, progress, [&] {
    return RunBlockOfEach(comparisons, [](auto& comparison) { return comparison->RunBlock(); });
  });
  const bool interrupted = options.limits.IsInterrupted();
  if (blocks == 0 && interrupted) {
    throw Interrupted("interrupted before every trace had been timed once; nothing is reported.");
  }
  AddEnd(provenance, blocks, interrupted, progress.Elapsed());
  nlohmann::ordered_json record = {
      {"schema", 2},
      {"provenance", std::move(provenance)},
      {"traces", nlohmann::ordered_json::array()},
      {"allocators", std::move(allocators)},
      {"noise", nlohmann::ordered_json::array()},
      {"cells", nlohmann::ordered_json::array()},
  };
  for (const auto& comparison : comparisons) {
    record["traces"].push_back(TraceRecord(comparison->trace()));
    for (auto& noise : comparison->NoiseRecords()) record["noise"].push_back(std::move(noise));
    for (auto& cell : comparison->CellRecords()) record["cells"].push_back(std::move(cell));
  }
  return record;
}

}  // namespace alloclab
