// The commands of the program: each adds itself to the command line, and runs when chosen.
//
// Exit statuses, the same everywhere: 0 fine; 1 something was found (a broken rule, a failed cell,
// a tainted recording); 2 misuse or an input that cannot be used; 3 a trace was cut short and what
// could be recovered was used; 130 Ctrl-C, 143 SIGTERM. `run` and `bench` become the program, whose
// status is its own; `gate` and `grade` end by the signal of Ctrl-C itself. Each command says its
// own in its footer.

#ifndef ALLOCLAB_TOOLS_CLI_COMMAND_H_
#define ALLOCLAB_TOOLS_CLI_COMMAND_H_

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <vector>

namespace alloclab::cli {

inline constexpr int kFine = 0;
inline constexpr int kFound = 1;
inline constexpr int kMisuse = 2;
inline constexpr int kCutTrace = 3;
inline constexpr int kSignalled = 128;  // and its number: as a shell says of what a signal ended
inline constexpr int kInterrupted = kSignalled + 2;

// What the option that names one allocator takes, where all kinds are taken.
inline constexpr char kAllocatorHelp[] =
    "A variant, system, jemalloc, mimalloc, tcmalloc, tbb, scudo, or the path of a .so file";

// Each adds one subcommand; its callback sets `exit_status`.
void AddRecord(CLI::App& app, int& exit_status);
void AddInfo(CLI::App& app, int& exit_status);
void AddConvert(CLI::App& app, int& exit_status);
void AddFormats(CLI::App& app, int& exit_status);
void AddSlice(CLI::App& app, int& exit_status);
void AddReplay(CLI::App& app, int& exit_status);
void AddCompare(CLI::App& app, int& exit_status);
void AddHeapmap(CLI::App& app, int& exit_status);
void AddRun(CLI::App& app, int& exit_status);
void AddGenerate(CLI::App& app, int& exit_status);
void AddFit(CLI::App& app, int& exit_status);
void AddShrink(CLI::App& app, int& exit_status);
void AddReport(CLI::App& app, int& exit_status);
void AddGrade(CLI::App& app, int& exit_status);
void AddBench(CLI::App& app);
void AddGate(CLI::App& app, int& exit_status);

// Prints a reader's warnings to standard error; kCutTrace if there were any, else kFine.
int ReportWarnings(const std::vector<std::string>& warnings);

}  // namespace alloclab::cli

#endif  // ALLOCLAB_TOOLS_CLI_COMMAND_H_
