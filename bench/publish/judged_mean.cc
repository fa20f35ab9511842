#include "bench/publish/judged_mean.h"

#include <algorithm>
#include <cmath>

#include "bench/publish/geometric_mean.h"
#include "bench/publish/settled.h"
#include "bench/statistics/standing.h"

namespace alloclab::publish {

void Standings::Add(const std::string& standing, bool leading) {
  leads += leading;
  faster += standing == StandingName(Standing::kFaster);
  same += standing == StandingName(Standing::kSame);
  slower += standing == StandingName(Standing::kSlower);
  unresolved += standing == StandingName(Standing::kUnresolved);
}

std::vector<Column> Standings::Columns() {
  return {{"leads", "leads", Kind::kCount},
          {"faster", "faster", Kind::kCount},
          {"same", "same", Kind::kCount},
          {"slower", "slower", Kind::kCount},
          {"unresolved", "unresolved", Kind::kCount},
          {"failed", "failed", Kind::kCount}};
}

std::vector<Value> Standings::Values() const {
  return {leads, faster, same, slower, unresolved, failed};
}

double NoiseOfMean(const std::vector<JudgedCell>& cells) {
  double squares = 0, weights = 0;
  for (const JudgedCell& cell : cells) {
    if (cell.weight == 0) continue;
    squares += std::pow(cell.weight * std::log(cell.noise), 2);
    weights += cell.weight;
  }
  if (weights == 0) return NoiseOf({});
  const double reach = Settled(std::exp(std::sqrt(squares) / weights));
  return NoiseOf({reach, {1 / reach, reach}, cells.size()});
}

Judged JudgedMean(Judged mean, const std::vector<JudgedCell>& cells) {
  std::size_t blocks = SIZE_MAX;
  for (const JudgedCell& cell : cells) {
    blocks =
        std::min(blocks, cell.ratio.resolved ? std::max(cell.blocks, kLeastBlocks) : cell.blocks);
  }
  const Judgement judgement =
      Judge({mean.ratio, {mean.low, mean.high}, cells.empty() ? 0 : blocks}, NoiseOfMean(cells));
  mean.resolved = judgement.standing != Standing::kUnresolved;
  return mean;
}

std::optional<Judged> MeanOf(const std::vector<JudgedCell>& cells) {
  if (cells.empty()) return std::nullopt;
  std::vector<Judged> ratios;
  ratios.reserve(cells.size());
  for (const JudgedCell& cell : cells) ratios.push_back(cell.ratio);
  return JudgedMean(GeometricMean(ratios), cells);
}

}  // namespace alloclab::publish
