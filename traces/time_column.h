// The time column: when each event of a block happened, in ticks of the trace's clock, as steps
// from one event to the next. Written only for a block in which some event has a time.
//
// Times are written in units of 2^k ticks, with the largest k that loses nothing: whoever makes a
// trace chooses how fine its clock is by rounding the times, and pays for no more than that.

#ifndef ALLOCLAB_TRACES_TIME_COLUMN_H_
#define ALLOCLAB_TRACES_TIME_COLUMN_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "traces/event.h"

namespace alloclab {

class TimeColumnEncoder {
 public:
  void Start() { times_.clear(); }
  void Add(std::uint64_t time) { times_.push_back(time); }

  // Ends the block; the rest is then about it. Empty when no event had a time.
  const std::string& Finish();
  std::uint8_t shift() const { return shift_; }  // k
  std::uint64_t min_time() const { return min_time_; }
  std::uint64_t max_time() const { return max_time_; }

 private:
  std::vector<std::uint64_t> times_;
  std::string bytes_;
  std::uint8_t shift_ = 0;
  std::uint64_t min_time_ = 0;
  std::uint64_t max_time_ = 0;
};

// What a block says about its time column.
struct TimeColumn {
  std::string_view bytes;  // followed by kVarintPadding readable bytes
  std::uint8_t shift = 0;
  std::uint64_t min_time = 0;
  std::uint64_t max_time = 0;
};

// Fills in the times of `events`. Returns false when the column does not hold exactly one for each,
// between the smallest and the largest.
bool DecodeTimes(const TimeColumn& column, std::span<Event> events);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_TIME_COLUMN_H_
