#include "bench/trace_input.h"

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/candidate.h"
#include "bench/provenance.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

// Counts the events that pass through it.
class CountingReader : public TraceReader {
 public:
  explicit CountingReader(std::unique_ptr<TraceReader> reader) : reader_(std::move(reader)) {}

  const Metadata& metadata() const override { return reader_->metadata(); }
  bool Next(std::vector<Event>& batch) override {
    const bool more = reader_->Next(batch);
    events_ += batch.size();
    return more;
  }
  const std::vector<std::string>& warnings() const override { return reader_->warnings(); }
  std::uint64_t events() const { return events_; }

 private:
  std::unique_ptr<TraceReader> reader_;
  std::uint64_t events_ = 0;
};

void AppendSentence(std::string& text, const std::string& sentence) {
  if (sentence.empty()) return;
  if (!text.empty()) text += "; ";
  text += sentence;
}

}  // namespace

TraceInput ReadTraceInput(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) {
    throw CompareError(path + ": there is no such trace. Record one with `alloclab record`.");
  }
  TraceInput input;
  input.name = std::filesystem::path(path).stem();
  input.path = path;
  input.xxh3 = HashFile(path);
  CountingReader reader(OpenTrace(path));
  input.decoded = DecodeProgram(reader);
  input.events = reader.events();
  input.program = FindMetadata(reader.metadata(), "program");
  const std::string arguments = FindMetadata(reader.metadata(), "arguments");
  if (!arguments.empty()) input.program += (input.program.empty() ? "" : " ") + arguments;
  AppendSentence(input.tainted, FindMetadata(reader.metadata(), "tainted"));
  for (const std::string& warning : reader.warnings()) AppendSentence(input.tainted, warning);
  input.cut = !reader.warnings().empty();
  if (input.decoded.ops.empty()) {
    throw CompareError(path +
                       ": this trace is empty: it makes no call on the allocator. Record a "
                       "program that allocates, or leave it out.");
  }
  return input;
}

nlohmann::ordered_json TraceRecord(const TraceInput& trace) {
  return {
      {"name", trace.name},
      {"path", trace.path},
      {"xxh3", trace.xxh3},
      {"program", trace.program},
      {"events", trace.events},
      {"operations", trace.decoded.ops.size()},
      {"live_bytes_peak", trace.decoded.live_bytes_peak},
      {"live_blocks_peak", trace.decoded.live_blocks_peak},
      {"bytes_requested", trace.decoded.bytes_requested},
      {"tainted", trace.tainted},
      {"cut", trace.cut},
  };
}

}  // namespace alloclab
