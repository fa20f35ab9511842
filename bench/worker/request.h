// What a worker is asked to do, and its form on a command line: the parent writes it, the worker
// reads it, and whoever looks at a process list understands it.

#ifndef ALLOCLAB_BENCH_WORKER_REQUEST_H_
#define ALLOCLAB_BENCH_WORKER_REQUEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "traces/replay/mode.h"
#include "traces/replay/touch.h"

namespace alloclab {

enum class WorkerPass : std::uint8_t {
  kChecked,  // is it correct? under Shadowed, not timed
  kTime,     // how long does it take?
  kMemory,   // what does it hold? not timed
  kLatency,  // how long does one call take?
  kCount,    // how many instructions and cache misses is it? under callgrind
};

std::string_view WorkerPassName(WorkerPass pass);

struct WorkerRequest {
  WorkerPass pass = WorkerPass::kChecked;
  // A variant, "system" (whatever malloc is in the worker) or "floor".
  std::string_view allocator = "system";
  // The library that LD_PRELOAD should have put in place of malloc; empty when none.
  std::string_view library;
  // Of the timed pass. With threads the touch is the usual one, and there is no floor.
  ReplayMode mode = ReplayMode::kSerial;
  double time_scale = 1;  // of recorded gaps, where the mode keeps them
  Touch touch = kUsualTouch;
  // Whether H is resident memory even where the allocator could be asked. Always so with a library.
  bool held_is_resident = false;
  std::uint64_t repetitions = 1;         // of the timed pass
  std::uint64_t draw = 0;                // which calls the latency pass times: another draw, others
  std::uint64_t memory_limit_bytes = 0;  // data the worker may gain; 0: no limit
  int program_fd = -1;                   // a ProgramImage, or with threads a ThreadedImage
  int report_fd = -1;                    // a file of sizeof(WorkerReport) bytes
};

std::vector<std::string> WorkerArguments(const WorkerRequest& request);

// Reads the arguments after the program's name. Returns null, or a static sentence about the first
// wrong one. Allocates nothing; the strings of `request` point into `arguments`.
const char* ParseWorkerArguments(int count, const char* const* arguments, WorkerRequest& request);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_WORKER_REQUEST_H_
