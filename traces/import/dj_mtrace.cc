#include "traces/import/dj_mtrace.h"

#include <fmt/core.h>

#include <array>
#include <utility>

#include "traces/import/thread_numbers.h"
#include "traces/little_endian.h"

namespace alloclab {
namespace {

constexpr std::size_t kRecordBytes = 64;

enum Call : std::uint8_t {
  kUnused = 0,
  kMalloc = 1,
  kCalloc = 2,
  kFree = 3,
  kRealloc = 4,
  kMemalign = 5,
  kValloc = 6,
  kPvalloc = 7,
  kPosixMemalign = 8,
  kMagic = 255,
};

struct Record {
  explicit Record(const char* bytes)
      : thread(LoadLittleEndian<std::uint32_t>(bytes)),
        call(LoadLittleEndian<std::uint8_t>(bytes + 4)),
        pointer1(LoadLittleEndian<std::uint64_t>(bytes + 8)),
        pointer2(LoadLittleEndian<std::uint64_t>(bytes + 16)),
        size(LoadLittleEndian<std::uint64_t>(bytes + 24)),
        size2(LoadLittleEndian<std::uint64_t>(bytes + 32)) {}

  bool IsFirst() const { return call == kMagic && pointer1 == 0x1234; }

  std::uint32_t thread;
  std::uint8_t call;
  std::uint64_t pointer1;
  std::uint64_t pointer2;
  std::uint64_t size;
  std::uint64_t size2;
};

bool Begins(std::string_view begin) {
  return begin.size() >= kRecordBytes && Record(begin.data()).IsFirst();
}

class DjMtrace final : public Importer {
 public:
  explicit DjMtrace(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {
    if (!Begins(source_->Peek(kRecordBytes))) {
      throw TraceError(
          fmt::format("{}: does not begin with the record that such files begin with; "
                      "trace again",
                      source_->name()));
    }
    const Record first(source_->Peek(kRecordBytes).data());
    if (first.size != sizeof(std::uint64_t)) {
      throw TraceError(
          fmt::format("{}: was made by a program with pointers of {} bytes, and only "
                      "those of {} are known; trace a 64-bit program",
                      source_->name(), first.size, sizeof(std::uint64_t)));
    }
    source_->Skip(kRecordBytes);
  }

  bool ReadNext(AddressEvents& events) override {
    std::array<char, kRecordBytes> bytes;
    const std::uint64_t offset = source_->offset();
    left_ = source_->Read(bytes.data(), kRecordBytes);
    if (left_ != kRecordBytes) return false;
    const Record record(bytes.data());
    if (record.call == kUnused || record.IsFirst()) return true;
    if (record.call > kPosixMemalign) {
      throw TraceError(
          fmt::format("{}: the record at byte {} is of kind {}, which does not exist; "
                      "trace again",
                      source_->name(), offset, record.call));
    }
    ReadCall(record, events);
    return true;
  }

  Metadata Facts() const override { return {{"recorder", "glibc-malloc-trace-utils"}}; }
  std::string Warning() const override {
    if (left_ == 0) return "";
    return fmt::format("{}: the last record has {} of {} bytes, so it was cut and is left out",
                       source_->name(), left_, kRecordBytes);
  }

 private:
  void ReadCall(const Record& record, AddressEvents& events) {
    Event event = {.thread = threads_.Of(record.thread), .size = record.size};
    switch (record.call) {
      case kFree:
        return events.Release(event, record.pointer1);
      case kRealloc:
        event.kind = EventKind::kRealloc;
        return events.Resize(event, record.pointer1, record.pointer2);
      case kCalloc:
        event.kind = EventKind::kCalloc;
        break;
      case kMemalign:
      case kPosixMemalign:
        event.kind = record.call == kMemalign ? EventKind::kMemalign : EventKind::kPosixMemalign;
        event.alignment = record.size2;
        break;
      case kValloc:
        event.kind = EventKind::kValloc;
        break;
      case kPvalloc:
        event.kind = EventKind::kPvalloc;
        break;
      default:
        break;
    }
    const bool refused = record.call == kPosixMemalign && record.pointer1 != 0;
    events.Acquire(event, refused ? 0 : record.pointer2);
  }

  const std::unique_ptr<ByteSource> source_;
  ThreadNumbers threads_;
  std::size_t left_ = 0;  // bytes of an incomplete record at the end
};

}  // namespace

const ImportFormat kDjMtraceFormat = {
    "dj", "glibc-malloc-trace-utils, 64-byte records", Begins,
    [](std::unique_ptr<ByteSource> source) -> std::unique_ptr<Importer> {
      return std::make_unique<DjMtrace>(std::move(source));
    }};

}  // namespace alloclab
