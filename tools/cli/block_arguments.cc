#include "tools/cli/block_arguments.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cmath>
#include <csignal>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace alloclab::cli {
namespace {

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

// "2%" as 0.02.
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
    limits.precision = ShareFromPercent(arguments.precision);
    if (command.count("--blocks") == 0) limits.blocks = kMostBlocksForPrecision;
  }
  if (said && command.count("--budget") == 0) return;
  limits.budget = std::chrono::seconds(std::llround(arguments.budget_minutes * 60));
}

nlohmann::ordered_json RunInterruptibly(
    BlockLimits& limits,
    const std::function<nlohmann::ordered_json(Progress::Show show)>& measure) {
  const bool progress = isatty(STDERR_FILENO) != 0;
  limits.interrupted = WasInterrupted;
  std::signal(SIGINT, Interrupt);
  // However it ends, what follows begins on a line of its own.
  const std::unique_ptr<const bool, void (*)(const bool*)> end(&progress, [](const bool* shown) {
    std::signal(SIGINT, SIG_DFL);
    if (*shown) std::cerr << "\r\033[K" << std::flush;
  });
  return measure(progress ? Progress::Show(ShowProgress) : Progress::Show());
}

bool WasInterrupted() { return interrupted != 0; }

}  // namespace alloclab::cli
