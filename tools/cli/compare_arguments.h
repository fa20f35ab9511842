// What compare and replay share: how to run, and what to print.

#ifndef ALLOCLAB_TOOLS_CLI_COMPARE_ARGUMENTS_H_
#define ALLOCLAB_TOOLS_CLI_COMPARE_ARGUMENTS_H_

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <vector>

#include "bench/compare.h"

namespace alloclab::cli {

struct CompareArguments {
  CompareOptions options;
  std::string mode = "serial";
  std::string touch = "line";
  std::string precision;      // "2%"; empty: none
  double budget_minutes = 9;  // as long as none of the options below says how much to run
  bool quick = false;
  int timeout_seconds = 120;
  std::uint64_t memory_limit_mib = 4096;
  std::string page;                // empty: none
  std::vector<std::string> heaps;  // TRACE:ALLOCATOR, for the page
  bool latency = false;
  bool json = false;
};

void AddCompareOptions(CLI::App& command, CompareArguments& arguments);

// "2%" as 0.02. Throws CLI::ValidationError for what is no percentage above 0.
double ShareFromPercent(const std::string& text);

// Runs as the options of `command` say, prints and writes; returns the exit status.
int RunCompareCommand(const CLI::App& command, CompareArguments& arguments);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_COMPARE_ARGUMENTS_H_
