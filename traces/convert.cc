#include "traces/convert.h"

#include <vector>

namespace alloclab {

std::uint64_t CopyTrace(TraceReader& reader, TraceWriter& writer) {
  std::uint64_t events = 0;
  std::vector<Event> batch;
  while (reader.Next(batch)) {
    for (const Event& event : batch) writer.Add(event);
    events += batch.size();
  }
  writer.Finish();
  return events;
}

}  // namespace alloclab
