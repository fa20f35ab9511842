// See import/android.h for the format.

#include <fmt/format.h>

#include <iterator>

#include "traces/event_kind.h"
#include "traces/export/recording_writer.h"
#include "traces/export/recordings.h"

namespace alloclab {
namespace {

class AndroidRecording final : public RecordingWriter {
 public:
  AndroidRecording(const std::string& path, const Metadata& metadata)
      : RecordingWriter(path, metadata,
                        {.threads = true,
                         .thread_ends = true,
                         .failed_calls = true,
                         .frees_of_null = true,
                         .times = true,
                         .nearest = Nearest}) {}

 private:
  static EventKind Nearest(const Event& event) {
    return event.kind == EventKind::kCalloc ? event.kind : PlainKind(event.kind);
  }

  void WriteCall(const Call& call) override {
    // Android's threads are known by the numbers that the system gave them, which are not 0. (The
    // last of all becomes 0 here, for numbers have 32 bits.)
    std::string line = fmt::format("{}: ", call.thread + 1);
    auto to = std::back_inserter(line);
    switch (call.kind) {
      case EventKind::kFree:
        fmt::format_to(to, "free 0x{:x}", call.from);
        break;
      case EventKind::kCalloc:
        fmt::format_to(to, "calloc 0x{:x} {} {}", call.to, call.count, call.size);
        break;
      case EventKind::kRealloc:
        fmt::format_to(to, "realloc 0x{:x} 0x{:x} {}", call.to, call.from, call.size);
        break;
      case EventKind::kMemalign:
        fmt::format_to(to, "memalign 0x{:x} {} {}", call.to, call.alignment, call.size);
        break;
      case EventKind::kThreadEnd:
        fmt::format_to(to, "thread_done 0x0");
        break;
      default:
        fmt::format_to(to, "malloc 0x{:x} {}", call.to, call.size);
    }
    if (call.time_ns != 0) {
      // An event has one time, and a call two; the end of a thread has one.
      if (call.kind != EventKind::kThreadEnd) fmt::format_to(to, " {}", call.time_ns);
      fmt::format_to(to, " {}", call.time_ns);
    }
    line += '\n';
    file().Write(line);
  }
};

}  // namespace

const ExportFormat kAndroidExport = {
    "android", "Android memory_replay text",
    [](const std::string& path, const Metadata& metadata) -> std::unique_ptr<ExportWriter> {
      return std::make_unique<AndroidRecording>(path, metadata);
    }};

}  // namespace alloclab
