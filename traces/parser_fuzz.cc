// Any bytes at all, read as a trace of either form: they are read or refused with a TraceError.
// Reading twice, as events and as a program, must agree on how much there is.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "traces/open_trace.h"
#include "traces/program.h"

namespace alloclab {
namespace {

// The number of events, or -1 when the bytes are refused.
std::int64_t CountEvents(std::string_view bytes) {
  try {
    const auto reader = OpenTraceBytes("fuzz", bytes);
    std::int64_t events = 0;
    std::vector<Event> batch;
    while (reader->Next(batch)) events += static_cast<std::int64_t>(batch.size());
    return events;
  } catch (const TraceError&) {
    return -1;
  }
}

// The number of operations, or -1 when the bytes are refused.
std::int64_t CountOperations(std::string_view bytes) {
  try {
    const auto reader = OpenTraceBytes("fuzz", bytes);
    return static_cast<std::int64_t>(DecodeProgram(*reader).ops.size());
  } catch (const TraceError&) {
    return -1;
  }
}

}  // namespace
}  // namespace alloclab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::int64_t events = alloclab::CountEvents(bytes);
  // A trace that is refused for its threads alone still makes a program.
  if (events >= 0 && alloclab::CountOperations(bytes) > events) std::abort();
  return 0;
}
