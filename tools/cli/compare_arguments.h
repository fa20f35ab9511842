// What compare and replay share: how to run, and what to print.

#ifndef ALLOCLAB_TOOLS_CLI_COMPARE_ARGUMENTS_H_
#define ALLOCLAB_TOOLS_CLI_COMPARE_ARGUMENTS_H_

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <vector>

#include "bench/comparison/compare.h"
#include "bench/workloads/compare_workloads.h"
#include "tools/cli/block_arguments.h"

namespace alloclab::cli {

// What is so until an option says otherwise: on traces, on workloads and on programs.
inline constexpr int kTimeoutSeconds = 30;
inline constexpr int kProgramTimeoutSeconds = 20;
inline constexpr int kQuickProgramTimeoutSeconds = 5;
inline constexpr double kWorkloadBudgetMinutes = 8;
inline constexpr char kDefaultPage[] = "alloclab-report.html";  // of traces alone

struct CompareArguments {
  CompareOptions options;
  BlockArguments amount;
  std::string mode = "serial";
  std::string touch{TouchName(kUsualTouch)};
  int timeout_seconds = kTimeoutSeconds;
  std::uint64_t memory_limit_mib = 4096;
  std::string page;                // empty: none
  std::vector<std::string> heaps;  // TRACE:ALLOCATOR, for the page
  // A folder of run folders, or one of them; empty: the record is not kept.
  std::string results;
  bool latency = false;
  bool counts = false;
  bool json = false;
  std::string programs;  // names, for compare --programs; empty: all
};

void AddCompareOptions(CLI::App& command, CompareArguments& arguments);

// Runs as the options of `command` say, prints and writes; returns the exit status.
int RunCompareCommand(const CLI::App& command, CompareArguments& arguments);

// compare --workloads (compare_workloads.cc).
struct WorkloadArguments {
  workloads::WorkloadOptions options;
};

void AddWorkloadOptions(CLI::App& command, WorkloadArguments& arguments);
bool WantsWorkloads(const CLI::App& command);

// The same with the options of both; throws CompareError for those that mean nothing here.
int RunWorkloadsCommand(const CLI::App& command, const CompareArguments& compare,
                        WorkloadArguments& arguments);

// compare --programs: adds it, and does the same for programs.
void AddProgramsOption(CLI::App& command, CompareArguments& arguments);
int RunProgramsCommand(const CLI::App& command, CompareArguments& arguments);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_COMPARE_ARGUMENTS_H_
