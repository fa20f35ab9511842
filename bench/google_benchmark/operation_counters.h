// How the rows of our Google Benchmarks are counted: by calls of the allocator, whatever an
// iteration is, so that rows of all of them can be held against each other.

#ifndef ALLOCLAB_BENCH_GOOGLE_BENCHMARK_OPERATION_COUNTERS_H_
#define ALLOCLAB_BENCH_GOOGLE_BENCHMARK_OPERATION_COUNTERS_H_

#include <benchmark/benchmark.h>

#include <cstdint>

namespace alloclab {

// Called once, after the loop, by each thread of a row: an iteration is so many calls of this
// thread. The row has "items_per_second" and "time/op", in seconds (the console says ns), of all its
// threads together.
inline void CountOperations(benchmark::State& state, std::uint64_t calls) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(calls));
  // The values of all threads are summed, and so are their iterations: one of the two is enough.
  state.counters["time/op"] =
      benchmark::Counter(static_cast<double>(calls),
                         benchmark::Counter::kIsIterationInvariantRate |
                             benchmark::Counter::kAvgThreads | benchmark::Counter::kInvert);
}

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_GOOGLE_BENCHMARK_OPERATION_COUNTERS_H_
