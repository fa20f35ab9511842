// The few statistics a comparison needs. Every figure of a cell comes from blocks that were run in
// turn with those of all other allocators, so that two figures of one block met the same machine.
// What follows from them (faster, the same, not known) is standing.h's.

#ifndef ALLOCLAB_BENCH_STATISTICS_STATS_H_
#define ALLOCLAB_BENCH_STATISTICS_STATS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace alloclab {

// The middle value, or the mean of the two in the middle. 0 for no values.
double Median(std::vector<double> values);

// ln(values[i] / baseline[i]) of the blocks that both have: a row may stop before another does, and
// blocks are numbered from the first. All values are positive. A ratio and its inverse are the same
// distance from none, which is why intervals are made of logarithms.
std::vector<double> LogRatios(const std::vector<double>& values,
                              const std::vector<double>& baseline);

struct Interval {
  double low;
  double high;
};

// The 95 % bootstrap interval of the median of `values`: the medians of all samples that can be
// drawn from them with replacement, less the outermost on either side. Their distribution is worked
// out, not drawn (Hutson and Ernst, "The exact bootstrap mean and variance of an L-estimator",
// J. R. Statist. Soc. B 62, 2000). O(n log n) for an odd number of values, O(n^2 log n) for an even
// one. {0, 0} for no values.
//
// A sample of few is less spread than what it was drawn from, and plain percentiles promise 95 %
// and hold 80. They are taken further out here, as far as Student's t is from the normal
// distribution (Hesterberg, "What Teachers Should Know About the Bootstrap", The American
// Statistician 69, 2015). Below six values no interval inside their range would do (all of five lie
// on one side of their median once in 16 times); what is given then is the range, and standing.h
// asks for more.
Interval BootstrapMedian(const std::vector<double>& values);

// A ratio of times and how well it is known.
struct Ratio {
  double median = 1;
  Interval interval = {1, 1};
  std::size_t blocks = 0;

  // How far the interval reaches from the median, as a ratio: 1.02 is "within 2 %".
  double Reach() const;
};

// The median of the ratios block by block alone: O(n log n), where the interval of many blocks
// takes long. 1 for no blocks.
double PairedMedian(const std::vector<double>& values, const std::vector<double>& baseline);

// The median of the ratios block by block, and its interval.
Ratio PairedRatio(const std::vector<double>& values, const std::vector<double>& baseline);

// Which of `values`, all above 0, lie far from the others, from 0 and rising: more than three
// standard deviations from the median on a scale of logarithms, the deviation being that of a
// normal distribution with the values' median absolute deviation, and at least 1 %. Medians do not
// mind them, but who reads the numbers should know. Source: Hampel's identifier, as in Davies and
// Gather, The identification of multiple outliers, 1993.
std::vector<std::size_t> Outliers(const std::vector<double>& values);

// The order of block `block` (from 0) over `count` rows. Over `count` blocks (two times `count`
// where that is odd) each row has every place, and each follows every other, equally often: what a
// process leaves behind in caches and in the system meets all alike. Turning one order would give
// each row the same forerunner always, which told two rows of one program apart by 0.7 %. Source:
// Williams, Experimental designs balanced for the estimation of residual effects of treatments,
// 1949.
std::vector<std::size_t> BlockOrder(std::size_t count, std::size_t block);

// How long a timed run takes unless told otherwise: long enough that the clock's own cost and the
// process's first steps no longer show.
inline constexpr std::chrono::milliseconds kUsualRun{20};

// How often to run a program in one timed run so that the run takes about `run`. Estimated
// beforehand and the same for every allocator: 10 ns an operation, and 1 ns for each of the
// `touches` that there are inside of blocks. At least 1.
std::uint64_t Repetitions(std::uint64_t operations, std::uint64_t touches,
                          std::chrono::nanoseconds run);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_STATISTICS_STATS_H_
