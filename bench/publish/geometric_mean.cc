#include "bench/publish/geometric_mean.h"

#include <cmath>
#include <stdexcept>

#include "bench/publish/settled.h"

namespace alloclab::publish {
namespace {

double Logarithm(double ratio) {
  if (!(ratio > 0 && std::isfinite(ratio)))
    throw std::domain_error("a geometric mean is of ratios above 0");
  return std::log(ratio);
}

}  // namespace

double GeometricMean(const std::vector<double>& ratios) {
  if (ratios.empty()) return 0;
  double sum = 0;
  for (const double ratio : ratios) sum += Logarithm(ratio);
  return Settled(std::exp(sum / static_cast<double>(ratios.size())));
}

Judged GeometricMean(const std::vector<Judged>& ratios) {
  if (ratios.empty()) return {};
  const auto count = static_cast<double>(ratios.size());
  double sum = 0, below = 0, above = 0;
  for (const Judged& ratio : ratios) {
    sum += Logarithm(ratio.ratio);
    below += std::pow(Logarithm(ratio.ratio / ratio.low), 2);
    above += std::pow(Logarithm(ratio.high / ratio.ratio), 2);
  }
  const double mean = sum / count;
  return {Settled(std::exp(mean)), Settled(std::exp(mean - std::sqrt(below) / count)),
          Settled(std::exp(mean + std::sqrt(above) / count))};
}

}  // namespace alloclab::publish
