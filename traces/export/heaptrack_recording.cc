// See import/heaptrack.h for the format. Every call has the same stack, of one frame.

#include <fmt/format.h>

#include "traces/export/recording_writer.h"
#include "traces/export/recordings.h"

namespace alloclab {
namespace {

class HeaptrackRecording final : public RecordingWriter {
 public:
  HeaptrackRecording(const std::string& path, const Metadata& metadata)
      : RecordingWriter(path, metadata, {.nearest = Nearest}) {
    std::string program = FindMetadata(metadata, "program");
    if (program.empty() || program.find('\n') != std::string::npos) program = "unknown";
    file().Write(fmt::format("v 10400 3\nx {:x} {}\nX {}\nI 1000 0\nt 1000 0\n", program.size(),
                             program, program));
  }

 private:
  static EventKind Nearest(const Event& event) {
    const EventKind plain = PlainKind(event.kind);
    return plain == EventKind::kFree ? plain : EventKind::kMalloc;
  }

  // A resize is what it did: the old block is freed, the new one made.
  void WriteCall(const Call& call) override {
    if (call.from != 0) file().Write(fmt::format("- {:x}\n", call.from));
    if (call.to != 0) file().Write(fmt::format("+ {:x} 1 {:x}\n", call.size, call.to));
  }
};

}  // namespace

const ExportFormat kHeaptrackExport = {
    "heaptrack", "heaptrack's raw recordings",
    [](const std::string& path, const Metadata& metadata) -> std::unique_ptr<ExportWriter> {
      return std::make_unique<HeaptrackRecording>(path, metadata);
    }};

}  // namespace alloclab
