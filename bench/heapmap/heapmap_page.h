// A history as one HTML file that a browser opens with no network, also from a folder.

#ifndef ALLOCLAB_BENCH_HEAPMAP_HEAPMAP_PAGE_H_
#define ALLOCLAB_BENCH_HEAPMAP_HEAPMAP_PAGE_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "bench/heapmap/history.h"

namespace alloclab {

// The history as a page has it in itself ("The embedded history" in README.md), with a picture of
// the whole. O(lives).
nlohmann::json EmbeddedHistory(const History& history);

// The page. The same history gives the same page, byte for byte; no name in it can become markup or
// script. O(lives): one to two bytes for each event of a trace, and 75 kB.
std::string RenderHeapmap(const History& history);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_HEAPMAP_PAGE_H_
