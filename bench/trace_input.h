// A trace as a comparison uses it: decoded, hashed, and described.

#ifndef ALLOCLAB_BENCH_TRACE_INPUT_H_
#define ALLOCLAB_BENCH_TRACE_INPUT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "traces/program.h"

namespace alloclab {

struct TraceInput {
  std::string name;  // the file's name without its folder and ending
  std::string path;
  std::string xxh3;
  std::string program;   // what was recorded, with its arguments
  std::string tainted;   // what the recording, or the reading of it, has lost; empty when nothing
  bool cut = false;      // its end is missing; the replay is of what is there
  std::uint64_t events;  // of the trace; some are no calls on the allocator
  Program decoded;
};

// Reads the trace at `path`. Throws TraceError for a malformed one and CompareError for one that
// cannot be read or makes no call on the allocator.
TraceInput ReadTraceInput(const std::string& path);

// Its place in a record, under "traces".
nlohmann::ordered_json TraceRecord(const TraceInput& trace);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_TRACE_INPUT_H_
