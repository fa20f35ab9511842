// The heaps that a report page lets one travel in: --heapmap TRACE:ALLOCATOR.

#ifndef ALLOCLAB_TOOLS_CLI_PAGE_HEAPS_H_
#define ALLOCLAB_TOOLS_CLI_PAGE_HEAPS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "bench/report/page.h"

namespace alloclab::cli {

// Replays each trace on its variant and keeps the history. `wanted` are TRACE:ALLOCATOR, where
// TRACE is the path of one of `traces` or its name, the path without folder and ending; only the
// first `first_events` events of it are shown, all when that is 0. Throws CLI::ValidationError for
// what names no trace or no variant, before any is replayed, and TraceError as RecordHistory does.
// O(events log live) for each.
std::vector<HeapHistory> RecordPageHeaps(const std::vector<std::string>& wanted,
                                         const std::vector<std::string>& traces,
                                         std::uint64_t first_events);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_PAGE_HEAPS_H_
