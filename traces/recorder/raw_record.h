// One record of a chunk, decoded; raw_format.h describes the bytes.

#ifndef ALLOCLAB_TRACES_RECORDER_RAW_RECORD_H_
#define ALLOCLAB_TRACES_RECORDER_RAW_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "traces/recorder/raw_format.h"

namespace alloclab::recorder {

struct RawRecord {
  RecordKind kind = RecordKind::kNone;
  std::uint64_t stamp = 0;
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::uint64_t extra = 0;  // count or alignment
};

// Walks the records of one chunk or of a part of one, over the zeros in between.
class ChunkReader {
 public:
  ChunkReader() = default;
  explicit ChunkReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  // Where the last record begins and where the next may.
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return at_; }
  // A record was begun that the bytes do not hold to its end.
  bool cut() const { return cut_; }

  // The next record, of whatever kind its byte says; false at the end.
  bool Next(RawRecord& record) {
    while (at_ + kShortBytes <= bytes_.size()) {
      const std::uint64_t first = Word(0);
      if (first == 0) {
        at_ += kShortBytes;
        continue;
      }
      return Decode(first, record);
    }
    return false;
  }

 private:
  std::uint64_t Word(std::size_t index) const {
    std::uint64_t word;
    std::memcpy(&word, bytes_.data() + at_ + index * sizeof(word), sizeof(word));
    return word;
  }

  bool Decode(std::uint64_t first, RawRecord& record) {
    const auto kind = static_cast<std::uint8_t>(first);
    begin_ = at_;
    record.stamp = first >> 8;
    record.kind = static_cast<RecordKind>(kind & ~kLongFlag);
    if ((kind & kLongFlag) == 0) {
      record.address = ShortAddress(Word(1));
      record.size = ShortSize(Word(1));
      record.extra = 0;
      at_ += kShortBytes;
      return true;
    }
    if (bytes_.size() - at_ < kLongBytes) {
      cut_ = true;
      at_ = bytes_.size();
      return false;
    }
    record.address = Word(1);
    record.size = Word(2);
    record.extra = Word(3);
    at_ += kLongBytes;
    return true;
  }

  std::span<const std::byte> bytes_;
  std::size_t begin_ = 0;
  std::size_t at_ = 0;
  bool cut_ = false;
};

constexpr bool NamesThread(RecordKind kind) {
  return kind == RecordKind::kThreadStart || kind == RecordKind::kThreadResume;
}

// Records stamped before their call: of several with one stamp, these come first.
constexpr bool IsRelease(RecordKind kind) {
  return kind == RecordKind::kFree || kind == RecordKind::kReallocBegin;
}

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_RAW_RECORD_H_
