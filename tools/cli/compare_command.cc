// compare: every allocator on every trace, as tables, JSON and the report page. replay without
// --check is the same for one trace and one allocator.

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cmath>
#include <csignal>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/compare.h"
#include "bench/report/page.h"
#include "bench/table.h"
#include "tools/cli/command.h"
#include "tools/cli/compare_arguments.h"
#include "tools/cli/page_heaps.h"
#include "tools/cli/parts.h"
#include "tools/cli/print_json.h"

namespace alloclab::cli {
namespace {

// With --quick: as many events as every allocator does in a blink, and the time that a person
// waits.
constexpr std::uint64_t kQuickEvents = 30000;
constexpr std::chrono::seconds kQuickBudget{75};

std::string Duration(std::chrono::seconds left) {
  if (left.count() < 100) return fmt::format("{} s", left.count());
  return fmt::format("{} min", (left.count() + 59) / 60);
}

// One line that is written over; only on a terminal.
void ShowProgress(const CompareProgress& progress) {
  std::cerr << "\r\033[K" << progress.done << "/" << progress.total;
  if (progress.left) std::cerr << ", about " << Duration(*progress.left) << " left";
  std::cerr << ": " << progress.what << std::flush;
}

// Set by the first Ctrl-C, which ends the comparison with what it has; the second is the default
// again and ends the program.
volatile std::sig_atomic_t interrupted = 0;

void Interrupt(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);
}

nlohmann::ordered_json RunInterruptibly(CompareOptions& options) {
  const bool progress = isatty(STDERR_FILENO) != 0;
  if (progress) options.progress = ShowProgress;
  options.interrupted = [] { return interrupted != 0; };
  std::signal(SIGINT, Interrupt);
  // However it ends, what follows begins on a line of its own.
  const std::unique_ptr<const bool, void (*)(const bool*)> end(&progress, [](const bool* shown) {
    std::signal(SIGINT, SIG_DFL);
    if (*shown) std::cerr << "\r\033[K" << std::flush;
  });
  return RunCompare(options);
}

// How much is run: what the user says, and otherwise what fits into a coffee break.
void SetAmount(const CLI::App& command, CompareArguments& arguments) {
  CompareOptions& options = arguments.options;
  if (arguments.quick) {
    options.first_events = kQuickEvents;
    options.budget = kQuickBudget;
    return;
  }
  const bool said = command.count("--blocks") > 0 || command.count("--precision") > 0;
  if (!arguments.precision.empty()) {
    options.precision = ShareFromPercent(arguments.precision);
    if (command.count("--blocks") == 0) options.blocks = kMostBlocksForPrecision;
  }
  if (said && command.count("--budget") == 0) return;
  options.budget = std::chrono::seconds(std::llround(arguments.budget_minutes * 60));
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
                  "Interleaved timed runs of each cell; a published figure has 15")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command.add_option("--precision", arguments.precision,
                     "Go on until the interval of a ratio is so narrow, e.g. 2%; at most 200 "
                     "blocks, or what --blocks says");
  command
      .add_option("--budget", arguments.budget_minutes,
                  "Minutes after which no block is begun, once each cell has had 6; 0 for none "
                  "(which is the default with --blocks or --precision)")
      ->check(CLI::Range(0.0, 100000.0))
      ->capture_default_str();
  command
      .add_flag("--quick", arguments.quick,
                "The first 30000 events of each trace; a minute and a half for the corpus")
      ->excludes("--precision")
      ->excludes("--blocks")
      ->excludes("--budget");
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
  command.add_flag("--latency", arguments.latency,
                   "Also print how long single calls of malloc and free took, in nanoseconds");
  command.add_flag("--json", arguments.json, "Print the record as JSON instead of tables");
  command.add_option("--page", arguments.page, "Write the report page (HTML) to this file");
}

double ShareFromPercent(const std::string& text) {
  double percent = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, percent);
  if (error != std::errc() || std::string_view(stop, end) != "%" || !(percent > 0)) {
    throw CLI::ValidationError("--precision",
                               "'" + text + "' is no percentage above 0; write it like 2%");
  }
  return percent / 100;
}

int RunCompareCommand(const CLI::App& command, CompareArguments& arguments) {
  CompareOptions& options = arguments.options;
  options.worker_path = Worker();
  options.source_folder = SourceRoot();
  options.mode = ReplayModeFromName(arguments.mode).value();  // likewise
  options.touch = TouchFromName(arguments.touch).value();     // checked by the option
  options.timeout = std::chrono::seconds(arguments.timeout_seconds);
  options.memory_limit_bytes = arguments.memory_limit_mib << 20;
  SetAmount(command, arguments);
  // First, so that one that cannot be is known before there is anything to lose.
  PageContents page = {.histories =
                           RecordPageHeaps(arguments.heaps, options.traces, options.first_events)};
  const nlohmann::ordered_json record = RunInterruptibly(options);
  if (arguments.json) {
    PrintJson(std::cout, record);
  } else {
    PrintTables(record, std::cout,
                {.color = isatty(STDOUT_FILENO) != 0, .latency = arguments.latency});
  }
  if (!arguments.page.empty()) {
    page.records.push_back(record);
    WritePage(page, arguments.page);
    std::cerr << "alloclab: the report page is " << arguments.page << "\n";
  }
  if (interrupted) {
    std::cerr << "alloclab: interrupted; the figures are of "
              << record.at("provenance").at("blocks") << " blocks\n";
    return kInterrupted;
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
  compare
      ->add_option("--heapmap", arguments->heaps,
                   "TRACE:ALLOCATOR: put the history of this heap into the page, to travel in; may "
                   "be given several times (about a byte or two for each event)")
      ->allow_extra_args(false);
  AddCompareOptions(*compare, *arguments);
  compare->callback([arguments, compare, &exit_status] {
    if (arguments->options.traces.empty()) arguments->options.traces = CorpusTraces();
    exit_status = RunCompareCommand(*compare, *arguments);
  });
}

}  // namespace alloclab::cli
