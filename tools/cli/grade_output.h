// What `alloclab grade` prints: a table for people, or JSON in the form of Gradescope's results.

#ifndef ALLOCLAB_TOOLS_CLI_GRADE_OUTPUT_H_
#define ALLOCLAB_TOOLS_CLI_GRADE_OUTPUT_H_

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/grade/outside_memory.h"
#include "bench/grade/score.h"

namespace alloclab::cli {

// Of the solution: what it has of it, and how much of that is held against it.
struct StaticData {
  std::uint64_t bytes = 0;
  std::uint64_t free_bytes = 0;                  // so many do not count as heap
  std::vector<grade::StaticVariable> variables;  // the largest first

  std::uint64_t counted_bytes() const { return bytes - std::min(bytes, free_bytes); }
};

struct GradeSettings {
  double weight = 0.6;
  bool counted = true;
  bool colour = false;
  StaticData static_data = {};
  std::string compiler_output = {};  // its warnings
};

// The table, the totals and the score, with a line feed at the end.
std::string GradeTable(const std::vector<grade::TraceGrade>& grades, const grade::Score& score,
                       const GradeSettings& settings);

nlohmann::ordered_json GradeJson(const std::vector<grade::TraceGrade>& grades,
                                 const grade::Score& score, const GradeSettings& settings);

// Why a solution is not run at all: it does not compile, uses functions that labs forbid, or cannot
// be loaded.
struct Refusal {
  std::string why;
  bool compiled = false;
  std::string compiler_output = {};
  std::vector<std::string> functions = {};  // that are forbidden, by name
};
// That the solution `source` uses these functions, of which there is one at least.
Refusal ForbiddenFunctions(const std::string& source,
                           const std::vector<grade::MemoryFunctionUse>& functions);
nlohmann::ordered_json RefusalJson(const Refusal& refusal);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_GRADE_OUTPUT_H_
