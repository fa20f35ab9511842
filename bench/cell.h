// One cell of a comparison: one allocator on one trace.

#ifndef ALLOCLAB_BENCH_CELL_H_
#define ALLOCLAB_BENCH_CELL_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/candidate.h"
#include "traces/replay/latency.h"
#include "traces/replay/memory_pass.h"

namespace alloclab {

struct Cell {
  std::string trace;
  Candidate allocator;
  std::string reason;  // why it failed; empty while it has not
  // One for each block.
  std::vector<double> ns_per_op = {};  // processor time
  std::vector<double> elapsed_ns_per_op = {};
  std::vector<double> faults_per_op = {};
  std::vector<double> switches = {};
  std::vector<double> loop_ns_per_op = {};  // the floor's, without touching
  std::uint64_t run_ns = 0;                 // processor time of the last run, all its repetitions
  // Of the latency pass, one for each of the first blocks: its time over that of the timed pass in
  // the same block, and the calls that were timed in all.
  std::vector<double> latency_over_time = {};
  LatencyFigures latency = {};
  MemoryFigures memory = {};

  bool failed() const { return !reason.empty(); }
};

// The times of the rows that every other row of a table is held against, block by block. Empty
// where that row failed.
struct Baselines {
  std::vector<double> floor = {};
  std::vector<double> loop = {};  // the floor without touching
  std::vector<double> system = {};
  std::vector<double> again = {};  // system once more
  std::vector<double> best = {};   // the row with the least median ratio to system
};

// The cell as record.json has it (README.md in this folder says what each field means). A failed
// cell has its reason and no figure.
nlohmann::ordered_json CellRecord(const Cell& cell, const Baselines& baselines);

// The A/A pair of a table on a trace: how far system was from itself, and so what any other
// difference has to exceed there.
nlohmann::ordered_json NoiseRecord(const std::string& trace, Table table,
                                   const Baselines& baselines);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_CELL_H_
