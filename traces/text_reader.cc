#include "traces/text_reader.h"

#include <fmt/format.h>

#include <utility>

#include "traces/event_kind.h"
#include "traces/metadata.h"
#include "traces/text_format.h"

namespace alloclab {
namespace {

constexpr std::size_t kBatchEvents = 4096;

// Takes "# key: value" apart. False for any other line, such as a comment.
bool SplitMetadata(std::string_view line, std::string_view& key, std::string_view& value) {
  if (!line.starts_with("# ")) return false;
  line.remove_prefix(2);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  key = line.substr(0, colon);
  value = line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  return IsMetadataKey(key);
}

}  // namespace

TextReader::TextReader(std::unique_ptr<ByteSource> source)
    : lines_(std::move(source), kTextLineMaxBytes, "event or metadata") {
  ReadTitle();
  ReadMetadata();
}

bool TextReader::ReadLine() {
  if (!lines_.Next()) return false;
  if (lines_.unfinished()) {
    lines_.Refuse(
        "the last line does not end in a line feed, so it may be cut; add one if it is whole");
  }
  return true;
}

void TextReader::ReadTitle() {
  if (!ReadLine() || !lines_.line().starts_with(kTextTitle)) {
    lines_.Refuse(fmt::format("expected \"{}{}\" as the first line", kTextTitle, kTextVersion));
  }
  const std::string_view version = lines_.line().substr(kTextTitle.size());
  if (version != kTextVersion) {
    lines_.Refuse(fmt::format(
        "text version \"{}\", but this alloclab reads version {}; use the alloclab that "
        "wrote it",
        version.substr(0, 20), kTextVersion));
  }
}

void TextReader::ReadMetadata() {
  std::string_view key;
  std::string_view text;
  while ((pending_ = ReadLine()) && SplitMetadata(lines_.line(), key, text)) {
    std::string value;
    if (!UnescapeValue(text, value)) {
      lines_.Refuse(
          fmt::format("the value of \"{}\" has a backslash that is none of \\\\, \\n and \\xHH; "
                      "double it",
                      key));
    }
    metadata_.emplace_back(key, value);
  }
  EncodeMetadata(lines_.name(), metadata_);
  has_clock_ = FactsFromMetadata(lines_.name(), metadata_).clock_hz != 0;
}

bool TextReader::Next(std::vector<Event>& batch) {
  batch.clear();
  while (batch.size() < kBatchEvents) {
    if (!std::exchange(pending_, false) && !ReadLine()) break;
    const std::string_view line = lines_.line();
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos || line[begin] == '#') continue;
    batch.push_back(Resolve(ParseEventLine(line)));
  }
  return !batch.empty();
}

Event TextReader::Resolve(const ParsedEvent& parsed) {
  if (!parsed.broken.empty()) lines_.Refuse(parsed.broken);
  Event event = parsed.event;
  if (event.time != 0 && !has_clock_) {
    lines_.Refuse(
        "an event has a time, but no metadata says how fast its clock is: add a line "
        "\"# clock_hz: 1000000000\" if it counts nanoseconds");
  }
  if (event.ref != kNoAllocation) {
    const auto found = live_.find(event.ref);
    if (found == live_.end()) {
      lines_.Refuse(
          fmt::format("{} names allocation {}, which is not live here; correct the number or "
                      "remove the line",
                      TraitsOf(event.kind).name, event.ref));
    }
    event.ref = found->second;
    if (EndsAllocation(event)) live_.erase(found);
  }
  if (event.id != kNoAllocation) {
    if (!live_.emplace(event.id, next_id_).second) {
      lines_.Refuse(fmt::format("allocation {} is already live here; give this one another number",
                                event.id));
    }
    event.id = next_id_++;
  }
  return event;
}

}  // namespace alloclab
