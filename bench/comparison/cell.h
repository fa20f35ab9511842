// One cell of a comparison: one allocator on one trace.

#ifndef ALLOCLAB_BENCH_COMPARISON_CELL_H_
#define ALLOCLAB_BENCH_COMPARISON_CELL_H_

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/candidates/candidate.h"
#include "bench/statistics/block_rows.h"
#include "traces/replay/latency.h"
#include "traces/replay/memory_pass.h"

namespace alloclab {

// What a timed run of a cell measures, by its place in BlockRows: cells are ranked by the first.
enum TimedFigure : std::size_t {
  kNsPerOp,  // processor time
  kElapsedNsPerOp,
  kFaultsPerOp,
  kSwitches,
  kLoopNsPerOp,  // the floor's, without touching
};

struct Cell {
  std::string trace;
  Candidate allocator;
  // Of the latency pass, one for each of the first blocks: its time over that of the timed pass in
  // the same block, and the calls that were timed in all.
  std::vector<double> latency_over_time = {};
  LatencyFigures latency = {};
  MemoryFigures memory = {};
};

// The cell, which is row `row` of its table on this trace, as record.json has it (README.md in this
// folder says what each field means). A failed cell has its reason and no figure. The companion of
// the rows, when there is one, is the floor.
nlohmann::ordered_json CellRecord(const Cell& cell, const BlockRows& rows, std::size_t row);

// The A/A pair of a table on a trace: how far system was from itself, and so what any other
// difference has to exceed there.
nlohmann::ordered_json NoiseRecord(const std::string& trace, Table table, const BlockRows& rows);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_COMPARISON_CELL_H_
