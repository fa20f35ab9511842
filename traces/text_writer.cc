#include "traces/text_writer.h"

#include <fmt/format.h>

#include <iterator>

#include "traces/event_kind.h"
#include "traces/metadata.h"
#include "traces/text_format.h"

namespace alloclab {

std::string FormatEvent(const Event& event) {
  const KindTraits& traits = TraitsOf(event.kind);
  std::string line;
  const auto out = std::back_inserter(line);
  if (event.id != kNoAllocation) fmt::format_to(out, "{} = ", event.id);
  if (event.failed) line += "failed ";
  line += traits.name;
  if (event.ref != kNoAllocation) {
    fmt::format_to(out, " {}", event.ref);
  } else if (traits.role == EventRole::kResizes) {
    line += " null";
  }
  if (traits.has_alignment) fmt::format_to(out, " {}", event.alignment);
  if (traits.has_count) fmt::format_to(out, " {}", event.count);
  if (traits.has_size) fmt::format_to(out, " {}", event.size);
  if (event.thread != 0) fmt::format_to(out, " @{}", event.thread);
  if (event.time != 0) fmt::format_to(out, " t{}", event.time);
  if (event.site != 0) fmt::format_to(out, " s{}", event.site);
  return line;
}

TextWriter::TextWriter(const std::string& path, const WriterOptions& options) : file_(path) {
  // Checks what an archive would check, so that every text can become one.
  EncodeMetadata(file_.name(), options.metadata);
  has_clock_ = FactsFromMetadata(file_.name(), options.metadata).clock_hz != 0;
  file_.Write(fmt::format("{}{}\n", kTextTitle, kTextVersion));
  for (const auto& [key, value] : options.metadata) {
    file_.Write(fmt::format("# {}: {}\n", key, EscapeValue(value)));
  }
  // The blank line ends the metadata: comments may follow it.
  file_.Write("\n");
}

void TextWriter::Add(const Event& event) {
  Event numbered = event;
  std::string why = live_.Apply(numbered);
  if (why.empty() && event.time != 0 && !has_clock_) why = kTimeWithoutClock;
  if (!why.empty()) {
    throw TraceError(fmt::format("{}: cannot write event {}: {}; correct what makes the events",
                                 file_.name(), events_, why));
  }
  ++events_;
  file_.Write(FormatEvent(numbered) + "\n");
}

void TextWriter::Finish() { file_.Commit(); }

}  // namespace alloclab
