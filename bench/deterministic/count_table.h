// The counts of a record as tables for a terminal, one a trace.

#ifndef ALLOCLAB_BENCH_DETERMINISTIC_COUNT_TABLE_H_
#define ALLOCLAB_BENCH_DETERMINISTIC_COUNT_TABLE_H_

#include <nlohmann/json_fwd.hpp>
#include <ostream>

namespace alloclab {

// Prints what AddCounts put into the record; nothing when it has no counts.
void PrintCounts(const nlohmann::ordered_json& record, std::ostream& out);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_DETERMINISTIC_COUNT_TABLE_H_
