// A trace as a comparison uses it: decoded, hashed, and described.

#ifndef ALLOCLAB_BENCH_COMPARISON_TRACE_INPUT_H_
#define ALLOCLAB_BENCH_COMPARISON_TRACE_INPUT_H_

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "traces/program.h"
#include "traces/trace_io.h"

namespace alloclab {

struct TraceInput {
  std::string name;  // the file's name without its folder and ending
  std::string path;
  std::string xxh3;
  std::string program;  // what was recorded, with its arguments
  // What made it, where no program did, and with which arguments ("live=400 largest=16"). Theory
  // may say what these cost (traces/generators/robson_bounds.h).
  std::string generator = {};
  std::string parameters = {};
  std::string tainted;   // what the recording, or the reading of it, has lost; empty when nothing
  bool cut = false;      // its end is missing; the replay is of what is there
  std::uint64_t events;  // that were read; some are no calls on the allocator
  // Whether the rest was left out on purpose.
  bool shortened = false;
  std::uint64_t operations;
  Program decoded;
};

// Opens the trace at `path`, of which only the first `events` events are to be seen; 0: all.
std::unique_ptr<TraceReader> OpenFirstEvents(const std::string& path, std::uint64_t events);

// Reads the trace at `path`, or only so many of its first events (0: all). Throws TraceError for a
// malformed one and CompareError for one that cannot be read or makes no call on the allocator.
TraceInput ReadTraceInput(const std::string& path, std::uint64_t first_events = 0);

// Its place in a record, under "traces".
nlohmann::ordered_json TraceRecord(const TraceInput& trace);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_COMPARISON_TRACE_INPUT_H_
