// The judgement of a gate: which figures of the present tree are worse than those of the baseline.
//
// Only what is the same in every run can fail, so a failure is never noise, and each figure has a
// margin, so that what nobody would call a change does not fail either. A change must exceed the
// margin and, where figures can be small, an amount: two per cent of nearly nothing is nothing.

#ifndef ALLOCLAB_BENCH_GATE_VERDICT_H_
#define ALLOCLAB_BENCH_GATE_VERDICT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/gate/figures.h"

namespace alloclab::gate {

struct Margins {
  // Shares: 0.02 lets a figure become 2 % more.
  double instructions = 0.02;
  double d1_misses = 0.05;
  double ll_misses = 0.05;
  double held_over_live_peak = 0.02;
  // Bytes: a granule of the page source.
  double held_bytes_at_end = 256 << 10;

  // A change of instructions, or of misses, of less than this for each operation is none.
  static constexpr double kLeastInstructions = 0.5;
  static constexpr double kLeastMisses = 0.05;
};

enum class Change : std::uint8_t {
  kEqual,   // to the last instruction
  kWithin,  // the margin
  kBetter,
  kWorse,
};

// One figure that is better or worse.
struct Finding {
  std::string variant;
  std::string trace;
  std::string_view figure;  // by the name that a record has for it; "runs" for a cell that failed
  Change change;
  double before = 0;
  double after = 0;
  std::string margin;  // "2 %"
  std::string reason;  // of "runs": why it fails, or did
};

struct Verdict {
  std::vector<Finding> findings;  // by variant and trace
  std::size_t equal = 0;
  std::size_t within = 0;
  // "VARIANT on TRACE": cells that fail in both trees, or that only one of them has; and with the
  // name of the figure, those that only one of them has of a cell.
  std::vector<std::string> not_compared;

  std::size_t Count(Change change) const;
  // How many figures were. Where none was, there is no verdict.
  std::size_t compared() const { return equal + within + findings.size(); }
  bool passed() const { return compared() > 0 && Count(Change::kWorse) == 0; }
};

// Judges `variants`, on the traces that either tree has figures of.
Verdict Judge(const TreeFigures& baseline, const TreeFigures& present,
              const std::vector<std::string>& variants, const Margins& margins);

// Of one figure. `share` and `least` are what `after` must exceed `before` by to be worse.
Change Compare(double before, double after, double share, double least);

}  // namespace alloclab::gate

#endif  // ALLOCLAB_BENCH_GATE_VERDICT_H_
