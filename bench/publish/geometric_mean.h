// Means of ratios over traces: a ratio and its inverse count alike.

#ifndef ALLOCLAB_BENCH_PUBLISH_GEOMETRIC_MEAN_H_
#define ALLOCLAB_BENCH_PUBLISH_GEOMETRIC_MEAN_H_

#include <vector>

#include "bench/publish/published_table.h"

namespace alloclab::publish {

// 0 for none. Throws std::domain_error unless all are positive: one that is not would make the mean
// of all others 0. Settled (settled.h), as all means are.
double GeometricMean(const std::vector<double>& ratios);

// The geometric mean of ratios that are known within intervals, and the interval of the mean. The
// traces are those of the corpus, not a sample of others, so what is uncertain is only each ratio.
// Every timed run is a process of its own, and their errors are taken as independent: on either
// side, the reach of the mean is the root of the sum of the squared reaches, as logarithms, over
// their number. `resolved` is left to who knows the noise. Throws likewise.
Judged GeometricMean(const std::vector<Judged>& ratios);

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_GEOMETRIC_MEAN_H_
