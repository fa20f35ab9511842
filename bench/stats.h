// The few statistics a comparison needs. Every figure of a cell comes from blocks that were run in
// turn with those of all other allocators, so that two figures of one block met the same machine.

#ifndef ALLOCLAB_BENCH_STATS_H_
#define ALLOCLAB_BENCH_STATS_H_

#include <cstdint>
#include <vector>

namespace alloclab {

// The middle value, or the mean of the two in the middle. 0 for no values.
double Median(std::vector<double> values);

// values[i] / baseline[i]. The two have the same length and the baseline is positive.
std::vector<double> PairedRatios(const std::vector<double>& values,
                                 const std::vector<double>& baseline);

struct Interval {
  double low;
  double high;
};

// The 95 % bootstrap interval of the median of `values`: the percentiles of the medians of 2000
// samples drawn from them with replacement, by a generator with a fixed seed, so that one record
// always gives one interval. {0, 0} for no values.
Interval BootstrapMedian(const std::vector<double>& values);

// The order of block `block` (from 0) over `count` allocators: A B C, C A B, B C A, ... so that
// each has followed, and been followed by, others, and a slow spell of the machine meets them all.
std::vector<std::size_t> BlockOrder(std::size_t count, std::size_t block);

// How often to run a program in one timed run so that the run takes about 20 ms, the least at which
// the clock's own cost and the process's first steps no longer show. Estimated beforehand and the
// same for every allocator: 10 ns an operation and 1 ns for each line of 64 bytes touched.
std::uint64_t Repetitions(std::uint64_t operations, std::uint64_t bytes_requested);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_STATS_H_
