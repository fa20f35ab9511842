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

#include "bench/programs/programs_table.h"
#include "bench/programs/real_programs.h"
#include "tools/cli/command.h"
#include "tools/cli/compare_arguments.h"
#include "tools/cli/parts.h"
#include "tools/cli/preload_library.h"
#include "tools/cli/print_json.h"

namespace alloclab::cli {
namespace {

// Until the user says otherwise. A run takes half a second under system, with --quick a tenth.
constexpr std::chrono::seconds kTimeout{20};
constexpr std::chrono::seconds kQuickTimeout{5};
constexpr std::chrono::seconds kQuickBudget{75};

void CheckArguments(const CLI::App& command, const CompareArguments& arguments) {
  if (!arguments.options.traces.empty()) {
    throw CompareError(fmt::format(
        "--programs: programs are compared instead of traces, and {} is given as one. Leave out "
        "either; names of programs are separated by commas.",
        arguments.options.traces.front()));
  }
  for (const char* option : {"--mode", "--time-scale", "--touch", "--latency", "--page"}) {
    if (command.count(option) == 0) continue;
    throw CompareError(
        fmt::format("{} is of traces, and --programs runs none. Leave out either.", option));
  }
}

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, ',');) words.push_back(word);
  return words;
}

bool AnyFailed(const nlohmann::ordered_json& record) {
  for (const auto& cell : record.at("cells")) {
    if (cell.at("status") != "ok") return true;
  }
  return false;
}

}  // namespace

void AddProgramsOption(CLI::App& command, CompareArguments& arguments) {
  command
      .add_option("--programs", arguments.programs,
                  "Run real programs instead of traces: all, or those named, separated by commas "
                  "(a run that takes 20 s has failed, unless --timeout says otherwise; with "
                  "--quick they do a fifth of the work, within 5 s)")
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
  const nlohmann::ordered_json record =
      RunInterruptibly(arguments.amount.limits, [&](Progress::Show show) {
        options.limits = arguments.amount.limits;
        options.progress = std::move(show);
        return RunComparePrograms(options);
      });
  if (arguments.json) {
    PrintJson(std::cout, record);
  } else {
    PrintProgramTables(record, std::cout, isatty(STDOUT_FILENO) != 0);
  }
  if (WasInterrupted()) {
    std::cerr << "alloclab: interrupted; the figures are of "
              << record.at("provenance").at("blocks") << " blocks\n";
    return kInterrupted;
  }
  return AnyFailed(record) ? kFound : kFine;
}

}  // namespace alloclab::cli
