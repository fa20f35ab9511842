// What compare does with a record, whatever was run, traces, workloads or programs: it prints,
// keeps and shows it.

#ifndef ALLOCLAB_TOOLS_CLI_COMPARE_MODE_H_
#define ALLOCLAB_TOOLS_CLI_COMPARE_MODE_H_

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "bench/report/page.h"
#include "tools/cli/compare_arguments.h"

namespace alloclab::cli {

// Before anything is measured: throws results::ResultsError when a record of this kind could not be
// kept, or the page not written, afterwards as `arguments` say. What has been measured takes
// minutes to be measured again.
void CheckRoom(const std::string& kind, const CompareArguments& arguments);

// Keeps the record first, for nothing after that may cost it; then adds it to `page` and writes
// that, and prints it as JSON or by `print_tables`, as `arguments` say. A page that cannot be
// written is told when all is printed. Returns the exit status, but for cut traces.
int Deliver(const nlohmann::ordered_json& record, PageContents page,
            const CompareArguments& arguments, const std::function<void()>& print_tables);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_COMPARE_MODE_H_
