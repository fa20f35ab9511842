// The test record with other figures in the cells of its preloaded table.

#ifndef ALLOCLAB_BENCH_REPORT_EDITED_RECORD_H_
#define ALLOCLAB_BENCH_REPORT_EDITED_RECORD_H_

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/report/page_in_browser.h"

namespace alloclab {

// Calls `change` on every cell of the preloaded table of this allocator and trace; "" for all.
inline void Change(nlohmann::json& record, const std::string& allocator, const std::string& trace,
                   const std::function<void(nlohmann::json&)>& change) {
  for (nlohmann::json& cell : record["cells"]) {
    if (cell["table"] != "preload" || cell["status"] != "ok") continue;
    if (!allocator.empty() && cell["allocator"] != allocator) continue;
    if (!trace.empty() && cell["trace"] != trace) continue;
    change(cell);
  }
}

inline void SetRatio(nlohmann::json& record, const std::string& allocator, const std::string& trace,
                     double ratio, double low, double high) {
  Change(record, allocator, trace, [&](nlohmann::json& cell) {
    cell["ratio_to_system"] = ratio;
    cell["ratio_to_system_interval"] = {low, high};
  });
}

// A record in which mimalloc, too, has finished redis.
inline nlohmann::json WhereAllFinished() {
  nlohmann::json record = TestRecord();
  nlohmann::json python;
  for (const nlohmann::json& cell : record["cells"]) {
    if (cell["allocator"] == "mimalloc" && cell["trace"] == "python") python = cell;
  }
  for (nlohmann::json& cell : record["cells"]) {
    if (cell["allocator"] == "mimalloc" && cell["trace"] == "redis") {
      cell = python;
      cell["trace"] = "redis";
    }
  }
  return record;
}

// Both of an allocator's cells: a ratio, its interval, of so many blocks, and where it stands.
inline void SetJudged(nlohmann::json& record, const std::string& allocator, double ratio,
                      double low, double high, int blocks, const std::string& standing) {
  SetRatio(record, allocator, "", ratio, low, high);
  Change(record, allocator, "", [&](nlohmann::json& cell) {
    cell["ns_per_op_blocks"] = std::vector<double>(static_cast<std::size_t>(blocks), 20.0);
    cell["standing"] = standing;
  });
}

inline void SetNoise(nlohmann::json& record, const nlohmann::json& of_python,
                     const nlohmann::json& of_redis) {
  record["noise"] = {{{"table", "preload"}, {"trace", "python"}, {"noise", of_python}},
                     {{"table", "preload"}, {"trace", "redis"}, {"noise", of_redis}}};
}

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_REPORT_EDITED_RECORD_H_
