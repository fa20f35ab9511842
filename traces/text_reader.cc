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

TextReader::TextReader(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {
  ReadTitle();
  ReadMetadata();
}

void TextReader::Refuse(const std::string& why) const {
  throw TraceError(fmt::format("{}:{}: {}", source_->name(), line_number_, why));
}

bool TextReader::ReadLine() {
  line_.clear();
  ++line_number_;
  for (;;) {
    const std::string_view ahead = source_->Peek(1).empty() ? std::string_view() : source_->Ahead();
    if (ahead.empty()) break;
    const std::size_t feed = ahead.find('\n');
    const std::size_t taken = feed == std::string_view::npos ? ahead.size() : feed;
    if (line_.size() + taken > kTextLineMaxBytes) {
      Refuse(fmt::format(
          "the line is longer than {} bytes; no event or metadata is, split or remove it",
          kTextLineMaxBytes));
    }
    line_.append(ahead.substr(0, taken));
    if (feed != std::string_view::npos) {
      source_->Skip(taken + 1);
      if (line_.ends_with('\r')) line_.pop_back();
      return true;
    }
    source_->Skip(taken);
  }
  if (line_.empty()) return false;
  Refuse("the last line does not end in a line feed, so it may be cut; add one if it is whole");
}

void TextReader::ReadTitle() {
  if (!ReadLine() || !line_.starts_with(kTextTitle)) {
    Refuse(fmt::format("expected \"{}{}\" as the first line", kTextTitle, kTextVersion));
  }
  const std::string version = line_.substr(kTextTitle.size());
  if (version != kTextVersion) {
    Refuse(fmt::format(
        "text version \"{}\", but this alloclab reads version {}; use the alloclab that "
        "wrote it",
        version.substr(0, 20), kTextVersion));
  }
}

void TextReader::ReadMetadata() {
  std::string_view key;
  std::string_view text;
  while ((pending_ = ReadLine()) && SplitMetadata(line_, key, text)) {
    std::string value;
    if (!UnescapeValue(text, value)) {
      Refuse(
          fmt::format("the value of \"{}\" has a backslash that is none of \\\\, \\n and \\xHH; "
                      "double it",
                      key));
    }
    metadata_.emplace_back(key, value);
  }
  EncodeMetadata(source_->name(), metadata_);
  has_clock_ = FactsFromMetadata(source_->name(), metadata_).clock_hz != 0;
}

bool TextReader::Next(std::vector<Event>& batch) {
  batch.clear();
  while (batch.size() < kBatchEvents) {
    if (!std::exchange(pending_, false) && !ReadLine()) break;
    const std::size_t begin = line_.find_first_not_of(" \t");
    if (begin == std::string::npos || line_[begin] == '#') continue;
    batch.push_back(Resolve(ParseEventLine(line_)));
  }
  return !batch.empty();
}

Event TextReader::Resolve(const ParsedEvent& parsed) {
  if (!parsed.broken.empty()) Refuse(parsed.broken);
  Event event = parsed.event;
  if (event.time != 0 && !has_clock_) {
    Refuse(
        "an event has a time, but no metadata says how fast its clock is: add a line "
        "\"# clock_hz: 1000000000\" if it counts nanoseconds");
  }
  if (event.ref != kNoAllocation) {
    const auto found = live_.find(event.ref);
    if (found == live_.end()) {
      Refuse(
          fmt::format("{} names allocation {}, which is not live here; correct the number or "
                      "remove the line",
                      TraitsOf(event.kind).name, event.ref));
    }
    event.ref = found->second;
    if (EndsAllocation(event)) live_.erase(found);
  }
  if (event.id != kNoAllocation) {
    if (!live_.emplace(event.id, next_id_).second) {
      Refuse(fmt::format("allocation {} is already live here; give this one another number",
                         event.id));
    }
    event.id = next_id_++;
  }
  return event;
}

}  // namespace alloclab
