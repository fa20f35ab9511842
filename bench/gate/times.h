// The advice of a gate: whether the present tree takes longer than the baseline. Times vary, so
// nothing fails by them.
//
// Both trees run in turn, block by block, and a variant's ratio and its interval are made of the
// blocks (bench/statistics/stats.h). `system` runs in both, too: it is no part of either, and so
// how far it is from itself is the noise that a difference must exceed
// (bench/statistics/standing.h).

#ifndef ALLOCLAB_BENCH_GATE_TIMES_H_
#define ALLOCLAB_BENCH_GATE_TIMES_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bench/gate/figures.h"
#include "bench/statistics/standing.h"
#include "bench/statistics/stats.h"

namespace alloclab::gate {

// What runs in both trees and belongs to neither.
inline constexpr char kControl[] = "system";

struct TimeAdvice {
  std::string variant;
  std::string trace;
  Ratio ratio;  // present over baseline
  Standing standing;
  std::size_t blocks_needed;  // as bench/statistics/standing.h says
};

class Times {
 public:
  // The times of one block, both trees one after the other. A row that one of them could not run
  // goes without this block.
  void AddBlock(const TreeFigures& baseline, const TreeFigures& present);

  // By variant and trace; those of kControl, too.
  std::vector<TimeAdvice> Advice() const;

 private:
  struct Row {
    std::vector<double> baseline;
    std::vector<double> present;
  };

  Ratio RatioOf(const std::string& variant, const std::string& trace) const;

  std::map<std::pair<std::string, std::string>, Row> rows_;
};

}  // namespace alloclab::gate

#endif  // ALLOCLAB_BENCH_GATE_TIMES_H_
