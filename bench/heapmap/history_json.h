// A history as the JSON that the page embeds. README.md beside this file specifies it.

#ifndef ALLOCLAB_BENCH_HEAPMAP_HISTORY_JSON_H_
#define ALLOCLAB_BENCH_HEAPMAP_HISTORY_JSON_H_

#include <nlohmann/json_fwd.hpp>

#include "bench/heapmap/history.h"
#include "bench/heapmap/raster.h"

namespace alloclab {

inline constexpr int kHeapmapSchema = 1;

// All of the history, with `overview` as the picture to show before the rest is decoded. The same
// arguments give the same JSON, byte for byte. O(lives + cells).
nlohmann::json HistoryToJson(const History& history, const Raster& overview);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_HISTORY_JSON_H_
