// The event column: what a program did, one varint for most events.
//
//   even, not 0   malloc of (word >> 1) - 1 bytes
//   odd           free of the allocation that word >> 1 refers to
//   0             everything else: kind (a byte), flags (a byte), then the operands of the kind
//
// A reference is a small number because most blocks die young: the age of the allocation (how many
// have been made since), or its distance from the one that ended last, whichever packs better in
// this block. See FORMAT.md.

#ifndef ALLOCLAB_TRACES_EVENT_COLUMN_H_
#define ALLOCLAB_TRACES_EVENT_COLUMN_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "traces/archive_format.h"
#include "traces/event.h"
#include "traces/event_kind.h"
#include "traces/varint.h"

namespace alloclab {

// In the flags byte of an escaped event.
inline constexpr unsigned char kFailedFlag = 1;

// The state both sides keep: where references are counted from.
struct ReferenceBase {
  std::uint64_t next_id = 0;
  std::uint64_t last_ended = 0;

  template <ReferencePredictor kPredictor>
  std::uint64_t Encode(std::uint64_t id) const {
    return kPredictor == kAgePredictor ? next_id - 1 - id : ZigZag(id - last_ended);
  }
  // Any code gives some number; whether it is a live allocation is for the caller to see.
  template <ReferencePredictor kPredictor>
  std::uint64_t Decode(std::uint64_t code) const {
    return kPredictor == kAgePredictor ? next_id - 1 - code : last_ended + UnZigZag(code);
  }
};

// Encodes the events of a block with both predictors; the caller keeps the smaller result.
class EventColumnEncoder {
 public:
  // Begins a block whose first new allocation is `first_id`.
  void Start(std::uint64_t first_id);
  // `event` is valid and canonical, its id filled in (LiveSet::Apply does both).
  void Add(const Event& event);
  const std::string& bytes(ReferencePredictor predictor) const { return bytes_[predictor]; }

 private:
  template <ReferencePredictor kPredictor>
  void Encode(const Event& event);

  ReferenceBase base_;
  std::array<std::string, 2> bytes_;
};

// What a decoder reads: `bytes` is followed by kVarintPadding readable bytes.
struct EventColumn {
  std::string_view bytes;
  ReferencePredictor predictor = kAgePredictor;
  std::uint64_t first_id = 0;
  std::uint32_t events = 0;
};

// How decoding ended: well, at `next_id`; or at event number `event` of the block, about which
// `broken` is the end of a sentence.
struct DecodeResult {
  std::uint64_t next_id = 0;
  std::uint32_t event = 0;
  std::string broken = {};
};

// Reads one escaped event behind its 0 up to its id. False when it is malformed: `broken` says how.
bool ReadEscaped(const char*& at, const char* end, const ReferenceBase& base,
                 ReferencePredictor predictor, Event& event, std::string& broken);

// The first two bytes of an escaped event that did not fail, as one number.
constexpr std::uint16_t EscapeOf(EventKind kind) { return static_cast<std::uint16_t>(kind); }

// Reads the two varints at `at`; false when the column ends before they do. Then nothing is moved.
[[gnu::always_inline]] inline bool ReadTwo(const char*& at, const char* end, std::uint64_t& first,
                                           std::uint64_t& second) {
  const char* cursor = at;
  if (cursor >= end) return false;
  first = ReadVarint(cursor);
  if (cursor >= end) return false;
  second = ReadVarint(cursor);
  if (cursor > end) return false;
  at = cursor;
  return true;
}

// Reads a frequent escaped event behind its 0: free(NULL), or a calloc or realloc without anything
// special. False when it is another, or cut off, with nothing moved. `good` becomes what the sink
// said. In programs that call calloc or realloc every third time, out of line was half of the time.
template <ReferencePredictor kPredictor, class Sink>
[[gnu::always_inline]] inline bool DecodeFrequent(const char*& at, const char* end,
                                                  ReferenceBase& base, Sink& sink, bool& good) {
  const auto escape = LoadLittleEndian<std::uint16_t>(at);
  const char* cursor = at + sizeof escape;
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  if (escape == EscapeOf(EventKind::kFreeNull)) {
    if (cursor > end) return false;
    sink.FreeNull();
  } else if (escape == EscapeOf(EventKind::kCalloc)) {
    if (!ReadTwo(cursor, end, first, size)) return false;
    ++base.next_id;
    sink.Calloc(first, size);
  } else if (escape == EscapeOf(EventKind::kRealloc)) {
    if (!ReadTwo(cursor, end, first, size) || first == 0 || size == 0) return false;
    const std::uint64_t ref = base.Decode<kPredictor>(first - 1);
    if (ref == kNoAllocation) return false;
    good = sink.Resize(ref, size);
    base.last_ended = ref;
    ++base.next_id;
  } else {
    return false;
  }
  at = cursor;
  return true;
}

// A sink takes the events one by one, in the form in which they are quickest to take:
//   Malloc(size)          a malloc that succeeded
//   Free(ref)             a plain free
//   FreeNull()            free(NULL)
//   Calloc(count, size)   a calloc that succeeded
//   Resize(ref, size)     a realloc of a block that gave another, of size > 0
//   Other(event)          everything else, id filled in
// Free, Resize and Other return false when the event cannot happen; sink.Why() then says so.
//
// What is handed to a function out of line is a copy: the cursor and the base, whose addresses are
// never taken, stay in registers, and the next event waits for no store.
template <ReferencePredictor kPredictor, class Sink>
DecodeResult DecodeEventsAs(const EventColumn& column, Sink& sink) {
  const char* at = column.bytes.data();
  const char* const end = at + column.bytes.size();
  ReferenceBase base{column.first_id, column.first_id};
  for (std::uint32_t i = 0; i < column.events; ++i) {
    if (at >= end) [[unlikely]]
      return {0, i, "is missing: its column ends before it"};
    const std::uint64_t word = ReadVarint(at);
    if ((word & 1) != 0) {
      const std::uint64_t ref = base.Decode<kPredictor>(word >> 1);
      if (!sink.Free(ref)) [[unlikely]]
        return {0, i, sink.Why()};
      base.last_ended = ref;
    } else if (word != 0) {
      ++base.next_id;
      sink.Malloc((word >> 1) - 1);
    } else if (bool good = true; DecodeFrequent<kPredictor>(at, end, base, sink, good)) {
      if (!good) [[unlikely]]
        return {0, i, sink.Why()};
    } else {
      Event event;
      std::string broken;
      const char* cursor = at;
      const ReferenceBase now = base;
      if (!ReadEscaped(cursor, end, now, kPredictor, event, broken)) return {0, i, broken};
      at = cursor;
      if (MakesAllocation(event)) event.id = base.next_id++;
      if (!sink.Other(event)) return {0, i, sink.Why()};
      if (EndsAllocation(event)) base.last_ended = event.ref;
    }
  }
  if (at != end) return {0, column.events, "should be the end, but its column does not end there"};
  return {base.next_id};
}

// Decodes a column into `sink`. Never reads outside the column and its padding. O(bytes).
template <class Sink>
DecodeResult DecodeEvents(const EventColumn& column, Sink& sink) {
  return column.predictor == kAgePredictor ? DecodeEventsAs<kAgePredictor>(column, sink)
                                           : DecodeEventsAs<kDeltaPredictor>(column, sink);
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_EVENT_COLUMN_H_
