// A ratio to `system` as records have it, the same for everything that is compared in blocks.

#ifndef ALLOCLAB_BENCH_RECORD_RATIO_RECORD_H_
#define ALLOCLAB_BENCH_RECORD_RATIO_RECORD_H_

#include <nlohmann/json_fwd.hpp>

#include "bench/statistics/stats.h"

namespace alloclab {

// Adds "ratio_to_system", "ratio_to_system_interval" and "standing" to `record`, and for a ratio
// that is not resolved "blocks_needed" (null where no number would tell). All are null when there
// are no blocks, because `system` failed.
void AddRatio(nlohmann::ordered_json& record, const Ratio& ratio, double noise);

// Adds the same of the A/A pair, and "noise": how far the pair is from 1, as NoiseOf says; null
// when there are no blocks. The pair is judged by its own interval alone: there is no other pair to
// tell this one's noise.
void AddNoise(nlohmann::ordered_json& record, const Ratio& same_program);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_RECORD_RATIO_RECORD_H_
