// The record of a comparison on programs as tables for a terminal: one a program, and the mean.

#ifndef ALLOCLAB_BENCH_PROGRAMS_PROGRAMS_TABLE_H_
#define ALLOCLAB_BENCH_PROGRAMS_PROGRAMS_TABLE_H_

#include <nlohmann/json_fwd.hpp>
#include <ostream>

namespace alloclab {

// Prints the record that RunComparePrograms returned; `color`: failed cells red, by ANSI escapes.
void PrintProgramTables(const nlohmann::ordered_json& record, std::ostream& out, bool color);

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_PROGRAMS_PROGRAMS_TABLE_H_
