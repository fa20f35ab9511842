// The lines of a text, one at a time, with their numbers for messages. A line has a longest length,
// so that a file without line feeds cannot make a reader hold all of it.
//
// Memory: the source's buffer, and one line where it straddles two buffers.

#ifndef ALLOCLAB_TRACES_LINE_READER_H_
#define ALLOCLAB_TRACES_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "traces/byte_source.h"

namespace alloclab {

class LineReader {
 public:
  // `longest` is the most bytes of a line; `what` is what lines hold, for the sentence about one
  // that is longer.
  LineReader(std::unique_ptr<ByteSource> source, std::size_t longest, std::string_view what);

  // Goes to the next line; false at the end. Throws TraceError when it is too long. O(line).
  bool Next();
  // Without its line feed and a carriage return before it. Valid until the next call of Next.
  std::string_view line() const { return line_; }
  // Whether the line ended with the file and not with a line feed, so that more may have followed.
  bool unfinished() const { return unfinished_; }
  // From 1; one past the last line at the end.
  std::uint64_t number() const { return number_; }
  const std::string& name() const { return source_->name(); }

  // Throws TraceError: "name:number: why".
  [[noreturn]] void Refuse(const std::string& why) const;

 private:
  // Collects a line of which the source has not shown the end; false when there is none.
  bool NextInPieces();
  void CheckLength(std::size_t bytes) const;

  const std::unique_ptr<ByteSource> source_;
  const std::size_t longest_;
  const std::string what_;
  std::string_view line_;
  std::string pieces_;
  std::uint64_t number_ = 0;
  bool unfinished_ = false;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_LINE_READER_H_
