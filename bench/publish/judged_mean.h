// What is known of an allocator over all traces of a record: its mean against system, and where it
// stands trace by trace.

#ifndef ALLOCLAB_BENCH_PUBLISH_JUDGED_MEAN_H_
#define ALLOCLAB_BENCH_PUBLISH_JUDGED_MEAN_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bench/publish/published_table.h"

namespace alloclab::publish {

// One ratio of the mean.
struct JudgedCell {
  Judged ratio;
  std::size_t blocks = 0;
  double noise = 1;  // within which nothing is resolved there
};

// How many cells stand where.
struct Standings {
  std::uint64_t leads = 0, faster = 0, same = 0, slower = 0, unresolved = 0, failed = 0;

  // Of a cell that did not fail.
  void Add(const std::string& standing, bool leading);
  // Six columns, their titles and their values, for the end of a row.
  static std::vector<Column> Columns();
  std::vector<Value> Values() const;
};

// The noise of a mean over cells: as their intervals are combined (geometric_mean.h), and at least
// what standing.h takes it for.
double NoiseOfMean(const std::vector<JudgedCell>& cells);

// Says of `mean`, made of these cells, whether it is resolved, as standing.h judges a single one. A
// cell of few blocks that is known all the same (more than twice as slow) does not stand in its
// way.
Judged JudgedMean(Judged mean, const std::vector<JudgedCell>& cells);

// Their geometric mean, judged. Nothing for no cells.
std::optional<Judged> MeanOf(const std::vector<JudgedCell>& cells);

// Nothing, or the value.
template <class T>
Value ValueOf(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_JUDGED_MEAN_H_
