// Any bytes at all, read as a trace of either form: they are read or refused with a TraceError.
// Reading twice, as events and as a program, must agree on how much there is; and what was read
// must be the same after it was written in either form, its table of call sites too.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "traces/open_trace.h"
#include "traces/program.h"
#include "traces/sites/site_table.h"
#include "traces/sites/stacks.h"
#include "traces/survivors.h"

namespace alloclab {
namespace {

struct Trace {
  Metadata metadata;
  std::vector<Event> events;
  friend bool operator==(const Trace&, const Trace&) = default;
};

Trace ReadTrace(TraceReader& reader) {
  Trace trace{reader.metadata(), {}};
  std::vector<Event> batch;
  while (reader.Next(batch)) trace.events.insert(trace.events.end(), batch.begin(), batch.end());
  return trace;
}

// Nothing when the bytes are refused.
std::optional<Trace> ReadIfGood(std::string_view bytes) {
  try {
    return ReadTrace(*OpenTraceBytes("fuzz", bytes));
  } catch (const TraceError&) {
    return std::nullopt;
  }
}

// From the last snapshot on, which may lie about what is before it: read or refused.
void ReadFromTheLastSnapshot(std::string_view bytes) {
  try {
    const auto reader = OpenTraceBytes("fuzz", bytes);
    Survivors survivors;
    reader->SkipTowards(UINT64_MAX, survivors);
    ReadTrace(*reader);
  } catch (const TraceError&) {
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

// Whether the call sites of the metadata, if they are a table, come back from other metadata.
bool SitesComeBack(const Metadata& metadata) {
  SiteTable table;
  try {
    table = SiteTableFromMetadata(metadata);
  } catch (const TraceError&) {
    return true;
  }
  Metadata other;
  AddSiteTable(table, SIZE_MAX, other);
  const SiteTable again = SiteTableFromMetadata(other);
  return StacksOf(again) == StacksOf(table);
}

// Whether the trace comes back from a file of this form. A file is dear beside the rest.
bool ComesBack(const Trace& trace, TraceForm form) {
  static const std::string path =
      (std::filesystem::temp_directory_path() / ("alloclab-fuzz-" + std::to_string(getpid())))
          .string();
  const auto writer = CreateTrace(path, form, {.metadata = trace.metadata});
  for (const Event& event : trace.events) writer->Add(event);
  writer->Finish();
  const Trace again = ReadTrace(*OpenTrace(path));
  std::filesystem::remove(path);
  return again == trace;
}

}  // namespace
}  // namespace alloclab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  alloclab::ReadFromTheLastSnapshot(bytes);
  const std::optional<alloclab::Trace> trace = alloclab::ReadIfGood(bytes);
  if (!trace) return 0;
  if (!alloclab::SitesComeBack(trace->metadata)) std::abort();
  // A trace that is refused for its threads alone still makes a program.
  if (alloclab::CountOperations(bytes) > std::ssize(trace->events)) std::abort();
  constexpr std::size_t kOneInIsWritten = 8;
  if (std::hash<std::string_view>()(bytes) % kOneInIsWritten != 0) return 0;
  for (const auto form : {alloclab::TraceForm::kArchive, alloclab::TraceForm::kText}) {
    if (!alloclab::ComesBack(*trace, form)) std::abort();
  }
  return 0;
}
