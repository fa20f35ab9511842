#include "bench/cell.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/stats.h"

namespace alloclab {
namespace {

void AddTimes(nlohmann::ordered_json& record, const Cell& cell, const Baselines& baselines) {
  const std::vector<double>& times = cell.ns_per_op;
  const double median = Median(times);
  record["ns_per_op_blocks"] = times;
  record["ns_per_op_median"] = median;
  record["ns_per_op_min"] = *std::min_element(times.begin(), times.end());
  record["ns_per_op_max"] = *std::max_element(times.begin(), times.end());
  record["elapsed_ns_per_op_blocks"] = cell.elapsed_ns_per_op;
  record["elapsed_ns_per_op_median"] = Median(cell.elapsed_ns_per_op);
  record["floor_ns_per_op"] = nullptr;
  record["floor_share"] = nullptr;
  if (!baselines.floor.empty()) {
    const double floor = Median(baselines.floor);
    record["floor_ns_per_op"] = floor;
    record["floor_share"] = median > 0 ? floor / median : 0;
  }
  if (baselines.system.size() != times.size()) {
    record["ratio_to_system"] = nullptr;
    record["ratio_to_system_interval"] = nullptr;
    return;
  }
  const std::vector<double> ratios = PairedRatios(times, baselines.system);
  const Interval interval = BootstrapMedian(ratios);
  record["ratio_to_system"] = Median(ratios);
  record["ratio_to_system_interval"] = {interval.low, interval.high};
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

}  // namespace alloclab
