// Writes the text form: one event a line, with every allocation's number spelled out, so that a
// person or a shrinker can delete lines and what is left still says what it said.

#ifndef ALLOCLAB_TRACES_TEXT_WRITER_H_
#define ALLOCLAB_TRACES_TEXT_WRITER_H_

#include <cstdint>
#include <string>

#include "traces/live_set.h"
#include "traces/output_file.h"
#include "traces/trace_io.h"

namespace alloclab {

class TextWriter final : public TraceWriter {
 public:
  TextWriter(const std::string& path, const WriterOptions& options);

  void Add(const Event& event) override;
  void Finish() override;

 private:
  OutputFile file_;
  LiveSet live_;
  std::uint64_t events_ = 0;
  bool has_clock_ = false;
};

// The line of an event, without its line feed. The event is canonical and its id filled in.
std::string FormatEvent(const Event& event);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_TEXT_WRITER_H_
