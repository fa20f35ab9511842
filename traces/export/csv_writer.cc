#include "traces/export/csv_writer.h"

#include <fmt/core.h>

#include <iterator>

#include "traces/event_kind.h"
#include "traces/export/call_writer.h"

namespace alloclab {
namespace {

class CsvWriter final : public CallWriter {
 public:
  CsvWriter(const std::string& path, const Metadata& metadata)
      : CallWriter(path), has_metadata_(!metadata.empty()) {
    file().Write("event,kind,failed,thread,id,ref,alignment,count,size\n");
  }

  std::string Losses() const override {
    LossSentence losses;
    losses.AddSites(sites());
    if (has_metadata_) losses.Add("CSV has no place for the metadata");
    return losses.For(name());
  }

 private:
  void Write(const Event& event) override {
    const KindTraits& traits = TraitsOf(event.kind);
    std::string line =
        fmt::format("{},{},{},{}", this->event(), traits.name, event.failed ? 1 : 0, event.thread);
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
    file().Write(line);
  }

  const bool has_metadata_;
};

}  // namespace

const ExportFormat kCsvExport = {
    "csv", "comma-separated values",
    [](const std::string& path, const Metadata& metadata) -> std::unique_ptr<ExportWriter> {
      return std::make_unique<CsvWriter>(path, metadata);
    }};

}  // namespace alloclab
