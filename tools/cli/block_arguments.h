// What the commands share that measure in blocks: how much is run, the line that says how far it
// has come, and Ctrl-C or SIGTERM, which end a measurement with what it has.

#ifndef ALLOCLAB_TOOLS_CLI_BLOCK_ARGUMENTS_H_
#define ALLOCLAB_TOOLS_CLI_BLOCK_ARGUMENTS_H_

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <chrono>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "bench/process/progress.h"
#include "bench/statistics/block_loop.h"

namespace alloclab::cli {

inline constexpr double kBudgetMinutes = 9;
inline constexpr const char* kBudgetFlag = "--budget";
inline constexpr const char* kQuickFlag = "--quick";

struct BlockArguments {
  BlockLimits limits;
  std::string precision;  // "2%"; empty: none
  // As long as none of the options below says how much to run.
  double budget_minutes = kBudgetMinutes;
  bool quick = false;
};

// --blocks, --precision, --budget and --quick; `quick` says what the last one does.
void AddBlockOptions(CLI::App& command, BlockArguments& arguments, const std::string& quick);

// What --budget does; `minutes` says how many they are until the user says otherwise.
std::string BudgetHelp(const std::string& minutes);

// Sets the limits: what the user says, else what fits into a coffee break, and with --quick into
// `quick_budget`. Throws CLI::ValidationError for a precision that is no percentage above 0.
void SetLimits(const CLI::App& command, BlockArguments& arguments,
               std::chrono::seconds quick_budget);

// Returns what `measure` returns, which is given a way to show progress (on a terminal, else
// empty). The first Ctrl-C or SIGTERM meanwhile makes limits.interrupted say yes; a second one ends
// the program.
nlohmann::ordered_json RunInterruptibly(
    BlockLimits& limits, const std::function<nlohmann::ordered_json(Progress::Show show)>& measure);

// Whether Ctrl-C or SIGTERM ended the measurement, and the exit status that says which.
bool WasInterrupted();
int InterruptedStatus();

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_BLOCK_ARGUMENTS_H_
