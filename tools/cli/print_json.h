// JSON for other programs, as every command with --json prints it.

#ifndef ALLOCLAB_TOOLS_CLI_PRINT_JSON_H_
#define ALLOCLAB_TOOLS_CLI_PRINT_JSON_H_

#include <nlohmann/json.hpp>
#include <ostream>

namespace alloclab::cli {

// U+FFFD stands for what is no UTF-8, which JSON cannot hold and names of files can.
template <class Json>
void PrintJson(std::ostream& out, const Json& json) {
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_PRINT_JSON_H_
