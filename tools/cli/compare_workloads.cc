// compare --workloads: allocators on live programs with threads, instead of on traces.

#include "bench/workloads/compare_workloads.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/process/compare_error.h"
#include "bench/workloads/workload_table.h"
#include "tools/cli/command.h"
#include "tools/cli/compare_arguments.h"
#include "tools/cli/compare_mode.h"
#include "tools/cli/parts.h"
#include "tools/cli/preload_library.h"
#include "tools/cli/refuse_options.h"

namespace alloclab::cli {
namespace {

constexpr std::chrono::seconds kQuickBudget{90};
constexpr std::uint32_t kQuickWorkPercent = 25;

constexpr const char* kWorkloadsFlag = "--workloads";
constexpr const char* kThreadsFlag = "--threads";
constexpr const char* kSeedFlag = "--seed";

// Throws, naming the option, when one was given that means nothing here.
void CheckArguments(const CLI::App& command) {
  if (command.count("traces") > 0) {
    throw CompareError(
        "--workloads runs programs of its own, not traces. Leave the traces out, or leave "
        "--workloads out (names of workloads are separated by commas: --workloads=larson,comb).");
  }
  RefuseOptions(command, kWorkloadsFlag,
                {"--mode", "--time-scale", "--touch", "--latency", "--counts", "--heapmap"});
}

}  // namespace

void AddWorkloadOptions(CLI::App& command, WorkloadArguments& arguments) {
  command
      .add_option(kWorkloadsFlag, arguments.options.workloads,
                  fmt::format("Instead of traces: live programs with threads, on libraries and "
                              "system; eight minutes, with --quick one and a half. All, or of: {}",
                              fmt::join(workloads::WorkloadNames(), ", ")))
      ->delimiter(',')
      ->expected(0, -1);
  command
      .add_option(kThreadsFlag, arguments.options.threads,
                  "With --workloads: numbers of threads, separated by commas (default: 1, 2, 4, "
                  "... up to the processors there are, and twice as many)")
      ->delimiter(',')
      ->needs(kWorkloadsFlag);
  command
      .add_option(kSeedFlag, arguments.options.seed,
                  "With --workloads: what all sizes and places are drawn from")
      ->capture_default_str()
      ->needs(kWorkloadsFlag);
}

bool WantsWorkloads(const CLI::App& command) { return command.count(kWorkloadsFlag) > 0; }

int RunWorkloadsCommand(const CLI::App& command, const CompareArguments& compare,
                        WorkloadArguments& arguments) {
  CheckArguments(command);
  workloads::WorkloadOptions& options = arguments.options;
  std::erase(options.workloads, "");  // --workloads alone
  BlockArguments amount = compare.amount;
  if (command.count("--budget") == 0) amount.budget_minutes = kWorkloadBudgetMinutes;
  SetLimits(command, amount, kQuickBudget);
  if (amount.quick) options.work_percent = kQuickWorkPercent;
  options.allocators = PreloadLibraries(compare.options.allocators);
  options.runner_path = WorkloadRunner();
  options.source_folder = SourceRoot();
  options.timeout = std::chrono::seconds(command.count("--timeout") > 0 ? compare.timeout_seconds
                                                                        : kTimeoutSeconds);
  options.memory_limit_bytes = compare.memory_limit_mib << 20;
  // The page that is written without being asked for is that of traces.
  CompareArguments output = compare;
  if (command.count("--page") == 0) output.page.clear();
  CheckRoom("workloads", output);
  const nlohmann::ordered_json record = RunInterruptibly(amount.limits, [&](Progress::Show show) {
    options.limits = amount.limits;
    options.progress = std::move(show);
    return workloads::RunCompareWorkloads(options);
  });
  return Deliver(record, {}, output, [&] {
    workloads::PrintWorkloadTables(record, std::cout, isatty(STDOUT_FILENO) != 0);
  });
}

}  // namespace alloclab::cli
