// A gate from beginning to end: the present tree's figures against those of a baseline.

#ifndef ALLOCLAB_BENCH_GATE_GATE_RUN_H_
#define ALLOCLAB_BENCH_GATE_GATE_RUN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "bench/gate/report.h"
#include "bench/gate/verdict.h"
#include "bench/process/progress.h"

namespace alloclab::gate {

struct GateOptions {
  std::string root;      // of the present source tree
  std::string revision;  // of the baseline
  std::string counts;    // the present tree's bench/deterministic/counts
  std::vector<std::string> traces;
  std::vector<std::string> variants;     // empty: all that both trees have
  std::uint64_t counted_events = 20000;  // of each trace, the first; 0: all
  std::uint64_t memory_events = 200000;
  std::size_t blocks = 6;  // of times; 0: none
  Margins margins;
  Progress::Show progress;  // may be empty
};

// Builds the baseline, runs both, and judges. Of the baseline nothing is left in the repository or
// among the temporary files. Throws CompareError for arguments that make no sense, for a baseline
// that cannot be built or has other figures, and EndingSignal as BaselineTree does.
GateResult RunGate(const GateOptions& options);

}  // namespace alloclab::gate

#endif  // ALLOCLAB_BENCH_GATE_GATE_RUN_H_
