#include "tools/cli/block_arguments.h"

#include <fmt/format.h>

#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "tools/cli/command.h"
#include "tools/cli/percentage.h"
#include "tools/cli/progress_line.h"

namespace alloclab::cli {
namespace {

// Ctrl-C, and what others end a program with: a shell's kill, a container, a supervisor.
constexpr int kSignals[] = {SIGINT, SIGTERM};

// The first of these, which ends the comparison with what it has; the second is the default again
// and ends the program.
volatile std::sig_atomic_t interrupted = 0;

void Interrupt(int signal) {
  interrupted = signal;
  for (const int number : kSignals) std::signal(number, SIG_DFL);
}

// For its lifetime these signals are notes to be read, not the end.
class Interruptible {
 public:
  Interruptible() {
    for (const int number : kSignals) std::signal(number, Interrupt);
  }
  ~Interruptible() {
    for (const int number : kSignals) std::signal(number, SIG_DFL);
  }
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;
};

double PrecisionFrom(const std::string& text) {
  const std::optional<double> share = ShareFromPercentage(text);
  if (share && *share > 0) return *share;
  throw CLI::ValidationError("--precision",
                             "'" + text + "' is no percentage above 0; write it like 2%");
}

}  // namespace

void AddBlockOptions(CLI::App& command, BlockArguments& arguments, const std::string& quick) {
  command
      .add_option("--blocks", arguments.limits.blocks,
                  "Interleaved timed runs of each cell; a published figure has 15")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_option("--precision", arguments.precision,
                     "Go on until the interval of a ratio is so narrow, e.g. 2%; at most 200 "
                     "blocks, or what --blocks says");
  command
      .add_option(kBudgetFlag, arguments.budget_minutes,
                  BudgetHelp(fmt::format("{}", kBudgetMinutes)))
      ->check(CLI::Range(0.0, 100000.0));
  command.add_flag(kQuickFlag, arguments.quick, quick)
      ->excludes("--precision")
      ->excludes("--blocks")
      ->excludes(kBudgetFlag);
}

std::string BudgetHelp(const std::string& minutes) {
  return fmt::format(
      "Minutes after which no block is begun, once each cell has had 6; 0 for none (default: {}; "
      "none with --blocks or --precision)",
      minutes);
}

void SetLimits(const CLI::App& command, BlockArguments& arguments,
               std::chrono::seconds quick_budget) {
  BlockLimits& limits = arguments.limits;
  if (arguments.quick) {
    limits.budget = quick_budget;
    return;
  }
  const bool said = command.count("--blocks") > 0 || command.count("--precision") > 0;
  if (!arguments.precision.empty()) {
    limits.precision = PrecisionFrom(arguments.precision);
    if (command.count("--blocks") == 0) limits.blocks = kMostBlocksForPrecision;
  }
  if (said && command.count("--budget") == 0) return;
  limits.budget = std::chrono::seconds(std::llround(arguments.budget_minutes * 60));
}

nlohmann::ordered_json RunInterruptibly(
    BlockLimits& limits,
    const std::function<nlohmann::ordered_json(Progress::Show show)>& measure) {
  limits.interrupted = WasInterrupted;
  const Interruptible interruptible;
  const ProgressLine progress;
  return measure(progress.show());
}

bool WasInterrupted() { return interrupted != 0; }

int InterruptedStatus() { return interrupted != 0 ? kSignalled + interrupted : kInterrupted; }

}  // namespace alloclab::cli
