// Rows of a table with times that a test chose.

#ifndef ALLOCLAB_BENCH_COMPARISON_MADE_UP_ROWS_H_
#define ALLOCLAB_BENCH_COMPARISON_MADE_UP_ROWS_H_

#include <algorithm>
#include <cstddef>
#include <vector>

#include "bench/comparison/cell.h"
#include "bench/statistics/block_rows.h"

namespace alloclab {

// Times of a trace, block by block, and what goes with them: everything that is not given is 0.
struct MadeUpRow {
  std::vector<double> ns_per_op = {};
  std::vector<double> elapsed_ns_per_op = {};
  std::vector<double> faults_per_op = {};
  std::vector<double> switches = {};
  std::vector<double> loop_ns_per_op = {};
};

struct MadeUpTable {
  std::vector<MadeUpRow> allocators;  // the last one is system, which has failed without times
  MadeUpRow again = {};
  MadeUpRow floor = {};  // none when it has no times
};

// The rows after all blocks. One that has fewer values than another was interrupted.
inline BlockRows RowsOf(const MadeUpTable& table) {
  std::vector<MadeUpRow> all = table.allocators;
  all.push_back(table.again);
  const bool floor = !table.floor.ns_per_op.empty();
  if (floor) all.push_back(table.floor);
  BlockRows rows(table.allocators.size(), table.allocators.size() - 1, floor ? 1 : 0);
  for (std::size_t row = 0; row < all.size(); ++row) {
    const MadeUpRow& made_up = all[row];
    const auto value = [](const std::vector<double>& values, std::size_t block) {
      return block < values.size() ? values[block] : 0;
    };
    for (std::size_t block = 0; block < made_up.ns_per_op.size(); ++block) {
      rows.Add(row,
               {.figures = {made_up.ns_per_op[block], value(made_up.elapsed_ns_per_op, block),
                            value(made_up.faults_per_op, block), value(made_up.switches, block),
                            value(made_up.loop_ns_per_op, block)}});
    }
  }
  if (table.allocators.back().ns_per_op.empty()) rows.Fail(rows.system(), "crashed");
  return rows;
}

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_COMPARISON_MADE_UP_ROWS_H_
