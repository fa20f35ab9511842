// heapmap: the heap of one allocator over a trace, as a page to travel in or as a picture.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "allocator/variants.h"
#include "bench/heapmap/heapmap_page.h"
#include "bench/heapmap/record_history.h"
#include "tools/cli/command.h"
#include "traces/output_file.h"
#include "traces/trace_io.h"

namespace alloclab::cli {
namespace {

struct HeapmapArguments {
  std::string trace;
  std::string output;
  HistoryOptions history;
};

void CheckArguments(const HeapmapArguments& arguments) {
  const std::string& variant = arguments.history.allocator;
  if (std::ranges::count(Variants::kNames, variant) == 0) {
    throw CLI::ValidationError(fmt::format("there is no variant '{}'; the variants are: {}",
                                           variant, fmt::join(Variants::kNames, ", ")));
  }
  if (arguments.history.from >= arguments.history.to) {
    throw CLI::ValidationError("--from is not below --to, so no event is left to draw");
  }
}

// Redrawn in place, on a terminal only.
void ShowProgress(double share) {
  fmt::print(stderr, "\ralloclab: replayed {:3.0f} %", 100 * share);
}

int RunHeapmap(HeapmapArguments& arguments) {
  CheckArguments(arguments);
  const bool shows_progress = isatty(STDERR_FILENO) != 0;
  if (shows_progress) arguments.history.progress = ShowProgress;
  const std::unique_ptr<TraceReader> reader = OpenTrace(arguments.trace);
  History history = RecordHistory(*reader, arguments.history);
  if (shows_progress) fmt::print(stderr, "\r\033[K");
  history.path = arguments.trace;
  history.trace = std::filesystem::path(arguments.trace).stem();
  OutputFile file(arguments.output);
  file.Write(RenderHeapmap(history));
  file.Commit();
  return ReportWarnings(reader->warnings());
}

}  // namespace

void AddHeapmap(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<HeapmapArguments>();
  CLI::App* heapmap = app.add_subcommand("heapmap", "x");
  heapmap->add_option("trace", arguments->trace, "A trace")->required();
  heapmap->add_option("--allocator", arguments->history.allocator, "v")->required();
  heapmap->add_option("-o,--output", arguments->output, "o")->required();
  heapmap->add_option("--from", arguments->history.from, "f");
  heapmap->add_option("--to", arguments->history.to, "t");
  heapmap->callback([arguments, &exit_status] { exit_status = RunHeapmap(*arguments); });
}

}  // namespace alloclab::cli
