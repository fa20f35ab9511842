#include "bench/grade/score.h"

#include <algorithm>

namespace alloclab::grade {
namespace {

double Ratio(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

void AddThroughput(const std::vector<TraceGrade>& grades, Score& score) {
  std::uint64_t operations = 0;
  std::uint64_t solution = 0;
  std::uint64_t reference = 0;
  bool complete = true;
  for (const TraceGrade& grade : grades) {
    if (!grade.check.correct()) continue;
    if (!grade.count.counts) {
      complete = false;
      continue;
    }
    operations += grade.count.counts->operations;
    solution += grade.count.counts->OfSolution();
    reference += grade.count.counts->OfReference();
  }
  score.throughput = 0;
  if (operations == 0) return;
  score.instructions_per_operation = Ratio(solution, operations);
  score.reference_per_operation = Ratio(reference, operations);
  if (complete) score.throughput = Ratio(reference, std::max<std::uint64_t>(solution, 1));
}

}  // namespace

Score ScoreOf(const std::vector<TraceGrade>& grades, double weight, bool counted) {
  Score score;
  score.traces = grades.size();
  if (grades.empty()) return score;
  for (const TraceGrade& grade : grades) {
    if (grade.check.correct()) ++score.correct;
    score.utilisation += grade.check.utilisation() / static_cast<double>(grades.size());
  }
  if (!counted) {
    score.points = 100 * score.utilisation;
    return score;
  }
  AddThroughput(grades, score);
  const double share = Ratio(score.correct, score.traces);
  score.points =
      100 * (weight * score.utilisation + (1 - weight) * share * std::min(1.0, *score.throughput));
  return score;
}

}  // namespace alloclab::grade
