#include "bench/record/ratio_record.h"

#include <nlohmann/json.hpp>

#include "bench/statistics/standing.h"

namespace alloclab {

void AddRatio(nlohmann::ordered_json& record, const Ratio& ratio, double noise) {
  if (ratio.blocks == 0) {
    for (const char* key : {"ratio_to_system", "ratio_to_system_interval", "standing"}) {
      record[key] = nullptr;
    }
    return;
  }
  record["ratio_to_system"] = ratio.median;
  record["ratio_to_system_interval"] = {ratio.interval.low, ratio.interval.high};
  const Judgement judgement = Judge(ratio, noise);
  record["standing"] = StandingName(judgement.standing);
  if (judgement.standing == Standing::kUnresolved) {
    record["blocks_needed"] = nullptr;
    if (judgement.blocks_needed > 0) record["blocks_needed"] = judgement.blocks_needed;
  }
}

void AddNoise(nlohmann::ordered_json& record, const Ratio& same_program) {
  AddRatio(record, same_program, NoiseOf(Ratio{}));
  record["noise"] = nullptr;
  if (same_program.blocks > 0) record["noise"] = NoiseOf(same_program);
}

}  // namespace alloclab
