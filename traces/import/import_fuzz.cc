#include "traces/import/import_fuzz.h"

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "traces/live_set.h"
#include "traces/metadata.h"
#include "traces/open_trace.h"

namespace alloclab {
namespace {

[[noreturn]] void Die(const std::string& why) {
  fmt::print(stderr, "the importer: {}\n", why);
  std::abort();
}

void CheckMetadata(const Metadata& metadata) {
  try {
    EncodeMetadata("fuzz", metadata);
    FactsFromMetadata("fuzz", metadata);
  } catch (const TraceError& error) {
    Die(error.what());
  }
}

void CheckEvents(TraceReader& reader) {
  const bool has_clock = !FindMetadata(reader.metadata(), "clock_hz").empty();
  LiveSet live;
  std::vector<Event> batch;
  std::uint64_t number = 0;
  while (reader.Next(batch)) {
    for (const Event& event : batch) {
      Event applied = event;
      const std::string why = live.Apply(applied);
      if (!why.empty()) Die(fmt::format("event {} cannot happen: {}", number, why));
      if (event.time != 0 && !has_clock)
        Die(fmt::format("event {}: {}", number, kTimeWithoutClock));
      if (!(applied == event)) Die(fmt::format("event {} is not as writers keep it", number));
      ++number;
    }
  }
}

}  // namespace

bool CheckImport(const std::string& format, std::string_view bytes) {
  try {
    const auto reader = OpenTraceBytes("fuzz", bytes, format);
    // Our own forms may hold events that are not canonical, and have a target of their own.
    const bool imported = !FindMetadata(reader->metadata(), "imported").empty();
    if (!imported) return true;
    CheckMetadata(reader->metadata());
    CheckEvents(*reader);
    return true;
  } catch (const TraceError&) {
    return false;
  }
}

}  // namespace alloclab
