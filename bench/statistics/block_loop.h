// How long a comparison in blocks goes on: so many blocks, or until enough is known, or until time
// is up. In a block every row runs once, alone and in an order of its own (stats.h, BlockOrder).

#ifndef ALLOCLAB_BENCH_STATISTICS_BLOCK_LOOP_H_
#define ALLOCLAB_BENCH_STATISTICS_BLOCK_LOOP_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "bench/process/progress.h"

namespace alloclab {

struct BlockLimits {
  // At most so many blocks. Fewer where `precision` is reached, or the budget is used up.
  std::size_t blocks = 15;
  // A row whose interval reaches at most this share to either side (0.02: 2 %) is not run again.
  // 0: all blocks.
  double precision = 0;
  // Once there are kLeastBlocks, no block is begun that would end after this. 0: none.
  std::chrono::seconds budget{0};
  // Asked between runs: when it says yes, what has been measured is reported. May be empty.
  std::function<bool()> interrupted = {};

  bool IsInterrupted() const { return interrupted && interrupted(); }
};

// The fewest blocks that a published figure should have.
inline constexpr std::size_t kPublishedBlocks = 15;

// At most so many are worth waiting for where a precision is asked for.
inline constexpr std::size_t kMostBlocksForPrecision = 200;

// Throws CompareError for limits that make no sense.
void CheckLimits(const BlockLimits& limits);

// Whether a row with these times, block by block, needs no further run: it is as precise as was
// asked for, or plainly more than ten times as slow as `system`, which would cost most of the time
// of a comparison.
bool IsKnown(const std::vector<double>& times, const std::vector<double>& system,
             const BlockLimits& limits);

// How a block ended.
enum class BlockEnd : std::uint8_t {
  kCompleted,     // every row that needed a run had it
  kCut,           // it was interrupted, with runs left to do
  kNothingToRun,  // no row needed one
};

// One block of each of `comparisons` in turn, by `run_block(comparison)`: cut with the first that
// is, and with something to run as long as any has.
template <class Comparisons, class RunBlock>
BlockEnd RunBlockOfEach(Comparisons& comparisons, RunBlock&& run_block) {
  BlockEnd all = BlockEnd::kNothingToRun;
  for (auto& comparison : comparisons) {
    const BlockEnd end = run_block(comparison);
    if (end == BlockEnd::kCut) return end;
    if (end == BlockEnd::kCompleted) all = end;
  }
  return all;
}

// Calls run_block() again and again, until nothing is left to run, it was interrupted, or the
// budget, which ends at `deadline`, has no room for another; returns how many blocks were
// completed. A later block takes about as long as the one before it, so whether one still fits, and
// how long the rest will take, is known beforehand.
std::size_t RunBlocks(const BlockLimits& limits, std::chrono::steady_clock::time_point deadline,
                      Progress& progress, const std::function<BlockEnd()>& run_block);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_STATISTICS_BLOCK_LOOP_H_
