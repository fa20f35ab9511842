// compare --programs: allocators under real programs instead of traces.

#include "bench/programs/compare_programs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "bench/process/compare_error.h"
#include "bench/programs/programs_table.h"
#include "bench/programs/real_programs.h"
#include "tools/cli/command.h"
#include "tools/cli/compare_arguments.h"
#include "tools/cli/compare_mode.h"
#include "tools/cli/parts.h"
#include "tools/cli/preload_library.h"
#include "tools/cli/refuse_options.h"

namespace alloclab::cli {
namespace {

// A run takes 0.4 s under system, with --quick a tenth.
constexpr std::chrono::seconds kTimeout{kProgramTimeoutSeconds};
constexpr std::chrono::seconds kQuickTimeout{kQuickProgramTimeoutSeconds};
constexpr std::chrono::seconds kQuickBudget{75};

void CheckArguments(const CLI::App& command, const CompareArguments& arguments) {
  if (!arguments.options.traces.empty()) {
    throw CompareError(fmt::format(
        "--programs: programs are compared instead of traces, and {} is given as one. Leave out "
        "either; names of programs are separated by commas.",
        arguments.options.traces.front()));
  }
  RefuseOptions(command, "--programs",
                {"--mode", "--time-scale", "--touch", "--latency", "--counts", "--heapmap"});
}

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, ',');) words.push_back(word);
  return words;
}

}  // namespace

void AddProgramsOption(CLI::App& command, CompareArguments& arguments) {
  command
      .add_option("--programs", arguments.programs,
                  "Instead of traces: real programs, on libraries and system; about nine minutes, "
                  "with --quick about two. All, or those named, separated by commas")
      ->expected(0, 1);
}

int RunProgramsCommand(const CLI::App& command, CompareArguments& arguments) {
  CheckArguments(command, arguments);
  CompareProgramsOptions options;
  const bool quick = arguments.amount.quick;
  const RunLength length = quick ? RunLength::kShort : RunLength::kUsual;
  options.programs = RealPrograms(SplitAtCommas(arguments.programs), length);
  options.run_length = RunLengthName(length);
  options.allocators = PreloadLibraries(arguments.options.allocators);
  options.launcher_path = Launcher();
  options.source_folder = SourceRoot();
  options.timeout = command.count("--timeout") > 0 ? std::chrono::seconds(arguments.timeout_seconds)
                    : quick                        ? kQuickTimeout
                                                   : kTimeout;
  options.memory_limit_bytes = arguments.memory_limit_mib << 20;
  SetLimits(command, arguments.amount, kQuickBudget);
  // The page that is written without being asked for is that of traces.
  if (command.count("--page") == 0) arguments.page.clear();
  CheckRoom("programs", arguments);
  const nlohmann::ordered_json record =
      RunInterruptibly(arguments.amount.limits, [&](Progress::Show show) {
        options.limits = arguments.amount.limits;
        options.progress = std::move(show);
        return RunComparePrograms(options);
      });
  return Deliver(record, {}, arguments,
                 [&] { PrintProgramTables(record, std::cout, isatty(STDOUT_FILENO) != 0); });
}

}  // namespace alloclab::cli
