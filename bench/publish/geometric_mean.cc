#include "bench/publish/geometric_mean.h"

#include <cmath>

#include "bench/publish/settled.h"

namespace alloclab::publish {

double GeometricMean(const std::vector<double>& ratios) {
  if (ratios.empty()) return 0;
  double sum = 0;
  for (const double ratio : ratios) sum += std::log(ratio);
  return Settled(std::exp(sum / static_cast<double>(ratios.size())));
}

Judged GeometricMean(const std::vector<Judged>& ratios) {
  if (ratios.empty()) return {};
  const auto count = static_cast<double>(ratios.size());
  double sum = 0, below = 0, above = 0;
  for (const Judged& ratio : ratios) {
    sum += std::log(ratio.ratio);
    below += std::pow(std::log(ratio.ratio / ratio.low), 2);
    above += std::pow(std::log(ratio.high / ratio.ratio), 2);
  }
  const double mean = sum / count;
  return {Settled(std::exp(mean)), Settled(std::exp(mean - std::sqrt(below) / count)),
          Settled(std::exp(mean + std::sqrt(above) / count))};
}

}  // namespace alloclab::publish
