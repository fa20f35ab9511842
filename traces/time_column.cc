#include "traces/time_column.h"

#include <algorithm>
#include <bit>

#include "traces/varint.h"

namespace alloclab {

const std::string& TimeColumnEncoder::Finish() {
  bytes_.clear();
  std::uint64_t all = 0;
  for (const std::uint64_t time : times_) all |= time;
  shift_ = 0;
  min_time_ = max_time_ = 0;
  if (all == 0) return bytes_;
  shift_ = static_cast<std::uint8_t>(std::countr_zero(all));
  const auto [least, most] = std::ranges::minmax(times_);
  min_time_ = least;
  max_time_ = most;
  std::uint64_t before = least >> shift_;
  for (const std::uint64_t time : times_) {
    const std::uint64_t now = time >> shift_;
    AppendVarint(bytes_, ZigZag(now - before));
    before = now;
  }
  return bytes_;
}

bool DecodeTimes(const TimeColumn& column, std::span<Event> events) {
  const char* at = column.bytes.data();
  const char* const end = at + column.bytes.size();
  if (column.shift > 63) return false;
  std::uint64_t now = column.min_time >> column.shift;
  for (Event& event : events) {
    if (at >= end) return false;
    now += UnZigZag(ReadVarint(at));
    event.time = now << column.shift;
    if (event.time >> column.shift != now) return false;
    if (event.time < column.min_time || event.time > column.max_time) return false;
  }
  return at == end;
}

}  // namespace alloclab
