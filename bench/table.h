// The record of a comparison as tables for a terminal: one for our variants and one for preloaded
// libraries, for each trace.

#ifndef ALLOCLAB_BENCH_TABLE_H_
#define ALLOCLAB_BENCH_TABLE_H_

#include <nlohmann/json_fwd.hpp>
#include <ostream>

namespace alloclab {

// Prints the record that RunCompare returned. With `color`, failed cells are red and cells that say
// more about the loop than about the allocator are dim, by ANSI escapes.
void PrintTables(const nlohmann::ordered_json& record, std::ostream& out, bool color);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_TABLE_H_
