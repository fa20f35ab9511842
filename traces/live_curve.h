// The live bytes of a trace over its events, in a fixed number of steps, in one pass over a trace
// whose length is not known beforehand: when the steps are used up, each two become one.

#ifndef ALLOCLAB_TRACES_LIVE_CURVE_H_
#define ALLOCLAB_TRACES_LIVE_CURVE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace alloclab {

class LiveCurve {
 public:
  // At most 2 x kSteps are kept, so there are kSteps or more as soon as there are as many events.
  static constexpr std::size_t kSteps = 24;

  // Once for each event, with what is live after it.
  void Add(std::uint64_t live_bytes) {
    if (in_step_ == events_per_step_) {
      if (most_.size() == 2 * kSteps) Halve();
      in_step_ = 0;
    }
    if (in_step_++ == 0) most_.push_back(0);
    most_.back() = std::max(most_.back(), live_bytes);
  }

  // The most that was live in each step; step i begins with event i x events_per_step().
  const std::vector<std::uint64_t>& most() const { return most_; }
  std::uint64_t events_per_step() const { return events_per_step_; }

 private:
  void Halve() {
    for (std::size_t i = 0; i < kSteps; ++i) most_[i] = std::max(most_[2 * i], most_[2 * i + 1]);
    most_.resize(kSteps);
    events_per_step_ *= 2;
  }

  std::vector<std::uint64_t> most_;
  std::uint64_t events_per_step_ = 1;
  std::uint64_t in_step_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_LIVE_CURVE_H_
