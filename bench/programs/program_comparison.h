// All allocators on one program: each checked once, then timed one block at a time.

#ifndef ALLOCLAB_BENCH_PROGRAMS_PROGRAM_COMPARISON_H_
#define ALLOCLAB_BENCH_PROGRAMS_PROGRAM_COMPARISON_H_

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/candidates/candidate.h"
#include "bench/process/progress.h"
#include "bench/programs/program.h"
#include "bench/programs/program_run.h"
#include "bench/statistics/block_loop.h"
#include "bench/statistics/block_rows.h"

namespace alloclab {

class ProgramComparison {
 public:
  // `folder` is an empty one for this program; `system` is among the allocators. What is given by
  // reference outlives this object.
  ProgramComparison(const RunSettings& settings, const BlockLimits& limits,
                    const std::vector<Candidate>& allocators, MeasuredProgram program,
                    const std::filesystem::path& folder, Progress& progress);
  ProgramComparison(const ProgramComparison&) = delete;
  ProgramComparison& operator=(const ProgramComparison&) = delete;

  // Makes the inputs and runs each cell once: `system` first, whose answer is what every later run
  // of any allocator must answer.
  void Check();

  // The next block: every allocator that still needs one runs once, alone. Without `system`, whose
  // answer is the right one, none does.
  BlockEnd RunBlock();

  nlohmann::ordered_json ProgramRecord() const;
  nlohmann::ordered_json NoiseRecord() const;
  std::vector<nlohmann::ordered_json> CellRecords() const;

 private:
  void CheckRow(std::size_t row);
  RowRun Run(const Candidate& allocator, bool watched);
  void FailAll(const std::string& reason);
  nlohmann::ordered_json CellRecord(std::size_t row) const;

  const RunSettings& settings_;
  const BlockLimits& limits_;
  const std::vector<Candidate>& allocators_;
  MeasuredProgram program_;
  const ProgramRunner runner_;
  Progress& progress_;
  BlockRows rows_;  // of the allocators, in their order
  ProgramAnswer expected_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROGRAMS_PROGRAM_COMPARISON_H_
