// gate: whether the present tree's allocators are worse than those of another revision, for
// continuous integration.

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "bench/contained_child/contained_child.h"
#include "bench/gate/gate_run.h"
#include "bench/gate/report.h"
#include "tools/cli/command.h"
#include "tools/cli/parts.h"
#include "tools/cli/percentage.h"
#include "tools/cli/print_json.h"
#include "tools/cli/progress_line.h"

namespace alloclab::cli {
namespace {

struct GateArguments {
  gate::GateOptions options;
  bool json = false;
};

gate::GateResult RunVisibly(gate::GateOptions& options) {
  const ProgressLine progress;
  options.progress = progress.show();
  return gate::RunGate(options);
}

int RunGateCommand(GateArguments& arguments) {
  gate::GateOptions& options = arguments.options;
  options.root = SourceRoot();
  options.counts = Counts();
  if (options.traces.empty()) options.traces = CorpusTraces();
  int number = 0;
  try {
    const HeldEndingSignals held;
    const gate::GateResult result = RunVisibly(options);
    if (arguments.json) {
      PrintJson(std::cout, gate::GateJson(result));
    } else {
      std::cout << gate::GateText(result, isatty(STDOUT_FILENO) != 0);
    }
    return result.verdict.passed() ? kFine : kFound;
  } catch (const EndingSignal& ending) {
    number = ending.number;
  }
  EndBySignal(number);
}

// "2%" becomes 0.02.
std::string ToShare(std::string& text) {
  const std::optional<double> share = ShareFromPercentage(text);
  if (!share || *share < 0) return "'" + text + "' is no percentage; write it like 2%";
  text = fmt::format("{}", *share);
  return "";
}

void AddMargins(CLI::App& command, gate::Margins& margins) {
  const auto add = [&command](const char* name, double& share, const std::string& what) {
    command.add_option(name, share, what)->transform(CLI::Validator(ToShare, "PERCENT"));
  };
  add("--instructions", margins.instructions,
      "By how much instructions for each operation, beyond those of the replay, may become more "
      "(default 2%)");
  add("--d1-misses", margins.d1_misses, "Likewise misses of the first cache (default 5%)");
  add("--ll-misses", margins.ll_misses, "Likewise misses of the last cache (default 5%)");
  add("--held-over-live", margins.held_over_live_peak,
      "Likewise most bytes held over most bytes live (default 2%)");
  command
      .add_option("--held-at-end", margins.held_bytes_at_end,
                  "Bytes that may be held more than before when everything has been freed")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

}  // namespace

void AddGate(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<GateArguments>();
  gate::GateOptions& options = arguments->options;
  CLI::App* command = app.add_subcommand(
      "gate", "Hold the allocators of this tree against those of another revision, for CI");
  command
      ->add_option("--baseline", options.revision,
                   "Revision to hold the present tree against, e.g. origin/main; it is built in a "
                   "temporary folder")
      ->required();
  command
      ->add_option("--variants", options.variants,
                   "Variants, separated by commas (default: all that both have)")
      ->delimiter(',');
  command
      ->add_option("--traces", options.traces,
                   "Traces, separated by commas (default: the committed corpus)")
      ->delimiter(',');
  AddMargins(*command, options.margins);
  command
      ->add_option("--counted-events", options.counted_events,
                   "Events of each trace that are counted, and timed; 0 for all")
      ->capture_default_str();
  command
      ->add_option("--memory-events", options.memory_events,
                   "Events of each trace that memory is asked for; 0 for all")
      ->capture_default_str();
  command
      ->add_option("--blocks", options.blocks,
                   "Interleaved timed runs of both, as advice; 0 for none")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print the result as JSON");
  command->footer(
      "Fails by instructions, simulated cache misses and memory, which are the same in every run; "
      "never by time.\nTakes some minutes for the corpus on two processors that do nothing else, "
      "less with "
      "--blocks 0, and what building\nthe baseline takes.\n\n"
      "Exit status: 0 nothing is worse, 1 something is, 2 misuse or a baseline that cannot be "
      "compared with;\nCtrl-C ends it by the signal, which shells show as 130.");
  command->callback([arguments, &exit_status] { exit_status = RunGateCommand(*arguments); });
}

}  // namespace alloclab::cli
