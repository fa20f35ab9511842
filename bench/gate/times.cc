#include "bench/gate/times.h"

namespace alloclab::gate {

void Times::AddBlock(const TreeFigures& baseline, const TreeFigures& present) {
  for (const auto& [key, after] : present.cells) {
    const auto before = baseline.cells.find(key);
    if (before == baseline.cells.end() || !before->second.ns_per_op || !after.ns_per_op) continue;
    Row& row = rows_[key];
    row.baseline.push_back(*before->second.ns_per_op);
    row.present.push_back(*after.ns_per_op);
  }
}

Ratio Times::RatioOf(const std::string& variant, const std::string& trace) const {
  const auto row = rows_.find({variant, trace});
  if (row == rows_.end()) return {};
  return PairedRatio(row->second.present, row->second.baseline);
}

std::vector<TimeAdvice> Times::Advice() const {
  std::vector<TimeAdvice> advice;
  for (const auto& [key, row] : rows_) {
    const auto& [variant, trace] = key;
    const Ratio ratio = RatioOf(variant, trace);
    const Ratio control = RatioOf(kControl, trace);
    // Without it the noise is not known, and so nothing is.
    const Judgement judgement = control.blocks == 0 ? Judgement{} : Judge(ratio, NoiseOf(control));
    advice.push_back({variant, trace, ratio, judgement.standing, judgement.blocks_needed});
  }
  return advice;
}

}  // namespace alloclab::gate
