#include "bench/programs/real_programs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "bench/process/compare_error.h"
#include "bench/programs/descriptions.h"

namespace alloclab {
namespace {

constexpr MeasuredProgram (*kDescriptions[])(RunLength) = {
    PythonProgram, SqliteProgram, ClangProgram, GccProgram, RedisProgram, NodeProgram, GitProgram,
};

}  // namespace

const char* RunLengthName(RunLength length) {
  return length == RunLength::kUsual ? "usual" : "short";
}

std::vector<MeasuredProgram> RealPrograms(const std::vector<std::string>& names, RunLength length) {
  std::vector<MeasuredProgram> programs;
  for (const auto describe : kDescriptions) programs.push_back(describe(length));
  if (names.empty()) return programs;
  std::vector<MeasuredProgram> chosen;
  for (const std::string& name : names) {
    const auto is_called = [&name](const MeasuredProgram& program) { return program.name == name; };
    if (std::any_of(chosen.begin(), chosen.end(), is_called)) continue;
    const auto found = std::find_if(programs.begin(), programs.end(), is_called);
    if (found == programs.end()) {
      throw CompareError(fmt::format("there is no program \"{}\" to compare on. Known are: {}.",
                                     name, fmt::join(RealProgramNames(), ", ")));
    }
    chosen.push_back(*found);
  }
  return chosen;
}

std::vector<std::string> RealProgramNames() {
  std::vector<std::string> names;
  for (const auto describe : kDescriptions) names.push_back(describe(RunLength::kShort).name);
  return names;
}

}  // namespace alloclab
