// The first events of a trace, as a file that workers map.

#ifndef ALLOCLAB_BENCH_DETERMINISTIC_SLICE_H_
#define ALLOCLAB_BENCH_DETERMINISTIC_SLICE_H_

#include <unistd.h>

#include <cstdint>
#include <string>

#include "bench/comparison/trace_input.h"
#include "traces/replay/program_image.h"

namespace alloclab {

class Slice {
 public:
  // Of the trace at `path`; 0 events: all. Throws as ReadTraceInput does.
  Slice(const std::string& path, std::uint64_t events)
      : trace_(ReadTraceInput(path, events)), image_fd_(WriteProgramImage(trace_.decoded)) {}
  ~Slice() { close(image_fd_); }
  Slice(const Slice&) = delete;
  Slice& operator=(const Slice&) = delete;

  // A program image, as long as this object lives.
  int image_fd() const { return image_fd_; }
  const TraceInput& trace() const { return trace_; }

 private:
  TraceInput trace_;
  int image_fd_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_DETERMINISTIC_SLICE_H_
