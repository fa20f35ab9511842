// The tables that a record of allocators on threaded workloads makes.

#ifndef ALLOCLAB_BENCH_PUBLISH_WORKLOAD_TABLES_H_
#define ALLOCLAB_BENCH_PUBLISH_WORKLOAD_TABLES_H_

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "bench/publish/published_table.h"

namespace alloclab::publish {

// Means over all workloads and numbers of threads, and the cells. Throws PublishError.
std::vector<PublishedTable> WorkloadTables(const nlohmann::ordered_json& record);

}  // namespace alloclab::publish

#endif  // ALLOCLAB_BENCH_PUBLISH_WORKLOAD_TABLES_H_
