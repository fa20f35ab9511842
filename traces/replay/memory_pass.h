// The memory pass: the same program as the timed one, run for what it holds instead of how long it
// takes.
//
// L is what the program has asked for and not yet freed, known exactly at every event. H is what
// the allocator holds from the system; where it comes from is a policy (held.h), because only our
// own variants can be asked at every event. The clock is the event: every figure below is over the
// operations of the program, whatever time they took.

#ifndef ALLOCLAB_TRACES_REPLAY_MEMORY_PASS_H_
#define ALLOCLAB_TRACES_REPLAY_MEMORY_PASS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "allocator/allocator.h"
#include "traces/program.h"
#include "traces/replay/held.h"
#include "traces/replay/held_causes.h"
#include "traces/replay/replay.h"
#include "traces/replay/resident.h"

namespace alloclab {

struct TimelinePoint {
  std::uint64_t event;
  std::uint64_t live_bytes;
  std::uint64_t held_bytes;
  std::uint64_t resident_bytes;
  HeldCauses causes;  // `usable` always; the others as far as `walks` says
};

inline constexpr std::size_t kTimelinePoints = 200;
inline constexpr std::uint64_t kHeldSamples = 1000;

// Fixed size and without pointers: it is handed from one process to another as it is.
struct MemoryFigures {
  std::uint64_t failures = 0;
  std::uint64_t live_bytes_peak = 0;
  std::uint64_t held_bytes_peak = 0;
  // When L is largest, at the first such event; and that L. Where H is looked at now and then, both
  // are of the look at which L was largest: it may fall short of live_bytes_peak by a twentieth.
  std::uint64_t held_bytes_at_live_peak = 0;
  std::uint64_t live_bytes_at_live_peak = 0;
  std::uint64_t live_bytes_at_held_peak = 0;  // when H is largest, likewise
  std::uint64_t held_bytes_at_end = 0;        // after everything was freed, asked at once
  std::uint64_t resident_bytes_peak = 0;
  std::uint64_t allocations = 0;     // calls that may search: all but free
  std::uint64_t blocks_visited = 0;  // by the searches of the program; see counts_search
  double held_over_live_mean = 0;    // Johnstone and Wilson's #1
  HeldIs held_is = HeldIs::kPages;
  std::uint32_t counts_search = 0;  // whether blocks_visited means anything
  std::uint32_t walks = 0;          // whether Walk shows the blocks
  std::uint32_t timeline_points = 0;
  TimelinePoint timeline[kTimelinePoints + 1] = {};

  // Johnstone and Wilson's #2: H over L when L is largest. And #3: H over L when H is largest.
  double HeldOverLiveAtLivePeak() const {
    return live_bytes_at_live_peak == 0 ? 0
                                        : static_cast<double>(held_bytes_at_live_peak) /
                                              static_cast<double>(live_bytes_at_live_peak);
  }
  double HeldOverLiveAtHeldPeak() const {
    return live_bytes_at_held_peak == 0 ? 0
                                        : static_cast<double>(held_bytes_peak) /
                                              static_cast<double>(live_bytes_at_held_peak);
  }
  // Johnstone and Wilson's #4: the largest H over the largest L.
  double HeldOverLivePeak() const {
    return live_bytes_peak == 0
               ? 0
               : static_cast<double>(held_bytes_peak) / static_cast<double>(live_bytes_peak);
  }
  // The share of the largest H that is given back once nothing is live.
  double ReturnedShare() const {
    if (held_bytes_peak == 0) return 0;
    return 1 - static_cast<double>(std::min(held_bytes_at_end, held_bytes_peak)) /
                   static_cast<double>(held_bytes_peak);
  }
};

template <Allocator A, HeldSource Held, Touch kTouch>
class MemoryPass {
 public:
  // `slots` and `sizes` have `slot_count` elements each, and are all zero.
  MemoryPass(A& allocator, Held& held, void** slots, std::uint64_t* sizes, std::size_t slot_count,
             MemoryFigures& figures)
      : allocator_(allocator),
        held_(held),
        slots_(slots),
        sizes_(sizes),
        slot_count_(slot_count),
        figures_(figures) {
    figures_.held_is = Held::kIs;
    figures_.counts_search = CountsSearch<A> ? 1 : 0;
    figures_.walks = kWalkable<A> ? 1 : 0;
  }

  // Runs [begin, end_of_program) and then the frees up to `end`. `at` follows the number of the
  // operation, so that whoever watches knows where a crash happened. O(operations), about a
  // thousand looks at the process, and two hundred at all blocks.
  void Run(const Op* begin, const Op* end_of_program, const Op* end, volatile std::uint64_t& at) {
    const auto operations = static_cast<std::uint64_t>(end_of_program - begin);
    held_stride_ = std::max<std::uint64_t>(operations / kHeldSamples, 1);
    timeline_stride_ =
        std::max<std::uint64_t>((operations + kTimelinePoints - 1) / kTimelinePoints, 1);
    const std::uint64_t visited_before = Visited();
    for (std::uint64_t event = 0; event < operations; ++event) {
      at = event;
      Step(begin[event]);
      Account(event);
    }
    figures_.blocks_visited = Visited() - visited_before;
    AddTimelinePoint(operations);
    figures_.held_bytes_peak = std::max(figures_.held_bytes_peak, held_.Peak());
    if (ratios_ > 0) figures_.held_over_live_mean = ratio_sum_ / static_cast<double>(ratios_);
    figures_.failures += Replay<A, kTouch>(allocator_, end_of_program, end, slots_);
    figures_.held_bytes_at_end = held_.Now();
  }

 private:
  void Step(const Op& op) {
    const bool failed = Replay<A, kTouch>(allocator_, &op, &op + 1, slots_) != 0;
    std::uint64_t& size = sizes_[op.slot];
    if (op.kind != OpKind::kFree) ++figures_.allocations;
    if (failed) {
      ++figures_.failures;
      if (op.kind == OpKind::kRealloc) return;
    }
    live_ -= size;
    size = failed || op.kind == OpKind::kFree ? 0 : op.size;
    live_ += size;
    figures_.live_bytes_peak = std::max(figures_.live_bytes_peak, live_);
  }

  void Account(std::uint64_t event) {
    // In the middle of each stride: the first event, where one byte may be live on a heap that has
    // just begun, would else stand for a thousandth of all.
    const bool in_step = event % held_stride_ == held_stride_ / 2;
    if (Held::kExact || in_step) AddRatio();
    // Between two samples a peak could pass unseen: look also whenever more is live than ever, in
    // steps of a twentieth so that a growing heap is not looked at every time.
    if (live_ > looked_at_live_ + looked_at_live_ / 20) {
      looked_at_live_ = live_;
      Look();
    }
    if (event % timeline_stride_ == 0) AddTimelinePoint(event);
  }

  void AddRatio() {
    const std::uint64_t held = held_.Now();
    Note(held);
    if (live_ == 0) return;
    ratio_sum_ += static_cast<double>(held) / static_cast<double>(live_);
    ++ratios_;
  }

  // Two of the four figures are of the moments of the peaks.
  void Note(std::uint64_t held) {
    if (held > figures_.held_bytes_peak) {
      figures_.held_bytes_peak = held;
      figures_.live_bytes_at_held_peak = live_;
    }
    if (live_ > figures_.live_bytes_at_live_peak) {
      figures_.live_bytes_at_live_peak = live_;
      figures_.held_bytes_at_live_peak = held;
    }
  }

  void Look() {
    Note(held_.Now());
    figures_.resident_bytes_peak = std::max(figures_.resident_bytes_peak, Resident());
  }

  void AddTimelinePoint(std::uint64_t event) {
    const TimelinePoint point = {event, live_, held_.Now(), Resident(), Causes()};
    Note(point.held_bytes);
    figures_.resident_bytes_peak = std::max(figures_.resident_bytes_peak, point.resident_bytes);
    figures_.timeline[figures_.timeline_points++] = point;
  }

  HeldCauses Causes() const {
    if constexpr (kWalkable<A>) return CausesOf(allocator_);
    HeldCauses causes;
    for (std::size_t i = 0; i < slot_count_; ++i) {
      if (slots_[i] != nullptr) causes.usable += allocator_.UsableSize(slots_[i]);
    }
    return causes;
  }

  std::uint64_t Resident() const {
    const std::uint64_t now = resident_.Bytes();
    return now > resident_at_start_ ? now - resident_at_start_ : 0;
  }

  std::uint64_t Visited() const {
    if constexpr (CountsSearch<A>) {
      return allocator_.BlocksVisited();
    } else {
      return 0;
    }
  }

  A& allocator_;
  Held& held_;
  void** slots_;
  std::uint64_t* sizes_;
  std::size_t slot_count_;
  MemoryFigures& figures_;
  ResidentProbe resident_;
  std::uint64_t resident_at_start_ = resident_.Bytes();
  std::uint64_t held_stride_ = 1;
  std::uint64_t timeline_stride_ = 1;
  std::uint64_t live_ = 0;
  std::uint64_t looked_at_live_ = 0;
  std::uint64_t ratios_ = 0;
  double ratio_sum_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_MEMORY_PASS_H_
