// The latency pass: the program as the timed pass runs it, with one call in 64 timed on its own.
//
// Between two timed calls runs the very loop of the timed pass, so the others cost what they cost
// there: no counter and no branch an operation. What the readings of the clock add to the whole is
// this pass's distortion, which is measured against the timed pass and printed beside its figures.
// The touch of a new block is the program's and outside the two readings.
//
// Which calls are timed is drawn: a program that repeats itself every 64 calls would otherwise show
// one of them only.

#ifndef ALLOCLAB_TRACES_REPLAY_LATENCY_PASS_H_
#define ALLOCLAB_TRACES_REPLAY_LATENCY_PASS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "allocator/allocator.h"
#include "traces/program.h"
#include "traces/replay/cycle_clock.h"
#include "traces/replay/latency.h"
#include "traces/replay/replay.h"

namespace alloclab {

// One call in so many is timed, on average.
inline constexpr std::uint64_t kLatencySampling = 64;

template <Allocator A, Touch kTouch>
class LatencyPass {
 public:
  // `draw` is which of all samples is timed: figures of the same draw rest on the same calls.
  LatencyPass(A& allocator, void** slots, const TickScale& scale, std::uint64_t draw,
              LatencyFigures& figures)
      : allocator_(allocator),
        slots_(slots),
        scale_(scale),
        figures_(figures),
        random_(Scrambled(draw)) {
    figures_.step_picoseconds = scale.StepPicoseconds();
  }

  // Performs [begin, end) and returns how many calls failed, as Replay does. O(operations);
  // allocates nothing itself.
  std::uint64_t Run(const Op* begin, const Op* end) noexcept {
    std::uint64_t failures = 0;
    for (const Op* op = begin; op != end;) {
      const auto left = static_cast<std::uint64_t>(end - op);
      const std::uint64_t untimed = std::min(left, DrawStretch());
      failures += Replay<A, kTouch>(allocator_, op, op + untimed, slots_);
      op += untimed;
      if (op == end) break;
      failures += TimeOne(*op);
      ++op;
    }
    return failures;
  }

 private:
  bool TimeOne(const Op& op) noexcept {
    void*& slot = slots_[op.slot];
    const std::uint64_t start = Ticks();
    const bool failed = ReplayOne<A, Touch::kNone>(allocator_, op, slot);
    const std::uint64_t ticks = Ticks() - start;
    figures_.of(op.kind).Add(scale_.Picoseconds(ticks));
    if (!failed && op.kind != OpKind::kFree && slot != nullptr) TouchBlock<kTouch>(slot, op.size);
    return failed;
  }

  // Neighbouring numbers far apart, and none of them 0, which xorshift never leaves (the first step
  // of SplitMix64, Steele, Lea and Flood 2014; a bijection, so the two that it makes equal are
  // rare).
  static std::uint64_t Scrambled(std::uint64_t draw) noexcept {
    std::uint64_t mixed = (draw + 1) * 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    mixed ^= mixed >> 31;
    return mixed != 0 ? mixed : 1;
  }

  // From 0 to twice the mean, all alike (xorshift64, Marsaglia 2003).
  std::uint64_t DrawStretch() noexcept {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return random_ % (2 * kLatencySampling - 1);
  }

  A& allocator_;
  void** slots_;
  const TickScale scale_;
  LatencyFigures& figures_;
  std::uint64_t random_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_LATENCY_PASS_H_
