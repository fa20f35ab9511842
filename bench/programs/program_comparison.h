// All allocators on one program: each checked once, then timed one block at a time.

#ifndef ALLOCLAB_BENCH_PROGRAMS_PROGRAM_COMPARISON_H_
#define ALLOCLAB_BENCH_PROGRAMS_PROGRAM_COMPARISON_H_

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/block_loop.h"
#include "bench/candidate.h"
#include "bench/programs/program.h"
#include "bench/programs/program_run.h"
#include "bench/progress.h"

namespace alloclab {

// What each block has measured of one allocator.
struct ProgramCell {
  Candidate allocator;
  std::string reason = {};  // why it is not timed (any longer); its figures then count for nothing
  std::vector<double> cpu_s = {};
  std::vector<double> wall_s = {};
  std::vector<double> resident_bytes_peak = {};

  bool failed() const { return !reason.empty(); }
};

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

  // The next block: every allocator that still needs one runs once, alone. False when none does, or
  // when the comparison was interrupted.
  bool RunBlock();

  nlohmann::ordered_json ProgramRecord() const;
  nlohmann::ordered_json NoiseRecord() const;
  std::vector<nlohmann::ordered_json> CellRecords() const;

 private:
  bool Run(ProgramCell& cell, bool watched);
  std::vector<ProgramCell*> RowsOfBlock();
  const ProgramCell& System() const { return cells_[system_]; }
  void FailAll(const std::string& reason);

  const RunSettings& settings_;
  const BlockLimits& limits_;
  MeasuredProgram program_;
  const ProgramRunner runner_;
  Progress& progress_;
  std::vector<ProgramCell> cells_;
  std::size_t system_ = 0;  // its place among the cells
  ProgramCell again_;       // system once more: the second of the A/A pair
  ProgramAnswer expected_;
  std::size_t block_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROGRAMS_PROGRAM_COMPARISON_H_
