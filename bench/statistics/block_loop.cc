#include "bench/statistics/block_loop.h"

#include <algorithm>

#include "bench/process/compare_error.h"
#include "bench/statistics/standing.h"
#include "bench/statistics/stats.h"

namespace alloclab {
namespace {

// An allocator that takes more than this many times as long as system is known well enough after
// the blocks that a plain difference takes.
constexpr double kSlowRatio = 10;

using Seconds = std::chrono::duration<double>;

}  // namespace

void CheckLimits(const BlockLimits& limits) {
  if (!(limits.precision >= 0)) throw CompareError("a precision is a share of the time, like 2%.");
  if (limits.blocks == 0) throw CompareError("0 blocks measure nothing. Give at least 1.");
}

bool IsKnown(const std::vector<double>& times, const std::vector<double>& system,
             const BlockLimits& limits) {
  // No interval lies above its median: of most rows it need not be worked out, block by block.
  if (limits.precision == 0 && PairedMedian(times, system) <= kSlowRatio) return false;
  const Ratio ratio = PairedRatio(times, system);
  if (ratio.blocks >= kLeastBlocksOfPlain && ratio.interval.low > kSlowRatio) return true;
  return limits.precision > 0 && ratio.blocks >= kLeastBlocks &&
         ratio.Reach() <= 1 + limits.precision;
}

std::size_t RunBlocks(const BlockLimits& limits, std::chrono::steady_clock::time_point deadline,
                      Progress& progress, const std::function<BlockEnd()>& run_block) {
  for (std::size_t blocks = 0;;) {
    const auto start = std::chrono::steady_clock::now();
    if (run_block() != BlockEnd::kCompleted) return blocks;
    ++blocks;
    if (limits.IsInterrupted()) return blocks;
    const auto now = std::chrono::steady_clock::now();
    const Seconds took = now - start;
    Seconds left = took * static_cast<double>(limits.blocks - blocks);
    if (limits.budget.count() > 0) {
      if (blocks >= kLeastBlocks && now + took > deadline) return blocks;
      const std::size_t least = std::max(kLeastBlocks, blocks) - blocks;
      left = std::min(left, std::max(Seconds(deadline - now), took * static_cast<double>(least)));
    }
    progress.ExpectEndIn(left);
  }
}

}  // namespace alloclab
