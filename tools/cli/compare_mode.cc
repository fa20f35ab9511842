#include "tools/cli/compare_mode.h"

#include <exception>
#include <filesystem>
#include <iostream>
#include <utility>
#include <vector>

#include "bench/record/provenance.h"
#include "bench/results/kept_paths.h"
#include "bench/results/run_folder.h"
#include "tools/cli/command.h"
#include "tools/cli/parts.h"
#include "tools/cli/print_json.h"
#include "traces/output_file.h"

namespace alloclab::cli {
namespace {

namespace fs = std::filesystem;

// What is somewhere else on every machine.
std::vector<results::Place> OwnPlaces() {
  std::vector<results::Place> places = {{SourceRoot(), ""}, {BuiltTree(), "bazel-bin"}};
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  if (!error) places.push_back({temporary, "$TMPDIR"});
  return places;
}

void Keep(const nlohmann::ordered_json& record, const CompareArguments& arguments) {
  if (arguments.results.empty()) return;
  const auto kept = results::WithPathsFrom(OwnPlaces(), record);
  std::cerr << "alloclab: the record is in " << results::SaveRecord(kept, arguments.results)
            << std::endl;
}

// The failure, where there was one.
std::exception_ptr Show(const nlohmann::ordered_json& record, PageContents page,
                        const CompareArguments& arguments) {
  if (arguments.page.empty()) return nullptr;
  try {
    page.records.push_back(record);
    WritePage(page, arguments.page);
    std::cerr << "alloclab: the report page is " << arguments.page << "\n";
    return nullptr;
  } catch (const std::exception&) {
    return std::current_exception();
  }
}

}  // namespace

void CheckRoom(const std::string& kind, const CompareArguments& arguments) {
  // Makes a file beside it, and removes that.
  if (!arguments.page.empty()) const OutputFile page(arguments.page);
  if (!arguments.results.empty()) {
    results::CheckRoom(kind, arguments.results, Provenance(SourceRoot()));
  }
}

int Deliver(const nlohmann::ordered_json& record, PageContents page,
            const CompareArguments& arguments, const std::function<void()>& print_tables) {
  Keep(record, arguments);
  const std::exception_ptr no_page = Show(record, std::move(page), arguments);
  if (arguments.json) {
    PrintJson(std::cout, record);
  } else {
    print_tables();
  }
  std::cout << std::flush;
  if (no_page) std::rethrow_exception(no_page);
  if (WasInterrupted()) {
    std::cerr << "alloclab: interrupted; the figures are of "
              << record.at("provenance").at("blocks") << " blocks\n";
    return InterruptedStatus();
  }
  for (const auto& cell : record.at("cells")) {
    if (cell.at("status") != "ok") return kFound;
  }
  return kFine;
}

}  // namespace alloclab::cli
