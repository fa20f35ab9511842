// One record of a chunk, decoded; raw_format.h describes the bytes.

#ifndef ALLOCLAB_TRACES_RECORDER_RAW_RECORD_H_
#define ALLOCLAB_TRACES_RECORDER_RAW_RECORD_H_

#include <algorithm>
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
  // Of a kSite: return addresses, 8 bytes each, valid as long as the chunk is.
  std::span<const std::byte> frames = {};
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
    const std::size_t bytes = RecordBytes(first, Word(1));
    if (bytes_.size() - at_ < bytes) {
      cut_ = true;
      at_ = bytes_.size();
      return false;
    }
    if (record.kind == RecordKind::kSite) {
      record.frames =
          bytes_.subspan(at_ + kShortBytes, std::min<std::size_t>(Word(1), kSiteDepthMax) * 8);
    } else if (bytes == kShortBytes) {
      record.address = ShortAddress(Word(1));
      record.size = ShortSize(Word(1));
      record.extra = 0;
    } else {
      record.address = Word(1);
      record.size = Word(2);
      record.extra = Word(3);
    }
    at_ += bytes;
    return true;
  }

  std::span<const std::byte> bytes_;
  std::size_t begin_ = 0;
  std::size_t at_ = 0;
  bool cut_ = false;
};

// Records stamped before their call: of several with one stamp, these come first.
constexpr bool IsRelease(RecordKind kind) {
  return kind == RecordKind::kFree || kind == RecordKind::kReallocBegin;
}

}  // namespace alloclab::recorder

#endif  // ALLOCLAB_TRACES_RECORDER_RAW_RECORD_H_
