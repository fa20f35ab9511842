// The command line of alloclab. tools/alloclab builds it and runs it.

#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

#include "bench/comparison/compare.h"
#include "bench/process/compare_error.h"
#include "tools/cli/block_arguments.h"
#include "tools/cli/command.h"

namespace alloclab::cli {

int ReportWarnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) std::cerr << "alloclab: warning: " << warning << "\n";
  return warnings.empty() ? kFine : kCutTrace;
}

namespace {

constexpr char kFooter[] =
    "Also, as scripts of the source tree:\n"
    "  test                        All tests: clang, sanitizers, gcc, fuzzing\n"
    "  fuzz VARIANT --seconds N    Fuzz an allocator\n"
    "  coverage                    What of the parsers, or the allocators, fuzzing reaches\n"
    "  doctor                      What this machine lacks, and how to get it\n"
    "  setup                       Install it\n\n"
    "Exit status: 0 fine, 1 something was found, 2 misuse or an input that cannot be used, 3 a "
    "trace "
    "was\ncut short and what is left of it was used, 130 interrupted; run, bench and Ctrl-C in "
    "gate "
    "and grade\nhave others. Each command has its own --help.";

// The parser would only say that a command is required.
void CheckCommand(CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::string known;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (command->get_name() == argv[1]) return;
    known += command->get_name() + " ";
  }
  throw std::runtime_error("there is no command '" + std::string(argv[1]) +
                           "'; the commands are: " + known + "test fuzz coverage doctor setup");
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Records what programs ask of malloc, replays it on any allocator, fuzzes allocators, "
      "and reports who is faster, leaner and correct.",
      "alloclab");
  app.require_subcommand(1);
  int exit_status = kFine;
  AddRecord(app, exit_status);
  AddInfo(app, exit_status);
  AddConvert(app, exit_status);
  AddFormats(app, exit_status);
  AddSlice(app, exit_status);
  AddReplay(app, exit_status);
  AddShrink(app, exit_status);
  AddCompare(app, exit_status);
  AddReport(app, exit_status);
  AddHeapmap(app, exit_status);
  AddRun(app, exit_status);
  AddGenerate(app, exit_status);
  AddFit(app, exit_status);
  AddGrade(app, exit_status);
  AddBench(app);
  AddGate(app, exit_status);
  // Last, for a command takes over the footer that is there when it is added.
  app.footer(kFooter);
  try {
    CheckCommand(app, argc, argv);
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {  // --help
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    std::cerr << "alloclab: " << error.what()
              << "\nSee alloclab --help, or alloclab COMMAND --help.\n";
    return kMisuse;
  } catch (const Interrupted& error) {
    std::cerr << "alloclab: " << error.what() << "\n";
    return InterruptedStatus();
  } catch (const std::exception& error) {
    std::cerr << "alloclab: " << error.what() << "\n";
    return kMisuse;
  }
  return exit_status;
}

}  // namespace
}  // namespace alloclab::cli

int main(int argc, char** argv) { return alloclab::cli::Main(argc, argv); }
