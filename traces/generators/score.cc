#include "traces/generators/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>

#include "traces/generators/fit.h"

namespace alloclab::generators {
namespace {

// Counts of both sides by bucket of the grid on which models are fitted.
using Sides = std::map<std::uint64_t, std::array<double, 2>>;

double LargestDifference(const Sides& sides) {
  std::array<double, 2> total = {};
  for (const auto& [bucket, counts] : sides) {
    total[0] += counts[0];
    total[1] += counts[1];
  }
  if (total[0] == 0 || total[1] == 0) return total[0] == total[1] ? 0 : 1;
  double largest = 0;
  std::array<double, 2> below = {};
  for (const auto& [bucket, counts] : sides) {
    below[0] += counts[0];
    below[1] += counts[1];
    largest = std::max(largest, std::abs(below[0] / total[0] - below[1] / total[1]));
  }
  return largest;
}

void AddSizes(const TraceModel& model, std::size_t side, Sides& sides) {
  for (const KindModel& kind : model.kinds) {
    for (const Bucket& bucket : kind.sizes) {
      sides[BucketOf<kSizeBits>(bucket.most)][side] += static_cast<double>(bucket.count);
    }
  }
}

void AddLifetimes(const TraceModel& model, std::size_t side, Sides& sides) {
  for (const ClassModel& of_size : model.classes) {
    for (const Bucket& bucket : of_size.lifetimes) {
      sides[BucketOf<kLifetimeBits>(bucket.most)][side] += static_cast<double>(bucket.count);
    }
    sides[UINT64_MAX][side] += static_cast<double>(of_size.never_freed);
  }
}

// The curve at `share` of its time, a straight line between two points; it begins at nothing.
double At(const TraceModel& model, double share, std::uint64_t LivePoint::* what) {
  LivePoint before;
  const double time = share * static_cast<double>(model.live.back().allocations);
  for (const LivePoint& point : model.live) {
    const auto begin = static_cast<double>(before.allocations);
    const auto end = static_cast<double>(point.allocations);
    if (time <= end && end > begin) {
      const auto from = static_cast<double>(before.*what);
      const auto to = static_cast<double>(point.*what);
      return from + (to - from) * (time - begin) / (end - begin);
    }
    before = point;
  }
  return static_cast<double>(before.*what);
}

double Area(const TraceModel& original, const TraceModel& stands_for,
            std::uint64_t LivePoint::* what) {
  if (original.live.empty() || stands_for.live.empty()) return 1;
  constexpr int kSteps = 500;
  double below = 0;
  double between = 0;
  for (int i = 1; i <= kSteps; ++i) {
    const double share = static_cast<double>(i) / kSteps;
    const double wanted = At(original, share, what);
    below += wanted;
    between += std::abs(wanted - At(stands_for, share, what));
  }
  if (below == 0) return between == 0 ? 0 : 1;
  return between / below;
}

}  // namespace

ModelScore ScoreModel(const TraceModel& original, const TraceModel& stands_for) {
  Sides sizes;
  Sides lifetimes;
  AddSizes(original, 0, sizes);
  AddSizes(stands_for, 1, sizes);
  AddLifetimes(original, 0, lifetimes);
  AddLifetimes(stands_for, 1, lifetimes);
  return {LargestDifference(sizes), LargestDifference(lifetimes),
          Area(original, stands_for, &LivePoint::blocks),
          Area(original, stands_for, &LivePoint::bytes)};
}

std::string ScoreText(const ModelScore& score) {
  return fmt::format("sizes {:.3f}, lifetimes {:.3f}, live blocks {:.3f}, live bytes {:.3f}",
                     score.sizes, score.lifetimes, score.live_blocks, score.live_bytes);
}

}  // namespace alloclab::generators
