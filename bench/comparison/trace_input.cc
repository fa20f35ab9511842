#include "bench/comparison/trace_input.h"

#include <charconv>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "bench/process/compare_error.h"
#include "bench/record/provenance.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

// Counts the events that pass through it, and lets only the first `most` through.
class FirstEvents : public TraceReader {
 public:
  FirstEvents(std::unique_ptr<TraceReader> reader, std::uint64_t most)
      : reader_(std::move(reader)), most_(most == 0 ? UINT64_MAX : most) {}

  const Metadata& metadata() const override { return reader_->metadata(); }
  bool Next(std::vector<Event>& batch) override {
    const bool more = reader_->Next(batch);
    if (batch.size() > most_ - events_) {
      batch.resize(most_ - events_);
      stopped_ = true;
    }
    events_ += batch.size();
    return more && !batch.empty();
  }
  const std::vector<std::string>& warnings() const override { return reader_->warnings(); }
  std::uint64_t events() const { return events_; }
  bool stopped() const { return stopped_; }

 private:
  std::unique_ptr<TraceReader> reader_;
  std::uint64_t most_;
  bool stopped_ = false;
  std::uint64_t events_ = 0;
};

// "live=400 table=fleet.csv" as an object, of whole numbers where they are such.
nlohmann::ordered_json ParametersRecord(const std::string& parameters) {
  nlohmann::ordered_json record = nlohmann::ordered_json::object();
  std::istringstream words(parameters);
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) continue;
    const std::string value = word.substr(equals + 1);
    std::uint64_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, number);
    nlohmann::ordered_json& entry = record[word.substr(0, equals)];
    entry = value;
    if (error == std::errc() && stop == end) entry = number;
  }
  return record;
}

void AppendSentence(std::string& text, const std::string& sentence) {
  if (sentence.empty()) return;
  if (!text.empty()) text += "; ";
  text += sentence;
}

}  // namespace

std::unique_ptr<TraceReader> OpenFirstEvents(const std::string& path, std::uint64_t events) {
  return std::make_unique<FirstEvents>(OpenTrace(path), events);
}

TraceInput ReadTraceInput(const std::string& path, std::uint64_t first_events) {
  if (!std::filesystem::is_regular_file(path)) {
    throw CompareError(path + ": there is no such trace. Record one with `alloclab record`.");
  }
  TraceInput input;
  input.name = std::filesystem::path(path).stem();
  input.path = path;
  input.xxh3 = HashFile(path);
  FirstEvents reader(OpenTrace(path), first_events);
  input.decoded = DecodeProgram(reader);
  input.events = reader.events();
  input.operations = input.decoded.ops.size();
  input.shortened = reader.stopped();
  input.program = FindMetadata(reader.metadata(), "program");
  const std::string arguments = FindMetadata(reader.metadata(), "arguments");
  if (!arguments.empty()) input.program += (input.program.empty() ? "" : " ") + arguments;
  input.generator = FindMetadata(reader.metadata(), "generator");
  input.parameters = FindMetadata(reader.metadata(), "parameters");
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
  nlohmann::ordered_json record = {
      {"name", trace.name},
      {"path", trace.path},
      {"xxh3", trace.xxh3},
      {"program", trace.program},
      {"events", trace.events},
      {"operations", trace.operations},
      {"live_bytes_peak", trace.decoded.live_bytes_peak},
      {"live_blocks_peak", trace.decoded.live_blocks_peak},
      {"bytes_requested", trace.decoded.bytes_requested},
      {"tainted", trace.tainted},
      {"cut", trace.cut},
      {"shortened", trace.shortened},
  };
  if (!trace.generator.empty()) {
    record["generator"] = {{"name", trace.generator},
                           {"parameters", ParametersRecord(trace.parameters)}};
  }
  return record;
}

}  // namespace alloclab
