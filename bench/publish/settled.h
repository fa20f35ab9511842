// Figures that are the same on every machine.

#ifndef ALLOCLAB_BENCH_PUBLISH_SETTLED_H_
#define ALLOCLAB_BENCH_PUBLISH_SETTLED_H_

namespace alloclab::publish {

// `figure` with nine significant digits. C libraries and processors differ in the last bits of
// logarithms and sums; without this a mean that is just between two printed figures would be the
// one here and the other there, and one that is just as far as the noise known here and unknown
// there.
double Settled(double figure);

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_SETTLED_H_
