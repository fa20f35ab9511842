// What compare and replay share: how to run, and what to print.

#ifndef ALLOCLAB_TOOLS_CLI_COMPARE_ARGUMENTS_H_
#define ALLOCLAB_TOOLS_CLI_COMPARE_ARGUMENTS_H_

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <vector>

#include "bench/compare.h"
#include "tools/cli/block_arguments.h"

namespace alloclab::cli {

struct CompareArguments {
  CompareOptions options;
  BlockArguments amount;
  std::string mode = "serial";
  std::string touch = "line";
  int timeout_seconds = 120;
  std::uint64_t memory_limit_mib = 4096;
  std::string page;                // empty: none
  std::vector<std::string> heaps;  // TRACE:ALLOCATOR, for the page
  bool latency = false;
  bool json = false;
};

void AddCompareOptions(CLI::App& command, CompareArguments& arguments);

// Runs as the options of `command` say, prints and writes; returns the exit status.
int RunCompareCommand(const CLI::App& command, CompareArguments& arguments);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_COMPARE_ARGUMENTS_H_
