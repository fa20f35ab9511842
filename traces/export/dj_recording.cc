// See import/dj_mtrace.h for the format.

#include <array>
#include <cerrno>

#include "traces/export/recording_writer.h"
#include "traces/export/recordings.h"
#include "traces/little_endian.h"

namespace alloclab {
namespace {

constexpr std::size_t kRecordBytes = 64;

class DjRecording final : public RecordingWriter {
 public:
  DjRecording(const std::string& path, const Metadata& metadata)
      : RecordingWriter(path, metadata,
                        {.threads = true,
                         .failed_calls = true,
                         .frees_of_null = true,
                         .counts = false,
                         .nearest = Nearest}) {
    constexpr std::uint8_t kFirst = 255;
    constexpr std::uint64_t kMagic = 0x1234;
    WriteRecord(0, kFirst, {kMagic, 0, sizeof(void*), 0});
  }

 private:
  static EventKind Nearest(const Event& event) {
    switch (event.kind) {
      case EventKind::kCalloc:
      case EventKind::kValloc:
      case EventKind::kPvalloc:
      case EventKind::kPosixMemalign:
        return event.kind;
      default:
        return PlainKind(event.kind);
    }
  }

  static std::uint8_t CodeOf(EventKind kind) {
    switch (kind) {
      case EventKind::kCalloc:
        return 2;
      case EventKind::kFree:
        return 3;
      case EventKind::kRealloc:
        return 4;
      case EventKind::kMemalign:
        return 5;
      case EventKind::kValloc:
        return 6;
      case EventKind::kPvalloc:
        return 7;
      case EventKind::kPosixMemalign:
        return 8;
      default:
        return 1;
    }
  }

  void WriteCall(const Call& call) override {
    constexpr std::uint64_t kNoMemory = ENOMEM;
    const bool refused = call.kind == EventKind::kPosixMemalign && call.to == 0;
    const bool aligned =
        call.kind == EventKind::kMemalign || call.kind == EventKind::kPosixMemalign;
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(call.count, call.size, &bytes)) bytes = UINT64_MAX;
    WriteRecord(call.thread, CodeOf(call.kind),
                {refused ? kNoMemory : call.from, call.to, bytes, aligned ? call.alignment : 0});
  }

  // Pointers 1 and 2, size and size 2.
  void WriteRecord(std::uint32_t thread, std::uint8_t code,
                   const std::array<std::uint64_t, 4>& words) {
    std::array<char, kRecordBytes> record{};
    StoreLittleEndian(record.data(), thread);
    StoreLittleEndian(record.data() + 4, code);
    for (std::size_t i = 0; i < words.size(); ++i) {
      StoreLittleEndian(record.data() + 8 + 8 * i, words[i]);
    }
    file().Write({record.data(), record.size()});
  }
};

}  // namespace

const ExportFormat kDjExport = {
    "dj", "glibc-malloc-trace-utils, 64-byte records",
    [](const std::string& path, const Metadata& metadata) -> std::unique_ptr<ExportWriter> {
      return std::make_unique<DjRecording>(path, metadata);
    }};

}  // namespace alloclab
