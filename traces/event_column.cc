#include "traces/event_column.h"

#include <fmt/format.h>

namespace alloclab {
namespace {

// The largest malloc whose word, (size + 1) << 1, fits in 64 bits.
constexpr std::uint64_t kShortSizeMax = (std::uint64_t{1} << 63) - 2;

// A cursor over the operands, each of which may be the one that is cut off.
class OperandReader {
 public:
  OperandReader(const char* at, const char* end) : at_(at), end_(end) {}

  bool Byte(unsigned char& value) {
    if (at_ >= end_) return false;
    value = static_cast<unsigned char>(*at_++);
    return true;
  }
  bool Varint(std::uint64_t& value) {
    if (at_ >= end_) return false;
    value = ReadVarint(at_);
    return at_ <= end_;
  }
  const char* at() const { return at_; }

 private:
  const char* at_;
  const char* end_;
};

std::uint64_t DecodeReference(const ReferenceBase& base, ReferencePredictor predictor,
                              std::uint64_t code) {
  return predictor == kAgePredictor ? base.Decode<kAgePredictor>(code)
                                    : base.Decode<kDeltaPredictor>(code);
}

// `null` becomes whether the event says that it refers to no allocation.
bool ReadOperands(OperandReader& reader, const ReferenceBase& base, ReferencePredictor predictor,
                  Event& event, bool& null) {
  const KindTraits& traits = TraitsOf(event.kind);
  std::uint64_t code = 0;
  null = traits.role == EventRole::kMakes || traits.role == EventRole::kNotice;
  if (traits.role == EventRole::kFrees) {
    if (!reader.Varint(code)) return false;
    event.ref = DecodeReference(base, predictor, code);
  }
  if (traits.role == EventRole::kResizes) {
    if (!reader.Varint(code)) return false;
    // 0 is NULL; references count from 1.
    null = code == 0;
    if (!null) event.ref = DecodeReference(base, predictor, code - 1);
  }
  return (!traits.has_alignment || reader.Varint(event.alignment)) &&
         (!traits.has_count || reader.Varint(event.count)) &&
         (!traits.has_size || reader.Varint(event.size));
}

}  // namespace

bool ReadEscaped(const char*& at, const char* end, const ReferenceBase& base,
                 ReferencePredictor predictor, Event& event, std::string& broken) {
  OperandReader reader(at, end);
  unsigned char kind = 0;
  unsigned char flags = 0;
  if (!reader.Byte(kind) || !reader.Byte(flags)) {
    broken = "is cut off by the end of its column";
    return false;
  }
  const bool known = kind < kEventKinds && (flags == 0 || flags == kFailedFlag);
  if (!known || (flags == kFailedFlag && !CanFail(static_cast<EventKind>(kind)))) {
    broken =
        fmt::format("is of kind {} with flags {}, which this version does not have", kind, flags);
    return false;
  }
  event.kind = static_cast<EventKind>(kind);
  event.failed = flags == kFailedFlag;
  bool null = false;
  if (!ReadOperands(reader, base, predictor, event, null)) {
    broken = "is cut off by the end of its column";
    return false;
  }
  if (event.ref == kNoAllocation && !null) {
    broken = "refers to an allocation that cannot exist";
    return false;
  }
  at = reader.at();
  return true;
}

void EventColumnEncoder::Start(std::uint64_t first_id) {
  base_ = {first_id, first_id};
  for (std::string& bytes : bytes_) bytes.clear();
}

void EventColumnEncoder::Add(const Event& event) {
  Encode<kAgePredictor>(event);
  Encode<kDeltaPredictor>(event);
  if (EndsAllocation(event)) base_.last_ended = event.ref;
  if (event.id != kNoAllocation) ++base_.next_id;
}

template <ReferencePredictor kPredictor>
void EventColumnEncoder::Encode(const Event& event) {
  std::string& to = bytes_[kPredictor];
  if (event.kind == EventKind::kMalloc && !event.failed && event.size <= kShortSizeMax) {
    AppendVarint(to, (event.size + 1) << 1);
    return;
  }
  if (event.kind == EventKind::kFree) {
    AppendVarint(to, (base_.Encode<kPredictor>(event.ref) << 1) | 1);
    return;
  }
  const KindTraits& traits = TraitsOf(event.kind);
  AppendVarint(to, 0);
  to.push_back(static_cast<char>(event.kind));
  to.push_back(static_cast<char>(event.failed ? kFailedFlag : 0));
  if (traits.role == EventRole::kFrees) AppendVarint(to, base_.Encode<kPredictor>(event.ref));
  if (traits.role == EventRole::kResizes) {
    AppendVarint(to, event.ref == kNoAllocation ? 0 : base_.Encode<kPredictor>(event.ref) + 1);
  }
  if (traits.has_alignment) AppendVarint(to, event.alignment);
  if (traits.has_count) AppendVarint(to, event.count);
  if (traits.has_size) AppendVarint(to, event.size);
}

}  // namespace alloclab
