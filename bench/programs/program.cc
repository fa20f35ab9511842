#include "bench/programs/program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

namespace alloclab {

std::string PathOfProgram(const std::string& program) {
  if (program.find('/') != std::string::npos) {
    return access(program.c_str(), X_OK) == 0 ? program : "";
  }
  std::istringstream folders(kProgramPath);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string path = folder + "/" + program;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return "";
}

std::string WhatIsMissing(const MeasuredProgram& program) {
  std::vector<std::string> programs, packages;
  for (const Needed& needed : program.needed) {
    if (!PathOfProgram(needed.program).empty()) continue;
    programs.push_back(needed.program);
    if (std::find(packages.begin(), packages.end(), needed.package) == packages.end()) {
      packages.push_back(needed.package);
    }
  }
  if (programs.empty()) return "";
  return fmt::format("not installed: {}; apt-get install {}", fmt::join(programs, ", "),
                     fmt::join(packages, " "));
}

}  // namespace alloclab
