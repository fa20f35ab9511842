#include <algorithm>
#include <array>

#include "bench/workloads/workload.h"

namespace alloclab::workloads {

std::span<const Workload> AllWorkloads() {
  // Made when it is first asked for: the order in which files are initialised is nobody's to rely
  // on.
  static const std::array kAll = {
      kLarson,        kProducerConsumer,   kCrossThreadFree,     kSawtooth,
      kReallocGrowth, kFalseSharingActive, kFalseSharingPassive, kLargeBlocks,
      kComb,          kThreadChurn,
  };
  return kAll;
}

const Workload* FindWorkload(std::string_view name) {
  const std::span<const Workload> all = AllWorkloads();
  const auto found = std::find_if(
      all.begin(), all.end(), [name](const Workload& workload) { return workload.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace alloclab::workloads
