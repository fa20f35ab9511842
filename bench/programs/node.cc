// A runtime whose objects lie in a garbage-collected heap of its own: what malloc sees is the rest,
// buffers of kilobytes foremost, that are freed late and from other threads.

#include <string>

#include "bench/programs/descriptions.h"
#include "bench/programs/input_files.h"

namespace alloclab {

MeasuredProgram NodeProgram(RunLength length) {
  return {
      .name = "node",
      .needed = {{"node", "nodejs"}},
      .command = {"node", "../input/workload.js", length == RunLength::kUsual ? "50" : "8"},
      .inputs = {{"workload.js", std::string(program_inputs::kNodeWorkload)}},
  };
}

}  // namespace alloclab
