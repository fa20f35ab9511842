// How long single calls took, as counts in classes: what the latency pass fills and a record is
// made of. Fixed size and without pointers: it is handed from one process to another as it is.

#ifndef ALLOCLAB_TRACES_REPLAY_LATENCY_H_
#define ALLOCLAB_TRACES_REPLAY_LATENCY_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "traces/program.h"

namespace alloclab {

// Classes of durations in picoseconds: exact below 32, then 32 to each power of two, so that a
// class is at most 1/32 (3.1 %) of what lies in it, from a tick of the processor to a second. (The
// layout is that of HdrHistogram: linear inside of a power of two, powers of two beside each
// other.)
class LatencyHistogram {
 public:
  static constexpr std::size_t kPerPower = 32;
  static constexpr int kMostBits = 41;  // 2.2 s; longer ones count as this long
  static constexpr std::size_t kClasses = kPerPower * (kMostBits - std::countr_zero(kPerPower) + 1);

  // The class of a duration.
  static constexpr std::size_t ClassOf(std::uint64_t picoseconds) {
    if (picoseconds < kPerPower) return picoseconds;
    const auto shift =
        static_cast<std::size_t>(std::bit_width(picoseconds) - std::bit_width(kPerPower));
    return std::min(shift * kPerPower + (picoseconds >> shift), kClasses - 1);
  }
  // The longest duration of a class.
  static constexpr std::uint64_t LongestOf(std::size_t index) {
    if (index < 2 * kPerPower) return index;
    const std::size_t shift = index / kPerPower - 1;
    return ((index % kPerPower + kPerPower + 1) << shift) - 1;
  }

  void Add(std::uint64_t picoseconds) {
    ++counts_[ClassOf(picoseconds)];
    longest_ = std::max(longest_, picoseconds);
  }
  void Add(const LatencyHistogram& other) {
    for (std::size_t i = 0; i < kClasses; ++i) counts_[i] += other.counts_[i];
    longest_ = std::max(longest_, other.longest_);
  }

  std::uint64_t Count() const {
    std::uint64_t count = 0;
    for (const std::uint32_t in_class : counts_) count += in_class;
    return count;
  }
  std::uint64_t Longest() const { return longest_; }  // picoseconds; exact

  // The least duration, up to the width of a class, that at least `share` of all calls did not
  // exceed. 0 when there are none. O(classes).
  std::uint64_t Quantile(double share) const {
    const std::uint64_t count = Count();
    if (count == 0) return 0;
    const double wanted = share * static_cast<double>(count);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kClasses; ++i) {
      seen += counts_[i];
      if (seen > 0 && static_cast<double>(seen) >= wanted) return std::min(LongestOf(i), longest_);
    }
    return longest_;
  }

 private:
  std::uint32_t counts_[kClasses] = {};
  std::uint64_t longest_ = 0;
};

// By kind of call: OpKind's first five.
inline constexpr std::size_t kTimedKinds = static_cast<std::size_t>(OpKind::kAligned) + 1;
struct LatencyFigures {
  LatencyHistogram kinds[kTimedKinds];
  // The clock's step: durations closer than that are equal. 0 where it is not known.
  std::uint64_t step_picoseconds = 0;

  LatencyHistogram& of(OpKind kind) { return kinds[static_cast<std::size_t>(kind)]; }
  const LatencyHistogram& of(OpKind kind) const { return kinds[static_cast<std::size_t>(kind)]; }
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_LATENCY_H_
