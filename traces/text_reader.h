// Reads the text form. Numbers of allocations are names here: any numbers, each live at most once
// at a time, renumbered in the order in which they appear.
//
// Memory: one batch of events, one line, and the live set.

#ifndef ALLOCLAB_TRACES_TEXT_READER_H_
#define ALLOCLAB_TRACES_TEXT_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "traces/byte_source.h"
#include "traces/line_reader.h"
#include "traces/text_line.h"
#include "traces/trace_io.h"

namespace alloclab {

class TextReader final : public TraceReader {
 public:
  // Reads the title and the metadata. Throws TraceError.
  explicit TextReader(std::unique_ptr<ByteSource> source);

  const Metadata& metadata() const override { return metadata_; }
  bool Next(std::vector<Event>& batch) override;
  const std::vector<std::string>& warnings() const override { return warnings_; }

 private:
  bool ReadLine();
  void ReadTitle();
  void ReadMetadata();
  // Replaces the names in `parsed` by numbers.
  Event Resolve(const ParsedEvent& parsed);

  LineReader lines_;
  Metadata metadata_;
  std::vector<std::string> warnings_;  // stays empty: a text is read whole or refused
  bool has_clock_ = false;
  bool pending_ = false;  // whether the line has been read but not used
  std::unordered_map<std::uint64_t, std::uint64_t> live_;  // name -> number
  std::uint64_t next_id_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_TEXT_READER_H_
