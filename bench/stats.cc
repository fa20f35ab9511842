#include "bench/stats.h"

#include <algorithm>
#include <cstddef>
#include <random>

namespace alloclab {

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle - 1] + values[middle]) / 2;
}

std::vector<double> PairedRatios(const std::vector<double>& values,
                                 const std::vector<double>& baseline) {
  std::vector<double> ratios;
  ratios.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) ratios.push_back(values[i] / baseline.at(i));
  return ratios;
}

Interval BootstrapMedian(const std::vector<double>& values) {
  constexpr std::size_t kSamples = 2000;
  constexpr std::size_t kTail = kSamples / 40;  // 2.5 % on either side
  if (values.empty()) return {0, 0};
  std::minstd_rand random(1);
  std::vector<double> medians;
  medians.reserve(kSamples);
  std::vector<double> sample(values.size());
  for (std::size_t i = 0; i < kSamples; ++i) {
    for (double& drawn : sample) drawn = values[random() % values.size()];
    medians.push_back(Median(sample));
  }
  std::sort(medians.begin(), medians.end());
  return {medians[kTail], medians[kSamples - 1 - kTail]};
}

std::vector<std::size_t> BlockOrder(std::size_t count, std::size_t block) {
  std::vector<std::size_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[(i + block) % count] = i;
  return order;
}

std::uint64_t Repetitions(std::uint64_t operations, std::uint64_t bytes_requested) {
  constexpr std::uint64_t kRunNs = 20'000'000;
  constexpr std::uint64_t kOperationNs = 10;
  constexpr std::uint64_t kLineBytes = 64;
  if (operations >= kRunNs / kOperationNs) return 1;
  const std::uint64_t lines = bytes_requested / kLineBytes;
  if (lines >= kRunNs) return 1;
  const std::uint64_t once = std::max<std::uint64_t>(operations * kOperationNs + lines, 1);
  return (kRunNs + once - 1) / once;
}

}  // namespace alloclab
