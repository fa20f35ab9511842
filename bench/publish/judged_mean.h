// What is known of an allocator over all traces of a record: its mean against system, and where it
// stands trace by trace.

#ifndef ALLOCLAB_BENCH_PUBLISH_JUDGED_MEAN_H_
#define ALLOCLAB_BENCH_PUBLISH_JUDGED_MEAN_H_

#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/publish/published_table.h"

namespace alloclab::publish {

// One ratio of the mean.
struct JudgedCell {
  Judged ratio;
  std::size_t blocks = 0;
  double noise = 1;  // within which nothing is resolved there
  // Its part of the mean: so much of a change of its ratio the mean changes by, in the measure of
  // the weights of all.
  double weight = 1;
};

// What all others of a table are held against; it needs no proof of being itself.
inline constexpr std::string_view kBaseline = "system";

// The noise of an allocator's cell at a place, of which the record tells what the A/A pair had:
// none for the baseline. Where there was no pair, no difference is known to be one.
template <class Place>
double NoiseAt(const std::map<Place, double>& noise, const Place& place,
               std::string_view allocator) {
  if (allocator == kBaseline) return 1;
  const auto found = noise.find(place);
  return found == noise.end() ? HUGE_VAL : found->second;
}

// How many cells stand where.
struct Standings {
  std::uint64_t leads = 0, faster = 0, same = 0, slower = 0, unresolved = 0, failed = 0;

  // Of a cell that did not fail.
  void Add(const std::string& standing, bool leading);
  // Six columns, their titles and their values, for the end of a row.
  static std::vector<Column> Columns();
  std::vector<Value> Values() const;
};

// The noise of a mean over cells: as their intervals are combined (geometric_mean.h), each by its
// weight, and at least what standing.h takes it for. A cell that has nearly all the weight is
// nearly all the noise.
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
