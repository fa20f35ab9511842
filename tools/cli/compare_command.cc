// compare: every allocator on every trace, as tables, JSON and the report page. replay without
// --check is the same for one trace and one allocator.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/comparison/compare.h"
#include "bench/comparison/table.h"
#include "bench/deterministic/count_record.h"
#include "bench/deterministic/count_table.h"
#include "bench/publish/committed_results.h"
#include "bench/report/page.h"
#include "tools/cli/command.h"
#include "tools/cli/compare_arguments.h"
#include "tools/cli/compare_mode.h"
#include "tools/cli/page_heaps.h"
#include "tools/cli/parts.h"
#include "tools/cli/refuse_options.h"

namespace alloclab::cli {
namespace {

// With --quick: as many events as every allocator does in a blink, runs no longer than they must
// be, and the time that a person waits.
constexpr std::uint64_t kQuickEvents = 30000;
constexpr std::chrono::milliseconds kQuickRun{5};
constexpr std::chrono::seconds kQuickBudget{70};

constexpr const char* kTimeoutFlag = "--timeout";
constexpr const char* kPageFlag = "--page";
// A limit in bytes has room for no more.
constexpr std::uint64_t kMostMemoryLimitMib = UINT64_MAX >> 20;

// Returns whether it succeeded. A failure leaves out counts, and costs nothing that was measured.
bool Count(const CompareOptions& compared, nlohmann::ordered_json& record) {
  CountRecordOptions options;
  options.counter = {.worker_path = CountedWorker(),
                     .stopped_clock_path = StoppedClock(),
                     .touch = compared.touch,
                     .timeout = std::max(compared.timeout, CounterOptions().timeout),
                     .memory_limit_bytes = compared.memory_limit_bytes};
  if (compared.first_events > 0) options.events = std::min(options.events, compared.first_events);
  options.progress = compared.progress;
  options.interrupted = compared.limits.interrupted;
  bool counted = true;
  try {
    AddCounts(record, options);
  } catch (const std::exception& error) {
    std::cerr << "alloclab: the count pass ended before its end: " << error.what() << "\n";
    counted = false;
  }
  record["provenance"]["interrupted"] = WasInterrupted();
  return counted;
}

bool AnyCut(const nlohmann::ordered_json& record) {
  for (const auto& trace : record.at("traces")) {
    if (trace.at("cut").get<bool>()) return true;
  }
  return false;
}

// What differs with --workloads and --programs, which replay does not have.
void DescribeModes(CLI::App& compare) {
  compare.get_option(kTimeoutFlag)
      ->description(fmt::format("Seconds that one run may take (default: {}; with --programs {}, "
                                "with --quick too {})",
                                kTimeoutSeconds, kProgramTimeoutSeconds,
                                kQuickProgramTimeoutSeconds));
  compare.get_option(kBudgetFlag)
      ->description(BudgetHelp(
          fmt::format("{}, with --workloads {}", kBudgetMinutes, kWorkloadBudgetMinutes)));
  compare.get_option(kQuickFlag)
      ->description(
          "The first 30000 events of each trace, a minute and a half for the corpus; with "
          "--workloads a quarter of the work, a minute and a half; with --programs a fraction of "
          "the work, about two minutes");
  compare.get_option(kPageFlag)->description(
      fmt::format("The report page (HTML) to write (default: {}, with --json, too; "
                  "none with --workloads or --programs)",
                  kDefaultPage));
}

}  // namespace

void AddCompareOptions(CLI::App& command, CompareArguments& arguments) {
  AddBlockOptions(command, arguments.amount,
                  "The first 30000 events of each trace; a minute and a half for the corpus");
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
  command
      .add_option("--touch", arguments.touch,
                  "What the program writes into a new block: its first byte; that, its last and "
                  "one in each page, or each line of 64 bytes, between; or every byte")
      ->check(CLI::IsMember({"none", "first", "page", "line", "byte"}))
      ->capture_default_str();
  command
      .add_option(kTimeoutFlag, arguments.timeout_seconds,
                  fmt::format("Seconds that one run may take (default: {})", kTimeoutSeconds))
      ->check(CLI::Range(1, 86400));
  command
      .add_option("--memory-limit", arguments.memory_limit_mib,
                  "MiB that one run may gain; 0 for no limit")
      ->check(CLI::Range(std::uint64_t{0}, kMostMemoryLimitMib))
      ->capture_default_str();
  command.add_flag("--latency", arguments.latency,
                   "Also print how long single calls of malloc and free took, in nanoseconds");
  command.add_flag("--counts", arguments.counts,
                   "Also count instructions and simulated cache misses on the first 20000 events, "
                   "the same in every run (valgrind: about a second for each allocator and trace, "
                   "two minutes for the corpus)");
  command.add_flag("--json", arguments.json, "Print the record as JSON instead of tables");
  command.add_option(kPageFlag, arguments.page, "Write the report page (HTML) to this file");
}

int RunCompareCommand(const CLI::App& command, CompareArguments& arguments) {
  CompareOptions& options = arguments.options;
  if (arguments.mode != "timed") {
    RefuseOptions(command, "--mode " + arguments.mode, {"--time-scale"});
  }
  options.worker_path = Worker();
  options.source_folder = SourceRoot();
  options.mode = ReplayModeFromName(arguments.mode).value();  // likewise
  options.touch = TouchFromName(arguments.touch).value();     // checked by the option
  options.timeout = std::chrono::seconds(arguments.timeout_seconds);
  options.memory_limit_bytes = arguments.memory_limit_mib << 20;
  SetLimits(command, arguments.amount, kQuickBudget);
  if (arguments.amount.quick) {
    options.first_events = kQuickEvents;
    options.least_run = kQuickRun;
    options.latency_blocks = 1;
  }
  if (arguments.counts) RequireValgrind();
  CheckRoom("traces", arguments);
  // First, so that one that cannot be is known before there is anything to lose.
  PageContents page = {.histories =
                           RecordPageHeaps(arguments.heaps, options.traces, options.first_events)};
  bool counted = true;
  const nlohmann::ordered_json record =
      RunInterruptibly(arguments.amount.limits, [&](Progress::Show show) {
        options.limits = arguments.amount.limits;
        options.progress = std::move(show);
        nlohmann::ordered_json compared = RunCompare(options);
        if (arguments.counts && !WasInterrupted()) counted = Count(options, compared);
        return compared;
      });
  const int status = Deliver(record, std::move(page), arguments, [&] {
    PrintTables(record, std::cout,
                {.color = isatty(STDOUT_FILENO) != 0, .latency = arguments.latency});
    PrintCounts(record, std::cout);
  });
  if (status != kFine) return status;
  if (!counted) return kFound;
  return AnyCut(record) ? kCutTrace : kFine;
}

void AddCompare(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<CompareArguments>();
  arguments->page = kDefaultPage;
  CLI::App* compare = app.add_subcommand(
      "compare", "Run allocators on traces: correctness, speed, fragmentation, memory");
  compare->add_option("traces", arguments->options.traces,
                      "Traces (default: the committed corpus, traces/corpus/*.alt)");
  compare
      ->add_option("--allocators", arguments->options.allocators,
                   "Variants, system, jemalloc, mimalloc, tcmalloc, tbb, scudo, or paths of .so "
                   "files, separated by commas; may be given several times (default: all)")
      ->delimiter(',')
      ->allow_extra_args(false);
  compare
      ->add_option("--heapmap", arguments->heaps,
                   "TRACE:ALLOCATOR: put the history of this heap into the page, to travel in; may "
                   "be given several times (about a byte or two for each event)")
      ->allow_extra_args(false);
  AddCompareOptions(*compare, *arguments);
  compare->add_flag_callback(
      "--save",
      [arguments] {
        if (!arguments->results.empty()) return;
        arguments->results = std::filesystem::path(SourceRoot()) / publish::kResultsFolder;
      },
      "Keep the record, in a folder of its own in bench/results (alloclab report publishes it)");
  compare->add_option("--results", arguments->results,
                      "Keep the record, in a folder of its own in this one; or in this one itself, "
                      "where that is the folder of a run");
  auto workloads = std::make_shared<WorkloadArguments>();
  AddWorkloadOptions(*compare, *workloads);
  AddProgramsOption(*compare, *arguments);
  DescribeModes(*compare);
  compare->footer(
      "The corpus takes about seven minutes on two idle processors, with --quick a minute and a "
      "half.\n\n"
      "Exit status: 0 fine, 1 a cell failed, 2 misuse or a trace that cannot be read, 3 a trace "
      "was "
      "cut short,\n130 interrupted: what is printed is of the blocks until then.");
  compare->callback([arguments, workloads, compare, &exit_status] {
    if (WantsWorkloads(*compare)) {
      RefuseOptions(*compare, "--workloads", {"--programs"});
      exit_status = RunWorkloadsCommand(*compare, *arguments, *workloads);
      return;
    }
    if (compare->count("--programs") > 0) {
      exit_status = RunProgramsCommand(*compare, *arguments);
      return;
    }
    if (arguments->options.traces.empty()) arguments->options.traces = CorpusTraces();
    exit_status = RunCompareCommand(*compare, *arguments);
  });
}

}  // namespace alloclab::cli
