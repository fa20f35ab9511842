// Cells of fewer blocks than an interval is made of (kLeastBlocks in bench/statistics/standing.h):
// what a record has as their interval is the range of their blocks. What is plainly slower is not
// run more often, so there are such cells in records of many blocks, too, and whoever reads a mean
// over them must be told.

#ifndef ALLOCLAB_BENCH_PUBLISH_FEW_BLOCKS_H_
#define ALLOCLAB_BENCH_PUBLISH_FEW_BLOCKS_H_

#include <string>
#include <vector>

#include "bench/publish/judged_mean.h"

namespace alloclab::publish {

// The fewest blocks of any of these cells, for a table's column; nothing for no cells.
Value LeastBlocks(const std::vector<JudgedCell>& cells);

// The mark of a row over these cells: "[3]" where one has so few, else nothing.
std::string FewBlocksMark(const std::vector<JudgedCell>& cells);

// What is written behind a row's name: the marks that are any, with a space between.
std::string Marks(bool failed, const std::string& few_blocks);

// The note under a table that says what the marks mean.
class FewBlocksNote {
 public:
  // Of an allocator's row over `cells`, which are each called `what` ("trace").
  void Add(const std::string& allocator, const std::vector<JudgedCell>& cells,
           const std::string& what);

  // None where no row is marked, else one.
  std::vector<std::string> Sentences() const;

 private:
  std::vector<std::string> rows_;
};

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_FEW_BLOCKS_H_
