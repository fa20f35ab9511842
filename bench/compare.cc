#include "bench/compare.h"

#include <fmt/format.h>
#include <gnu/libc-version.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "bench/provenance.h"
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
  provenance["blocks"] = options.blocks;
  return provenance;
}

}  // namespace

nlohmann::ordered_json RunCompare(const CompareOptions& options) {
  CheckOptions(options);
  const std::vector<Candidate> candidates = ResolveCandidates(options.allocators);
  nlohmann::ordered_json record = {
      {"schema", 1},
      {"provenance", ProvenanceRecord(options)},
      {"traces", nlohmann::ordered_json::array()},
      {"allocators", nlohmann::ordered_json::array()},
      {"cells", nlohmann::ordered_json::array()},
  };
  for (const Candidate& candidate : candidates) {
    record["allocators"].push_back(CandidateRecord(candidate));
  }
  for (std::size_t i = 0; i < options.traces.size(); ++i) {
    TraceInput trace = ReadTraceInput(options.traces[i]);
    for (const auto& earlier : record["traces"]) {
      if (earlier["name"] == trace.name) {
        throw CompareError(fmt::format("{}: another trace is also called {}. Rename one of them.",
                                       trace.path, trace.name));
      }
    }
    record["traces"].push_back(TraceRecord(trace));
    TraceComparison comparison(options, candidates, trace, i);
    for (auto& cell : comparison.Run()) record["cells"].push_back(std::move(cell));
  }
  return record;
}

}  // namespace alloclab
