// The record of a comparison as tables for a terminal: one for our variants and one for preloaded
// libraries, for each trace.

#ifndef ALLOCLAB_BENCH_COMPARISON_TABLE_H_
#define ALLOCLAB_BENCH_COMPARISON_TABLE_H_

#include <nlohmann/json_fwd.hpp>
#include <ostream>

namespace alloclab {

struct TableStyle {
  bool color = false;    // failed cells red, those that say more about the loop than about the
                         // allocator dim, by ANSI escapes
  bool latency = false;  // also how long single calls took, a table a trace
};

// Prints the record that RunCompare returned.
void PrintTables(const nlohmann::ordered_json& record, std::ostream& out,
                 const TableStyle& style = {});

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_COMPARISON_TABLE_H_
