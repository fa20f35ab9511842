#include "bench/comparison/cell.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/record/ratio_record.h"
#include "bench/statistics/stats.h"
#include "traces/replay/latency_pass.h"

namespace alloclab {
namespace {

// What a part that every row contains takes by itself, and its share of this row's time; null where
// it was not measured.
void AddShare(nlohmann::ordered_json& record, const std::string& part,
              const std::vector<double>& times, double median) {
  record[part + "_ns_per_op"] = nullptr;
  record[part + "_share"] = nullptr;
  if (times.empty()) return;
  record[part + "_ns_per_op"] = Median(times);
  record[part + "_share"] = median > 0 ? Median(times) / median : 0;
}

void AddShares(nlohmann::ordered_json& record, const BlockRows& rows, double median) {
  std::vector<double> loop, floor;
  if (rows.HasCompanion()) {
    loop = rows.Values(rows.Companion(0), kLoopNsPerOp);
    floor = rows.Values(rows.Companion(0), kNsPerOp);
  }
  AddShare(record, "loop", loop, median);
  AddShare(record, "floor", floor, median);
}

void AddTimes(nlohmann::ordered_json& record, const BlockRows& rows, std::size_t row) {
  const std::vector<double> times = rows.Values(row);
  const double median = Median(times);
  record["ns_per_op_blocks"] = times;
  record["ns_per_op_median"] = median;
  record["ns_per_op_min"] = *std::min_element(times.begin(), times.end());
  record["ns_per_op_max"] = *std::max_element(times.begin(), times.end());
  record["outlier_blocks"] = Outliers(times);
  record["elapsed_ns_per_op_blocks"] = rows.Values(row, kElapsedNsPerOp);
  record["elapsed_ns_per_op_median"] = Median(rows.Values(row, kElapsedNsPerOp));
  record["faults_per_op_median"] = Median(rows.Values(row, kFaultsPerOp));
  record["context_switches_median"] = Median(rows.Values(row, kSwitches));
  AddShares(record, rows, median);
  AddRatio(record, rows.ToSystem(row), rows.Noise());
  record["leads"] = rows.Leads(row);
}

// The shares of calls at which the curve is given: denser towards the end, where calls are slow.
constexpr double kCurveShares[] = {
    0.01, 0.05, 0.1,  0.2,   0.3,   0.4,   0.5,    0.6,    0.7,    0.75,    0.8,     0.85, 0.9,
    0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999, 0.99995, 0.99999, 1};
constexpr const char* kKindNames[kTimedKinds] = {"malloc", "free", "calloc", "realloc", "aligned"};

double Nanoseconds(std::uint64_t picoseconds) { return static_cast<double>(picoseconds) / 1000; }

nlohmann::ordered_json KindRecord(const LatencyHistogram& calls) {
  nlohmann::ordered_json record = {{"calls", calls.Count()}};
  constexpr std::pair<const char*, double> kQuantiles[] = {
      {"p50_ns", 0.5}, {"p90_ns", 0.9}, {"p99_ns", 0.99}, {"p999_ns", 0.999}, {"max_ns", 1}};
  for (const auto& [key, share] : kQuantiles) record[key] = Nanoseconds(calls.Quantile(share));
  // Each share once that so many calls can show.
  record["curve"] = nlohmann::ordered_json::array();
  for (const double share : kCurveShares) {
    if (share < 1 && (1 - share) * static_cast<double>(calls.Count()) < 1) continue;
    record["curve"].push_back({share, Nanoseconds(calls.Quantile(share))});
  }
  return record;
}

void AddLatency(nlohmann::ordered_json& record, const Cell& cell) {
  record["latency"] = nullptr;
  if (cell.latency_over_time.empty()) return;
  record["latency"] = {{"sampling", kLatencySampling},
                       {"distortion", Median(cell.latency_over_time) - 1},
                       {"kinds", nlohmann::ordered_json::object()}};
  if (cell.latency.step_picoseconds > 0) {
    record["latency"]["resolution_ns"] = Nanoseconds(cell.latency.step_picoseconds);
  }
  for (std::size_t kind = 0; kind < kTimedKinds; ++kind) {
    const LatencyHistogram& calls = cell.latency.kinds[kind];
    if (calls.Count() > 0) record["latency"]["kinds"][kKindNames[kind]] = KindRecord(calls);
  }
}

// A column for each figure: a third of the size of an object for each point.
nlohmann::ordered_json TimelineRecord(const MemoryFigures& memory) {
  nlohmann::ordered_json record = nlohmann::ordered_json::object();
  const std::size_t points = std::min<std::size_t>(memory.timeline_points, kTimelinePoints + 1);
  const auto column = [&](const char* name, auto&& of) {
    nlohmann::ordered_json& values = record[name] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < points; ++i) values.push_back(of(memory.timeline[i]));
  };
  using Point = TimelinePoint;
  column("event", [](const Point& point) { return point.event; });
  column("live_bytes", [](const Point& point) { return point.live_bytes; });
  column("held_bytes", [](const Point& point) { return point.held_bytes; });
  column("resident_bytes", [](const Point& point) { return point.resident_bytes; });
  column("rounding_bytes", [](const Point& point) {
    return point.causes.usable - std::min(point.causes.usable, point.live_bytes);
  });
  if (memory.walks == 0) return record;
  column("overhead_bytes", [](const Point& point) { return point.causes.overhead; });
  column("free_bytes", [](const Point& point) { return point.causes.free; });
  column("free_pages_bytes", [](const Point& point) { return point.causes.free_pages; });
  column("free_largest_bytes", [](const Point& point) { return point.causes.free_largest; });
  return record;
}

void AddMemory(nlohmann::ordered_json& record, const MemoryFigures& memory) {
  record["held_bytes_peak"] = memory.held_bytes_peak;
  record["held_over_live_peak"] = memory.HeldOverLivePeak();
  record["held_over_live_at_live_peak"] = memory.HeldOverLiveAtLivePeak();
  record["held_over_live_at_held_peak"] = memory.HeldOverLiveAtHeldPeak();
  record["held_over_live_mean"] = memory.held_over_live_mean;
  record["held_is"] = HeldName(memory.held_is);
  record["resident_bytes_peak"] = memory.resident_bytes_peak;
  record["returned_share"] = memory.ReturnedShare();
  record["blocks_visited_per_allocation"] = nullptr;
  if (memory.counts_search != 0 && memory.allocations > 0) {
    record["blocks_visited_per_allocation"] =
        static_cast<double>(memory.blocks_visited) / static_cast<double>(memory.allocations);
  }
  record["timeline"] = TimelineRecord(memory);
}

}  // namespace

nlohmann::ordered_json CellRecord(const Cell& cell, const BlockRows& rows, std::size_t row) {
  nlohmann::ordered_json record = {
      {"table", TableName(cell.allocator.table)},
      {"trace", cell.trace},
      {"allocator", cell.allocator.name},
      {"status", rows.failed(row) ? "failed" : "ok"},
      {"reason", rows.reason(row)},
  };
  if (rows.failed(row)) return record;
  AddTimes(record, rows, row);
  AddLatency(record, cell);
  AddMemory(record, cell.memory);
  return record;
}

nlohmann::ordered_json NoiseRecord(const std::string& trace, Table table, const BlockRows& rows) {
  nlohmann::ordered_json record = {
      {"table", TableName(table)},
      {"trace", trace},
      {"ns_per_op_blocks", rows.Values(rows.again())},
  };
  AddNoise(record, rows.ToItself());
  if (rows.HasCompanion() && rows.failed(rows.Companion(0))) {
    record["floor_reason"] = rows.reason(rows.Companion(0));
  }
  return record;
}

}  // namespace alloclab
