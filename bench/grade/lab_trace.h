// A trace as a malloc lab can be asked it: malloc, calloc, realloc and free of blocks that are
// there, by one caller.
//
// Whatever else a recording has becomes one of these, or is left out: every other call that makes a
// block is a malloc of as many bytes (a lab knows no alignments); calls that failed, threads and
// marks go. On what a lab may answer otherwise than others it is not asked: a request for 0 bytes
// becomes one for 1, realloc of nothing is a malloc, to nothing a free. Each event is then one
// operation of the program that is run, so their numbers are the same.

#ifndef ALLOCLAB_BENCH_GRADE_LAB_TRACE_H_
#define ALLOCLAB_BENCH_GRADE_LAB_TRACE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "traces/event.h"
#include "traces/program.h"
#include "traces/trace_io.h"

namespace alloclab::grade {

struct LabTrace {
  std::string name;
  std::vector<Event> events;
};

// O(events).
std::vector<Event> LabEvents(const std::vector<Event>& events);

// The trace of a file in any form that OpenTrace reads, named after the file; its first `most`
// events where that is not 0. Throws TraceError, also where it is and there are more than
// kMostEvents.
LabTrace ReadLabTrace(const std::string& path, std::size_t most = 0);
inline constexpr std::size_t kMostEvents = std::size_t{4} << 20;

// The program of such events, one operation each.
Program LabProgram(const std::vector<Event>& events);

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_LAB_TRACE_H_
