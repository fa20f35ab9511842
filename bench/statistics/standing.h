// Where one allocator stands to another in time: faster, slower, the same, or not known. Only what
// the blocks resolve is ranked.
//
// Two doubts have to be overcome. The blocks differ among themselves, which the interval of the
// ratio tells. And two rows that are the same program may still differ, by where their processes
// happened to lie or by their places in the order; a comparison therefore runs `system` twice, and
// how far that pair (A/A) is seen to be from 1 is the noise that every other difference must
// exceed.

#ifndef ALLOCLAB_BENCH_STATISTICS_STANDING_H_
#define ALLOCLAB_BENCH_STATISTICS_STANDING_H_

#include <cstddef>
#include <cstdint>

#include "bench/statistics/stats.h"

namespace alloclab {

enum class Standing : std::uint8_t {
  kFaster,      // the whole interval lies below what noise can do
  kSlower,      // and above
  kSame,        // the whole interval lies within kSameWithin, and noise does, too
  kUnresolved,  // none of these
};

const char* StandingName(Standing standing);

// Ratios closer to 1 than this are the same to a person who chooses an allocator. Where noise alone
// moves a row as far, being there says nothing.
inline constexpr double kSameWithin = 1.03;

// Fewer blocks than this have no 95 % interval (stats.h): five of one mind are no proof...
inline constexpr std::size_t kLeastBlocks = 6;
// ...unless all of at least three say that the one takes more than twice as long as the other,
// which is no noise. So slow allocators need not be waited for.
inline constexpr std::size_t kLeastBlocksOfPlain = 3;
inline constexpr double kPlainRatio = 2;

// The noise of a comparison whose A/A pair had this ratio: how far its median is from 1, and at
// least 1.005, since one pair may agree by luck. Not the far end of its interval: how much blocks
// scatter is in the interval of every row already, and would be asked of it twice.
double NoiseOf(const Ratio& same_program);

struct Judgement {
  Standing standing = Standing::kUnresolved;
  // About how many blocks would resolve it, where it is not: intervals shrink with the root of the
  // blocks. 0 when it is, or when no number would, because noise hides the difference.
  std::size_t blocks_needed = 0;
};

// `ratio` is the time of the one over the other's; `noise` is at least 1.
Judgement Judge(const Ratio& ratio, double noise);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_STATISTICS_STANDING_H_
