#include "bench/statistics/standing.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace alloclab {
namespace {

constexpr double kLeastNoise = 1.005;
// More than this many is no advice.
constexpr double kMostAdvised = 100000;

bool IsPlain(const Ratio& ratio) {
  return ratio.blocks >= kLeastBlocksOfPlain &&
         (ratio.interval.low > kPlainRatio || ratio.interval.high < 1 / kPlainRatio);
}

// As many blocks as bring the interval, whose reach is `reach` now, down to `wanted` (both as
// logarithms); at least one more than there are.
std::size_t BlocksFor(const Ratio& ratio, double reach, double wanted) {
  const auto blocks = static_cast<double>(ratio.blocks);
  const double needed = std::ceil(blocks * (reach / wanted) * (reach / wanted));
  if (!(needed < kMostAdvised)) return 0;
  return std::max({static_cast<std::size_t>(needed), ratio.blocks + 1, kLeastBlocks});
}

// What is nearest: to show a difference that noise cannot make, or that there is none to speak of.
std::size_t BlocksNeeded(const Ratio& ratio, double noise) {
  const double reach = std::log(ratio.Reach());
  const double distance = std::abs(std::log(ratio.median));
  const double to_differ = distance - std::log(noise);
  const double to_be_same = noise < kSameWithin ? std::log(kSameWithin) - distance : 0;
  const double wanted = std::max(to_differ, to_be_same);
  return wanted > 0 ? BlocksFor(ratio, reach, wanted) : 0;
}

}  // namespace

const char* StandingName(Standing standing) {
  constexpr const char* kNames[] = {"faster", "slower", "same", "unresolved"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(Standing::kUnresolved) + 1);
  return kNames[static_cast<std::size_t>(standing)];
}

double NoiseOf(const Ratio& same_program) {
  return std::max({kLeastNoise, same_program.median, 1 / std::max(same_program.median, 1e-9)});
}

Judgement Judge(const Ratio& ratio, double noise) {
  if (ratio.blocks >= kLeastBlocks || IsPlain(ratio)) {
    if (ratio.interval.high < 1 / noise) return {Standing::kFaster, 0};
    if (ratio.interval.low > noise) return {Standing::kSlower, 0};
    if (noise < kSameWithin && ratio.interval.low > 1 / kSameWithin &&
        ratio.interval.high < kSameWithin) {
      return {Standing::kSame, 0};
    }
  }
  return {Standing::kUnresolved, BlocksNeeded(ratio, noise)};
}

}  // namespace alloclab
