// See import/glibc_mtrace.h for the format. Lines have no place that they were called from.

#include <fmt/format.h>

#include "traces/event_kind.h"
#include "traces/export/recording_writer.h"
#include "traces/export/recordings.h"

namespace alloclab {
namespace {

class MtraceRecording final : public RecordingWriter {
 public:
  MtraceRecording(const std::string& path, const Metadata& metadata)
      : RecordingWriter(path, metadata, {.failed_calls = true, .nearest = Nearest}) {
    file().Write("= Start\n");
  }
  void Finish() override {
    file().Write("= End\n");
    RecordingWriter::Finish();
  }

 private:
  // A realloc of NULL is logged as a malloc, and one that frees as a free.
  static EventKind Nearest(const Event& event) {
    const EventKind plain = PlainKind(event.kind);
    if (plain == EventKind::kMemalign) return EventKind::kMalloc;
    if (plain != EventKind::kRealloc) return plain;
    if (event.ref == kNoAllocation) return EventKind::kMalloc;
    return event.failed || MakesAllocation(event) ? plain : EventKind::kFree;
  }

  void WriteCall(const Call& call) override {
    const bool resizes = call.kind == EventKind::kRealloc;
    if (call.kind == EventKind::kFree) {
      file().Write(fmt::format("- {:#x}\n", call.from));
    } else if (resizes && call.to == 0) {
      file().Write(fmt::format("! {:#x} {:#x}\n", call.from, call.size));
    } else if (resizes) {
      file().Write(fmt::format("< {:#x}\n> {:#x} {:#x}\n", call.from, call.to, call.size));
    } else if (call.to == 0) {
      file().Write(fmt::format("+ (nil) {:#x}\n", call.size));
    } else {
      file().Write(fmt::format("+ {:#x} {:#x}\n", call.to, call.size));
    }
  }
};

}  // namespace

const ExportFormat kGlibcMtraceExport = {
    "mtrace", "the GNU C library's mtrace log",
    [](const std::string& path, const Metadata& metadata) -> std::unique_ptr<ExportWriter> {
      return std::make_unique<MtraceRecording>(path, metadata);
    }};

}  // namespace alloclab
