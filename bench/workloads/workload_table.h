// The record of a comparison on workloads as tables for a terminal: one for each workload, with a
// row for each allocator and columns for each number of threads.

#ifndef ALLOCLAB_BENCH_WORKLOADS_WORKLOAD_TABLE_H_
#define ALLOCLAB_BENCH_WORKLOADS_WORKLOAD_TABLE_H_

#include <nlohmann/json_fwd.hpp>
#include <ostream>

namespace alloclab::workloads {

// Prints the record that RunCompareWorkloads returned; failed cells in red when `color` says so.
void PrintWorkloadTables(const nlohmann::ordered_json& record, std::ostream& out,
                         bool color = false);

}  // namespace alloclab::workloads

#endif  // ALLOCLAB_BENCH_WORKLOADS_WORKLOAD_TABLE_H_
