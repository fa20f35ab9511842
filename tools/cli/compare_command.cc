// compare: every allocator on every trace, as tables, JSON and the report page. replay without
// --check is the same for one trace and one allocator.

#include <unistd.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/compare.h"
#include "bench/report/page.h"
#include "bench/table.h"
#include "tools/cli/command.h"
#include "tools/cli/compare_arguments.h"
#include "tools/cli/parts.h"
#include "tools/cli/print_json.h"

namespace alloclab::cli {
namespace {

// One line that is written over; only on a terminal.
void ShowProgress(const CompareProgress& progress) {
  std::cerr << "\r\033[K" << progress.done << "/" << progress.total << " " << progress.what
            << std::flush;
  if (progress.done == progress.total) std::cerr << "\r\033[K" << std::flush;
}

bool AnyFailed(const nlohmann::ordered_json& record) {
  for (const auto& cell : record.at("cells")) {
    if (cell.at("status") != "ok") return true;
  }
  return false;
}

bool AnyCut(const nlohmann::ordered_json& record) {
  for (const auto& trace : record.at("traces")) {
    if (trace.at("cut").get<bool>()) return true;
  }
  return false;
}

}  // namespace

void AddCompareOptions(CLI::App& command, CompareArguments& arguments) {
  command
      .add_option("--blocks", arguments.options.blocks,
                  "Interleaved timed runs of each cell (15 for a published figure)")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      .add_option("--mode", arguments.mode,
                  "Order of the timed calls: as recorded on one thread, or a thread for each "
                  "recorded one, which waits only for blocks that others made (and in timed for "
                  "its time, too)")
      ->check(CLI::IsMember({"serial", "partial-order", "timed"}))
      ->capture_default_str();
  command
      .add_option("--time-scale", arguments.options.time_scale,
                  "What recorded gaps are multiplied by in --mode timed: 0.1 is ten times as fast")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--touch", arguments.touch, "What the program writes into a new block")
      ->check(CLI::IsMember({"none", "first", "page", "line", "byte"}))
      ->capture_default_str();
  command.add_option("--timeout", arguments.timeout_seconds, "Seconds that one run may take")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  command
      .add_option("--memory-limit", arguments.memory_limit_mib,
                  "MiB that one run may gain; 0 for no limit")
      ->capture_default_str();
  command.add_flag("--json", arguments.json, "Print the record as JSON instead of tables");
  command.add_option("--page", arguments.page, "Write the report page (HTML) to this file");
}

int RunCompareCommand(CompareArguments& arguments) {
  CompareOptions& options = arguments.options;
  options.worker_path = Worker();
  options.source_folder = SourceRoot();
  options.mode = ReplayModeFromName(arguments.mode).value();  // likewise
  options.touch = TouchFromName(arguments.touch).value();     // checked by the option
  options.timeout = std::chrono::seconds(arguments.timeout_seconds);
  options.memory_limit_bytes = arguments.memory_limit_mib << 20;
  if (isatty(STDERR_FILENO)) options.progress = ShowProgress;
  const nlohmann::ordered_json record = RunCompare(options);
  if (arguments.json) {
    PrintJson(std::cout, record);
  } else {
    PrintTables(record, std::cout, isatty(STDOUT_FILENO) != 0);
  }
  if (!arguments.page.empty()) {
    WritePage(record, arguments.page);
    std::cerr << "alloclab: the report page is " << arguments.page << "\n";
  }
  if (AnyFailed(record)) return kFound;
  return AnyCut(record) ? kCutTrace : kFine;
}

void AddCompare(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<CompareArguments>();
  arguments->page = "alloclab-report.html";
  CLI::App* compare = app.add_subcommand(
      "compare", "Run allocators on traces: correctness, speed, fragmentation, memory");
  compare->add_option("traces", arguments->options.traces,
                      "Traces (default: the committed corpus, traces/corpus/*.alt)");
  compare
      ->add_option(
          "--allocators", arguments->options.allocators,
          "Variants, system, jemalloc, mimalloc, tcmalloc, or paths of .so files, separated "
          "by commas (default: all)")
      ->delimiter(',');
  AddCompareOptions(*compare, *arguments);
  compare->callback([arguments, &exit_status] {
    if (arguments->options.traces.empty()) arguments->options.traces = CorpusTraces();
    exit_status = RunCompareCommand(*arguments);
  });
}

}  // namespace alloclab::cli
