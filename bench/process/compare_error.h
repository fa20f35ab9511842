// What ends a comparison without a record. A failing allocator is no error: it is a failed row.

#ifndef ALLOCLAB_BENCH_PROCESS_COMPARE_ERROR_H_
#define ALLOCLAB_BENCH_PROCESS_COMPARE_ERROR_H_

#include <stdexcept>

namespace alloclab {

// What was asked for makes no sense, or cannot be had on this machine. A sentence for whoever
// asked.
class CompareError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// It was interrupted before there was anything to report.
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROCESS_COMPARE_ERROR_H_
