#include "bench/cell.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/standing.h"
#include "bench/stats.h"

namespace alloclab {
namespace {

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

double NoiseOf(const Baselines& baselines) {
  return NoiseOf(PairedRatio(baselines.again, baselines.system));
}

void AddTimes(nlohmann::ordered_json& record, const Cell& cell, const Baselines& baselines) {
  const std::vector<double>& times = cell.ns_per_op;
  const double median = Median(times);
  record["ns_per_op_blocks"] = times;
  record["ns_per_op_median"] = median;
  record["ns_per_op_min"] = *std::min_element(times.begin(), times.end());
  record["ns_per_op_max"] = *std::max_element(times.begin(), times.end());
  record["elapsed_ns_per_op_blocks"] = cell.elapsed_ns_per_op;
  record["elapsed_ns_per_op_median"] = Median(cell.elapsed_ns_per_op);
  record["faults_per_op_median"] = Median(cell.faults_per_op);
  record["context_switches_median"] = Median(cell.switches);
  record["floor_ns_per_op"] = nullptr;
  record["floor_share"] = nullptr;
  if (!baselines.floor.empty()) {
    const double floor = Median(baselines.floor);
    record["floor_ns_per_op"] = floor;
    record["floor_share"] = median > 0 ? floor / median : 0;
  }
  AddRatio(record, PairedRatio(times, baselines.system), NoiseOf(baselines));
  const Judgement behind_best = Judge(PairedRatio(times, baselines.best), NoiseOf(baselines));
  record["leads"] = !baselines.best.empty() && behind_best.standing != Standing::kSlower;
}

void AddMemory(nlohmann::ordered_json& record, const MemoryFigures& memory) {
  record["held_bytes_peak"] = memory.held_bytes_peak;
  record["held_over_live_peak"] = memory.HeldOverLivePeak();
  record["held_over_live_mean"] = memory.held_over_live_mean;
  record["held_is"] = HeldName(memory.held_is);
  record["resident_bytes_peak"] = memory.resident_bytes_peak;
  record["returned_share"] = memory.ReturnedShare();
  record["blocks_visited_per_allocation"] = nullptr;
  if (memory.counts_search != 0 && memory.allocations > 0) {
    record["blocks_visited_per_allocation"] =
        static_cast<double>(memory.blocks_visited) / static_cast<double>(memory.allocations);
  }
  record["timeline"] = nlohmann::ordered_json::array();
  const std::size_t points = std::min<std::size_t>(memory.timeline_points, kTimelinePoints + 1);
  for (std::size_t i = 0; i < points; ++i) {
    const TimelinePoint& point = memory.timeline[i];
    record["timeline"].push_back({{"event", point.event},
                                  {"live_bytes", point.live_bytes},
                                  {"held_bytes", point.held_bytes},
                                  {"resident_bytes", point.resident_bytes}});
  }
}

}  // namespace

nlohmann::ordered_json CellRecord(const Cell& cell, const Baselines& baselines) {
  nlohmann::ordered_json record = {
      {"table", TableName(cell.allocator.table)},
      {"trace", cell.trace},
      {"allocator", cell.allocator.name},
      {"status", cell.failed() ? "failed" : "ok"},
      {"reason", cell.reason},
  };
  if (cell.failed()) return record;
  AddTimes(record, cell, baselines);
  AddMemory(record, cell.memory);
  return record;
}

nlohmann::ordered_json NoiseRecord(const std::string& trace, Table table,
                                   const Baselines& baselines) {
  const Ratio ratio = PairedRatio(baselines.again, baselines.system);
  nlohmann::ordered_json record = {
      {"table", TableName(table)},
      {"trace", trace},
      {"ns_per_op_blocks", baselines.again},
      {"noise", nullptr},
  };
  // By its own interval alone: there is no other pair to measure this one's noise.
  AddRatio(record, ratio, NoiseOf(Ratio{}));
  if (ratio.blocks > 0) record["noise"] = NoiseOf(ratio);
  return record;
}

}  // namespace alloclab
