#include "tools/cli/compare_mode.h"

#include <iostream>
#include <utility>

#include "bench/results/run_folder.h"
#include "tools/cli/command.h"
#include "tools/cli/parts.h"
#include "tools/cli/print_json.h"

namespace alloclab::cli {

void CheckRoom(const std::string& kind, const CompareArguments& arguments) {
  if (!arguments.results.empty()) results::CheckRoom(kind, arguments.results);
}

int Deliver(const nlohmann::ordered_json& record, PageContents page,
            const CompareArguments& arguments, const std::function<void()>& print_tables) {
  if (arguments.json) {
    PrintJson(std::cout, record);
  } else {
    print_tables();
  }
  if (!arguments.page.empty()) {
    page.records.push_back(record);
    WritePage(page, arguments.page);
    std::cerr << "alloclab: the report page is " << arguments.page << "\n";
  }
  if (!arguments.results.empty()) {
    const auto kept = results::WithPathsFrom(SourceRoot(), record);
    std::cerr << "alloclab: the record is in " << results::SaveRecord(kept, arguments.results)
              << "\n";
  }
  if (WasInterrupted()) {
    std::cerr << "alloclab: interrupted; the figures are of "
              << record.at("provenance").at("blocks") << " blocks\n";
    return kInterrupted;
  }
  for (const auto& cell : record.at("cells")) {
    if (cell.at("status") != "ok") return kFound;
  }
  return kFine;
}

}  // namespace alloclab::cli
