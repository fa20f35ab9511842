#include "bench/statistics/stats.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <cstddef>

namespace alloclab {
namespace {

// The share of bootstrap medians to leave out on either side for 95 %: 2.5 % of many values, less
// of few.
double TailOf(std::size_t values) {
  if (values < 2) return 0;
  const auto n = static_cast<double>(values);
  const double student = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
  return boost::math::cdf(boost::math::normal(), -std::sqrt(n / (n - 1)) * student);
}

// A value that the median of a bootstrap sample may have, and how likely it has it.
struct Atom {
  double value;
  double probability;
};

// The probability that the k-th smallest of n draws from n values is one of the `rank` smallest of
// them: that at least k draws are.
double OrderStatisticIsAtMost(std::size_t rank, std::size_t k, std::size_t n) {
  if (rank == 0) return 0;
  if (rank == n) return 1;
  const auto draws = static_cast<double>(n);
  const auto least = static_cast<double>(k);
  return boost::math::ibeta(least, draws - least + 1, static_cast<double>(rank) / draws);
}

// The median of an odd number of draws is the one in the middle.
std::vector<Atom> MediansOfOdd(const std::vector<double>& sorted) {
  const std::size_t n = sorted.size();
  std::vector<Atom> atoms;
  double before = 0;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    const double now = OrderStatisticIsAtMost(rank, n / 2 + 1, n);
    atoms.push_back({sorted[rank - 1], now - before});
    before = now;
  }
  return atoms;
}

// The median of an even number of draws is the mean of the two in the middle, of ranks i <= j. For
// i < j half of the draws are at most i, one of them i itself, and half at least j, one of them j.
std::vector<Atom> MediansOfEven(const std::vector<double>& sorted) {
  const std::size_t n = sorted.size();
  const std::size_t half = n / 2;
  const auto draws = static_cast<double>(n);
  const auto middle = static_cast<double>(half);
  // Ways to choose which half of the draws is the lower; the root of it goes to either side, for
  // the whole of it may be more than a double holds where the powers beside it are less.
  const double ways =
      std::exp((std::lgamma(draws + 1) - 2 * std::lgamma(middle + 1)) / (2 * middle));
  // The probability, in this measure, that half of the draws are among `ranks` values and one of
  // them is the last of these.
  const auto ends_at = [&](std::size_t ranks) {
    const auto count = static_cast<double>(ranks);
    return std::pow(ways * count / draws, middle) - std::pow(ways * (count - 1) / draws, middle);
  };
  std::vector<Atom> atoms;
  double before = 0;
  for (std::size_t i = 1; i <= n; ++i) {
    const double now = OrderStatisticIsAtMost(i, half, n);
    double alike = now - before;  // that the lower of the two is of rank i
    before = now;
    for (std::size_t j = i + 1; j <= n; ++j) {
      const double both = ends_at(i) * ends_at(n - j + 1);
      atoms.push_back({(sorted[i - 1] + sorted[j - 1]) / 2, both});
      alike -= both;
    }
    atoms.push_back({sorted[i - 1], std::max(alike, 0.0)});
  }
  std::sort(atoms.begin(), atoms.end(),
            [](const Atom& a, const Atom& b) { return a.value < b.value; });
  return atoms;
}

std::vector<Atom> BootstrapMedians(const std::vector<double>& sorted) {
  return sorted.size() % 2 == 1 ? MediansOfOdd(sorted) : MediansOfEven(sorted);
}

// The first value with which more than `tail` has been passed.
template <class Iterator>
double FirstPast(Iterator from, Iterator end, double tail) {
  double passed = 0;
  for (; from + 1 != end; ++from) {
    passed += from->probability;
    if (passed > tail) break;
  }
  return from->value;
}

}  // namespace

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle - 1] + values[middle]) / 2;
}

std::vector<double> LogRatios(const std::vector<double>& values,
                              const std::vector<double>& baseline) {
  const std::size_t blocks = std::min(values.size(), baseline.size());
  std::vector<double> ratios;
  ratios.reserve(blocks);
  for (std::size_t i = 0; i < blocks; ++i) ratios.push_back(std::log(values[i] / baseline[i]));
  return ratios;
}

Interval BootstrapMedian(const std::vector<double>& values) {
  if (values.empty()) return {0, 0};
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const std::vector<Atom> medians = BootstrapMedians(sorted);
  // The same from both ends, so that an interval and that of the inverse ratios agree.
  const double tail = TailOf(values.size());
  return {FirstPast(medians.begin(), medians.end(), tail),
          FirstPast(medians.rbegin(), medians.rend(), tail)};
}

double Ratio::Reach() const { return std::max(interval.high / median, median / interval.low); }

double PairedMedian(const std::vector<double>& values, const std::vector<double>& baseline) {
  return std::exp(Median(LogRatios(values, baseline)));
}

Ratio PairedRatio(const std::vector<double>& values, const std::vector<double>& baseline) {
  const std::vector<double> ratios = LogRatios(values, baseline);
  if (ratios.empty()) return {};
  const Interval interval = BootstrapMedian(ratios);
  return {
      std::exp(Median(ratios)), {std::exp(interval.low), std::exp(interval.high)}, ratios.size()};
}

std::vector<std::size_t> Outliers(const std::vector<double>& values) {
  constexpr double kDeviations = 3;
  constexpr double kNormalOverMad = 1.4826;
  const double least = std::log(1.01);
  std::vector<double> logs, distances;
  for (const double value : values) logs.push_back(std::log(value));
  const double median = Median(logs);
  for (const double log : logs) distances.push_back(std::abs(log - median));
  const double deviation = std::max(kNormalOverMad * Median(distances), least);
  std::vector<std::size_t> outliers;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    if (distances[i] > kDeviations * deviation) outliers.push_back(i);
  }
  return outliers;
}

std::vector<std::size_t> BlockOrder(std::size_t count, std::size_t block) {
  // 0, 1, n - 1, 2, n - 2, ... has each step between neighbours once where n is even, and so has
  // each ordered pair when all rows are moved on block by block. Where n is odd the same from the
  // other end has the steps that are missing.
  const bool backwards = count % 2 == 1 && block % 2 == 1;
  std::vector<std::size_t> order(count);
  for (std::size_t place = 0; place < count; ++place) {
    const std::size_t step = (place + 1) / 2;
    const std::size_t row = (place % 2 == 1 ? step : count - step) + block;
    order[backwards ? count - 1 - place : place] = row % count;
  }
  return order;
}

std::uint64_t Repetitions(std::uint64_t operations, std::uint64_t touches,
                          std::chrono::nanoseconds run) {
  const auto run_ns = static_cast<std::uint64_t>(run.count());
  constexpr std::uint64_t kOperationNs = 10;
  if (operations >= run_ns / kOperationNs) return 1;
  if (touches >= run_ns) return 1;
  const std::uint64_t once = std::max<std::uint64_t>(operations * kOperationNs + touches, 1);
  return (run_ns + once - 1) / once;
}

}  // namespace alloclab
