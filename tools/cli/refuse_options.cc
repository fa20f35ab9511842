#include "tools/cli/refuse_options.h"

#include <fmt/format.h>

#include "bench/process/compare_error.h"

namespace alloclab::cli {

void RefuseOptions(const CLI::App& command, const std::string& mode,
                   std::initializer_list<const char*> options) {
  for (const char* option : options) {
    if (command.count(option) == 0) continue;
    throw CompareError(fmt::format("{} means nothing with {}. Leave out either.", option, mode));
  }
}

}  // namespace alloclab::cli
