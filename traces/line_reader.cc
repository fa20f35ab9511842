#include "traces/line_reader.h"

#include <fmt/core.h>

#include <utility>

#include "traces/trace_io.h"

namespace alloclab {

LineReader::LineReader(std::unique_ptr<ByteSource> source, std::size_t longest,
                       std::string_view what)
    : source_(std::move(source)), longest_(longest), what_(what) {}

void LineReader::Refuse(const std::string& why) const {
  throw TraceError(fmt::format("{}:{}: {}", source_->name(), number_, why));
}

void LineReader::CheckLength(std::size_t bytes) const {
  if (bytes <= longest_) return;
  Refuse(fmt::format("the line is longer than {} bytes; no {} is, split or remove it", longest_,
                     what_));
}

bool LineReader::Next() {
  ++number_;
  unfinished_ = false;
  const std::string_view ahead = source_->Ahead();
  const std::size_t feed = ahead.find('\n');
  if (feed == std::string_view::npos) {
    if (!NextInPieces()) return false;
  } else {
    CheckLength(feed);
    line_ = ahead.substr(0, feed);
    // Moves the source's view, not its bytes: the line stays where it is until the next Peek.
    source_->Skip(feed + 1);
  }
  if (!unfinished_ && line_.ends_with('\r')) line_.remove_suffix(1);
  return true;
}

bool LineReader::NextInPieces() {
  pieces_.clear();
  unfinished_ = true;
  while (unfinished_ && !source_->Peek(1).empty()) {
    const std::string_view ahead = source_->Ahead();
    const std::size_t feed = ahead.find('\n');
    unfinished_ = feed == std::string_view::npos;
    const std::size_t taken = unfinished_ ? ahead.size() : feed;
    CheckLength(pieces_.size() + taken);
    pieces_.append(ahead.substr(0, taken));
    source_->Skip(unfinished_ ? taken : taken + 1);
  }
  line_ = pieces_;
  return !unfinished_ || !pieces_.empty();
}

}  // namespace alloclab
