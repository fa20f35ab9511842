// What `alloclab grade` prints: a table for people, or JSON in the form of Gradescope's results.

#ifndef ALLOCLAB_TOOLS_CLI_GRADE_OUTPUT_H_
#define ALLOCLAB_TOOLS_CLI_GRADE_OUTPUT_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/grade/score.h"

namespace alloclab::cli {

struct GradeSettings {
  double weight = 0.6;
  bool counted = true;
  bool colour = false;
};

// The table, the totals and the score, with a line feed at the end.
std::string GradeTable(const std::vector<grade::TraceGrade>& grades, const grade::Score& score,
                       const GradeSettings& settings);

nlohmann::ordered_json GradeJson(const std::vector<grade::TraceGrade>& grades,
                                 const grade::Score& score, const GradeSettings& settings);

// Why a solution could not be run at all: it does not compile, or cannot be loaded.
struct Refusal {
  std::string why;
  bool compiled = false;
  std::string compiler_output = {};
};
nlohmann::ordered_json RefusalJson(const Refusal& refusal);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_GRADE_OUTPUT_H_
