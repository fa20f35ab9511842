#include "traces/export/csv_writer.h"

#include <fmt/core.h>

#include <iterator>

#include "traces/event_kind.h"

namespace alloclab {

CsvWriter::CsvWriter(const std::string& path, const Metadata& metadata)
    : file_(path), facts_(metadata.size()) {
  file_.Write("event,kind,failed,thread,id,ref,alignment,count,size\n");
}

void CsvWriter::Add(const Event& given) {
  Event event = given;
  if (const std::string why = live_.Apply(event); !why.empty()) {
    throw TraceError(fmt::format("{}: cannot write event {}: {}; correct what makes the events",
                                 file_.name(), events_, why));
  }
  const KindTraits& traits = TraitsOf(event.kind);
  std::string line =
      fmt::format("{},{},{},{}", events_++, traits.name, event.failed ? 1 : 0, event.thread);
  const auto add = [&](bool has, std::uint64_t value) {
    line += ',';
    if (has) fmt::format_to(std::back_inserter(line), "{}", value);
  };
  add(event.id != kNoAllocation, event.id);
  add(event.ref != kNoAllocation, event.ref);
  add(traits.has_alignment, event.alignment);
  add(traits.has_count, event.count);
  add(traits.has_size, event.size);
  line += '\n';
  file_.Write(line);
}

std::string CsvWriter::Losses() const {
  return facts_ == 0 ? "" : fmt::format("{}: CSV has no place for the metadata.", file_.name());
}

}  // namespace alloclab
