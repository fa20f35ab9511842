// Records put together by hand, for tests that know what has to come out.

#ifndef ALLOCLAB_BENCH_PUBLISH_MADE_RECORD_H_
#define ALLOCLAB_BENCH_PUBLISH_MADE_RECORD_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace alloclab::publish {

using Json = nlohmann::ordered_json;

inline Json MadeProvenance(int blocks = 15) {
  return {{"commit", "0123456789abcdef0123456789abcdef01234567"},
          {"dirty", false},
          {"compiler", "clang 19"},
          {"flags", "-O2"},
          {"cpu", "Example CPU"},
          {"cores", 2},
          {"kernel", "Linux 6.1"},
          {"thp", "madvise"},
          {"time_utc", "2026-11-27T09:21:06Z"},
          {"mode", "serial"},
          {"touch", "line"},
          {"blocks_most", blocks},
          {"blocks", blocks},
          {"interrupted", false}};
}

inline Json MadeTrace(const std::string& name, std::uint64_t operations = 1000) {
  return {{"name", name},
          {"path", name + ".alt"},
          {"xxh3", "0123456789abcdef"},
          {"program", "made up"},
          {"events", operations},
          {"operations", operations},
          {"live_bytes_peak", 1000},
          {"live_blocks_peak", 10},
          {"bytes_requested", 2000},
          {"tainted", ""},
          {"cut", false},
          {"shortened", false}};
}

// The table that cells are of where nothing else is said.
inline constexpr const char* kTable = "preload";

// What differs between cells; the rest is filled in so that it fits.
struct MadeCell {
  std::string trace;
  std::string allocator;
  double ratio = 1;
  double low = 1;
  double high = 1;
  std::string standing = "same";
  bool leads = false;
  std::uint64_t held_bytes = 1500;
  std::uint64_t resident_bytes = 4000;
  int blocks = 15;
  std::string table = kTable;
};

constexpr double kSystemNs = 20;

inline Json CellJson(const MadeCell& cell) {
  const double held = static_cast<double>(cell.held_bytes) / 1000;
  Json json = {{"table", cell.table},
               {"trace", cell.trace},
               {"allocator", cell.allocator},
               {"status", "ok"},
               {"reason", ""},
               {"ns_per_op_blocks", std::vector<double>(static_cast<std::size_t>(cell.blocks), 1)},
               {"ns_per_op_median", kSystemNs * cell.ratio},
               {"ratio_to_system", cell.ratio},
               {"ratio_to_system_interval", {cell.low, cell.high}},
               {"standing", cell.standing},
               {"leads", cell.leads},
               {"latency", nullptr},
               {"held_bytes_peak", cell.held_bytes},
               {"held_over_live_peak", held},
               {"held_over_live_at_live_peak", held + 0.1},
               {"held_over_live_at_held_peak", held + 0.2},
               {"held_over_live_mean", held + 0.3},
               {"held_is", "resident"},
               {"resident_bytes_peak", cell.resident_bytes}};
  if (cell.standing == "unresolved") json["blocks_needed"] = 99;
  return json;
}

inline Json FailedCell(const std::string& trace, const std::string& allocator,
                       const std::string& reason, const std::string& table = kTable) {
  return {{"table", table},
          {"trace", trace},
          {"allocator", allocator},
          {"status", "failed"},
          {"reason", reason}};
}

inline Json NoiseJson(const std::string& trace, double noise, const std::string& table = kTable) {
  return {{"table", table}, {"trace", trace}, {"noise", noise}};
}

inline Json AllocatorJson(const std::string& name, const std::string& table = kTable) {
  return {{"name", name}, {"table", table}, {"path", ""}, {"version", ""}, {"xxh3", ""}};
}

inline Json MadeRecord(const std::vector<Json>& traces, const std::vector<Json>& allocators,
                       const std::vector<Json>& cells, const std::vector<Json>& noise = {}) {
  return {{"schema", 2},      {"provenance", MadeProvenance()},
          {"traces", traces}, {"allocators", allocators},
          {"noise", noise},   {"cells", cells}};
}

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_MADE_RECORD_H_
