#include "tools/cli/allowed_functions.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/grade/memory_functions.h"
#include "tools/cli/command.h"

namespace alloclab::cli {

void CheckAllowed(const std::vector<std::string>& allowed) {
  for (const std::string& name : allowed) {
    if (grade::IsMemoryFunction(name)) continue;
    throw CLI::ValidationError(fmt::format(
        "--allow: {} is not forbidden to begin with; bench/grade/memory_functions.cc has the list",
        name));
  }
}

std::vector<grade::MemoryFunctionUse> Forbidden(const grade::OutsideMemory& outside,
                                                const std::vector<std::string>& allowed) {
  std::vector<grade::MemoryFunctionUse> forbidden = outside.functions;
  std::erase_if(forbidden, [&allowed](const grade::MemoryFunctionUse& use) {
    return std::find(allowed.begin(), allowed.end(), use.name) != allowed.end();
  });
  return forbidden;
}

}  // namespace alloclab::cli
