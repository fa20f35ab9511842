// The tables that a record of real programs on preloaded allocators makes.

#ifndef ALLOCLAB_BENCH_PUBLISH_PROGRAM_TABLES_H_
#define ALLOCLAB_BENCH_PUBLISH_PROGRAM_TABLES_H_

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "bench/publish/published_table.h"

namespace alloclab::publish {

// Means over all programs, and the cells. Throws PublishError.
std::vector<PublishedTable> ProgramTables(const nlohmann::ordered_json& record);

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_PROGRAM_TABLES_H_
