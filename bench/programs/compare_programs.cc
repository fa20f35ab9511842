#include "bench/programs/compare_programs.h"

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "bench/process/compare_error.h"
#include "bench/programs/program_comparison.h"
#include "bench/record/candidate_record.h"
#include "bench/record/provenance.h"
#include "bench/record/settings_record.h"

namespace alloclab {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// A folder of its own for each comparison, gone with it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = fs::temp_directory_path() / "alloclab-programs.XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
      throw CompareError(name + ": this folder cannot be made. Let TMPDIR name one where it can.");
    }
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code none;
    fs::remove_all(path_, none);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Json ProvenanceRecord(const CompareProgramsOptions& options) {
  Json provenance = Provenance(options.source_folder);
  provenance["run_length"] = options.run_length;
  AddSettings(provenance, options.limits, options.timeout, options.memory_limit_bytes);
  return provenance;
}

}  // namespace

Json RunComparePrograms(const CompareProgramsOptions& options) {
  CheckLimits(options.limits);
  const auto deadline = std::chrono::steady_clock::now() + options.limits.budget;
  Progress progress(options.progress);
  if (options.limits.budget.count() > 0) progress.ExpectEndIn(options.limits.budget);
  const TemporaryFolder folder;
  const RunSettings settings = {.launcher_path = fs::absolute(options.launcher_path),
                                .timeout = options.timeout,
                                .memory_limit_bytes = options.memory_limit_bytes,
                                .interrupted = options.limits.interrupted};
  std::vector<std::unique_ptr<ProgramComparison>> comparisons;
  for (const MeasuredProgram& program : options.programs) {
    const fs::path own = folder.path() / program.name;
    fs::create_directory(own);
    comparisons.push_back(std::make_unique<ProgramComparison>(
        settings, options.limits, options.allocators, program, own, progress));
  }
  for (const auto& comparison : comparisons) comparison->Check();
  // Of the start: what is rebuilt, removed or committed meanwhile was not measured.
  Json provenance = ProvenanceRecord(options);
  Json allocators = CandidateRecords(options.allocators);
  // A block goes round all programs.
  const std::size_t blocks = RunBlocks(options.limits, deadline, progress, [&] {
    return RunBlockOfEach(comparisons, [](auto& comparison) { return comparison->RunBlock(); });
  });
  const bool interrupted = options.limits.IsInterrupted();
  if (blocks == 0 && interrupted) {
    throw Interrupted("interrupted before every program had been timed once; nothing is reported.");
  }
  Json record = {
      {"schema", 1},
      {"kind", "programs"},
      {"provenance", std::move(provenance)},
      {"programs", Json::array()},
      {"allocators", std::move(allocators)},
      {"noise", Json::array()},
      {"cells", Json::array()},
  };
  AddEnd(record["provenance"], blocks, interrupted, progress.Elapsed());
  for (const auto& comparison : comparisons) {
    record["programs"].push_back(comparison->ProgramRecord());
    record["noise"].push_back(comparison->NoiseRecord());
    for (auto& cell : comparison->CellRecords()) record["cells"].push_back(std::move(cell));
  }
  return record;
}

}  // namespace alloclab
