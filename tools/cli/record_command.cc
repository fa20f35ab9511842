// record: run a program and keep what it asked of its allocator.

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/cli/command.h"
#include "tools/cli/parts.h"
#include "tools/cli/print_json.h"
#include "traces/recorder/record.h"

namespace alloclab::cli {
namespace {

using recorder::ImageSummary;
using recorder::RecordResult;

nlohmann::json ToJson(const RecordResult& result) {
  nlohmann::json images = nlohmann::json::array();
  for (const ImageSummary& image : result.images) {
    images.push_back({{"pid", image.pid},
                      {"program", image.program},
                      {"is_main", image.is_main},
                      {"events", image.events},
                      {"tainted", image.tainted},
                      {"file", image.file}});
  }
  return {{"exit_code", result.exit_code},
          {"signal", result.signal},
          {"run_seconds", result.run_seconds},
          {"merge_seconds", result.merge_seconds},
          {"images", images},
          {"warnings", result.warnings}};
}

// Everything goes to standard error: standard output is the program's own.
void Print(const RecordResult& result) {
  for (const ImageSummary& image : result.images) {
    if (image.file.empty()) continue;
    fmt::print(std::cerr, "alloclab: {}: {} events of {} (process {}){}{}\n", image.file,
               image.events, image.program, image.pid,
               image.tainted.empty() ? "" : "; tainted: ", image.tainted);
  }
  for (const std::string& warning : result.warnings) {
    fmt::print(std::cerr, "alloclab: warning: {}\n", warning);
  }
  if (result.signal != 0) {
    fmt::print(std::cerr, "alloclab: the program was ended by signal {}; its trace ends there\n",
               result.signal);
  } else if (result.exit_code != 0) {
    fmt::print(std::cerr, "alloclab: the program ended with exit status {}\n", result.exit_code);
  }
}

}  // namespace

void AddRecord(CLI::App& app, int& exit_status) {
  struct Arguments {
    recorder::RecordOptions options;
    bool only_main = false;
    bool json = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* record = app.add_subcommand("record",
                                        "Run a program and record what it asks of its allocator: "
                                        "alloclab record -o F -- PROGRAM ARGS");
  record->add_option("-o,--output", arguments->options.output, "The trace to write (.alt or .txt)")
      ->required();
  record->add_option(
      "--raw-folder", arguments->options.raw_folder,
      "Where the raw records lie while the program runs (default: beside the output)");
  record
      ->add_option("--times", arguments->options.time_resolution_ns,
                   "Keep when each call was made, to NS nanoseconds: 100 adds about half a byte an "
                   "event (default: no times)")
      ->check(CLI::PositiveNumber)
      ->type_name("NS");
  record
      ->add_option("--sites", arguments->options.site_depth,
                   "Keep who asked for each block, for info --by site: N frames of the stack (8); "
                   "makes each call several times as long")
      ->expected(0, 1)
      ->default_str("8")
      ->check(CLI::Range(1, static_cast<int>(recorder::kSiteDepthMax)))
      ->type_name("N");
  record->add_flag("--start-paused", arguments->options.start_paused,
                   "Record nothing before this command gets SIGUSR1; each one starts or stops it "
                   "(kill -USR1, also without this option)");
  record
      ->add_option("--max-bytes", arguments->options.max_raw_bytes,
                   "Raw records to keep at most, 16 bytes for most calls, as in 100MB; what comes "
                   "later is counted and said (default: most of what is free)")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("BYTES");
  record->add_flag("--only-main", arguments->only_main,
                   "Keep no traces of child processes and of images before an exec");
  record->add_flag("--json", arguments->json, "Print a summary as JSON to standard error");
  record->add_option("program", arguments->options.argv, "The program and its arguments, after --")
      ->required();
  record->positionals_at_end();
  record->footer(
      "Exit status: 0 fine, 1 the program ended by a signal or with a status other than 0, or a "
      "trace is tainted\n(calls are missing), 2 misuse.");
  record->callback([arguments, &exit_status] {
    arguments->options.preload_library = RecorderLibrary();
    arguments->options.keep_children = !arguments->only_main;
    const RecordResult result = recorder::Record(arguments->options);
    if (arguments->json) {
      PrintJson(std::cerr, ToJson(result));
    } else {
      Print(result);
    }
    bool clean = result.exit_code == 0 && result.signal == 0;
    for (const ImageSummary& image : result.images) clean = clean && image.tainted.empty();
    exit_status = clean ? kFine : kFound;
  });
}

}  // namespace alloclab::cli
