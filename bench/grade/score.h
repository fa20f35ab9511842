// The score of a solution, as malloc labs have it.
//
//     U     mean over the traces of (most bytes live) / (most bytes of heap); 0 for a failed one
//     T     operations per instruction, over all counted operations together
//     P  =  w U + (1 - w) min(1, T / Tref)          w = 0.6 by default
//
// Tref is T of the reference on the same operations. The instructions of the replay itself are in
// neither. Traces that failed have no part in T; the score in percent is P with T's part lessened
// by the share of traces that are correct, for U's is already.

#ifndef ALLOCLAB_BENCH_GRADE_SCORE_H_
#define ALLOCLAB_BENCH_GRADE_SCORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/grade/grader.h"

namespace alloclab::grade {

struct TraceGrade {
  std::string name;
  std::uint64_t operations = 0;
  CheckOutcome check;
  std::string operation_text;  // of the operation that broke the rule
  CountOutcome count;          // of a correct trace, where it was asked for
  std::string case_file;       // the shrunk case of the rule, where there is one
  std::string case_from;       // the trace that it was shrunk from
  std::uint64_t case_operations = 0;
};

struct Score {
  std::size_t correct = 0;
  std::size_t traces = 0;
  double utilisation = 0;                 // U
  std::optional<double> throughput;       // T / Tref; nothing where nothing was counted
  double instructions_per_operation = 0;  // of all counted ones together
  double reference_per_operation = 0;
  double points = 0;  // of 100
};

// `weight` is w. Without `counted` P is U. A correct trace that could not be counted makes T 0.
Score ScoreOf(const std::vector<TraceGrade>& grades, double weight, bool counted);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_SCORE_H_
