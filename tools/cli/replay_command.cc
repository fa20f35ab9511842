// replay: one trace on one allocator, timed, or under the checker (--check).

#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "allocator/variants.h"
#include "tools/cli/arena_bytes.h"
#include "tools/cli/command.h"
#include "tools/cli/compare_arguments.h"
#include "tools/cli/print_json.h"
#include "tools/cli/refuse_options.h"
#include "traces/checked/arena.h"
#include "traces/checked/checked.h"
#include "traces/trace_io.h"

namespace alloclab::cli {
namespace {

struct ReplayArguments {
  std::string trace;
  std::string allocator;
  bool check = false;
  std::size_t arena_bytes = 0;  // 0: as the trace says, or the default
  CompareArguments timed;
};

int Report(const ReplayArguments& arguments, const CheckedResult& result) {
  if (arguments.timed.json) {
    nlohmann::json verdict = {{"trace", arguments.trace},
                              {"allocator", arguments.allocator},
                              {"refused", result.refused}};
    if (result.violation) {
      verdict["rule"] = RuleName(result.violation->rule);
      verdict["event"] = result.violation->operation;
      verdict["text"] = result.violation->text;
    }
    PrintJson(std::cout, verdict);
  } else if (result.violation) {
    std::cout << fmt::format("{} breaks the rule '{}' at event {} of {}: {}\n", arguments.allocator,
                             RuleName(result.violation->rule), result.violation->operation,
                             arguments.trace, result.violation->text);
  } else {
    std::cout << fmt::format("{} keeps all rules on {} ({} requests refused)\n",
                             arguments.allocator, arguments.trace, result.refused);
  }
  return result.violation ? kFound : kFine;
}

int RunChecked(const ReplayArguments& arguments) {
  const std::unique_ptr<TraceReader> reader = OpenTrace(arguments.trace);
  const std::size_t bytes = ArenaBytes(arguments.trace, arguments.arena_bytes, reader->metadata());
  Arena arena(bytes);
  CheckedResult result;
  const bool known = Variants::Visit<CheckedPages>(arguments.allocator, [&]<Allocator A>() {
    result = ReplayChecked<A>(*reader, arena, bytes);
  });
  if (!known) {
    throw CLI::ValidationError(
        fmt::format("there is no variant '{}' to check; the variants are: {}", arguments.allocator,
                    fmt::join(Variants::kNames, ", ")));
  }
  if (result.calls == 0) {
    throw TraceError(fmt::format(
        "{}: this trace is empty: it makes no call on the allocator, so there is nothing to check",
        arguments.trace));
  }
  const int status = Report(arguments, result);
  const int warned = ReportWarnings(reader->warnings());
  return status == kFine ? warned : status;
}

}  // namespace

void AddReplay(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* replay =
      app.add_subcommand("replay", "Run one trace on one allocator, timed or checked");
  replay->add_option("trace", arguments->trace, "A trace, or another tool's recording")->required();
  replay->add_option("--allocator", arguments->allocator, kAllocatorHelp)->required();
  CLI::Option* check =
      replay->add_flag("--check", arguments->check,
                       "Check every rule instead of timing; variants only, over an arena");
  replay
      ->add_option("--arena", arguments->arena_bytes,
                   "Bytes of the arena of --check (default: as the trace says, else 1 GiB)")
      ->needs(check);
  AddCompareOptions(*replay, arguments->timed);
  replay->footer(
      "Exit status: 0 fine, 1 a rule is broken or the run failed, 2 misuse or a trace that cannot "
      "be read,\n3 the trace was cut short, 130 interrupted.");
  replay->callback([arguments, replay, &exit_status] {
    if (arguments->check) {
      RefuseOptions(*replay, "--check",
                    {"--blocks", "--precision", "--budget", "--quick", "--mode", "--time-scale",
                     "--touch", "--timeout", "--memory-limit", "--latency", "--counts", "--page"});
      exit_status = RunChecked(*arguments);
      return;
    }
    arguments->timed.options.traces = {arguments->trace};
    arguments->timed.options.allocators = {arguments->allocator};
    exit_status = RunCompareCommand(*replay, arguments->timed);
  });
}

}  // namespace alloclab::cli
