// Of the functions that malloc labs forbid: those that a teacher permits with grade's --allow.

#ifndef ALLOCLAB_TOOLS_CLI_ALLOWED_FUNCTIONS_H_
#define ALLOCLAB_TOOLS_CLI_ALLOWED_FUNCTIONS_H_

#include <string>
#include <vector>

#include "bench/grade/outside_memory.h"

namespace alloclab::cli {

// Throws CLI::ValidationError for a name that is not forbidden to begin with.
void CheckAllowed(const std::vector<std::string>& allowed);

// The forbidden functions of a solution, without those that are allowed.
std::vector<grade::MemoryFunctionUse> Forbidden(const grade::OutsideMemory& outside,
                                                const std::vector<std::string>& allowed);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_ALLOWED_FUNCTIONS_H_
