// heapmap: the heap of one allocator over a trace, as a page to travel in or as a picture.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "allocator/variants.h"
#include "bench/heapmap/figure.h"
#include "bench/heapmap/heapmap_page.h"
#include "bench/heapmap/record_history.h"
#include "tools/cli/command.h"
#include "tools/cli/refuse_options.h"
#include "traces/output_file.h"
#include "traces/trace_io.h"

namespace alloclab::cli {
namespace {

enum class OutputKind { kPage, kSvg, kPng };

struct HeapmapArguments {
  std::string trace;
  std::string output;
  HistoryOptions history;
  FigureSize size;
};

OutputKind KindOf(const std::string& output) {
  if (output.ends_with(".html")) return OutputKind::kPage;
  if (output.ends_with(".svg")) return OutputKind::kSvg;
  if (output.ends_with(".png")) return OutputKind::kPng;
  throw CLI::ValidationError(
      fmt::format("-o {}: its name does not say what to write; end it with .html (a page to travel "
                  "in), .svg or .png (a figure)",
                  output));
}

void CheckArguments(const HeapmapArguments& arguments) {
  const std::string& variant = arguments.history.allocator;
  if (std::ranges::count(Variants::kNames, variant) == 0) {
    throw CLI::ValidationError(fmt::format("there is no variant '{}'; the variants are: {}",
                                           variant, fmt::join(Variants::kNames, ", ")));
  }
  if (arguments.history.from >= arguments.history.to) {
    throw CLI::ValidationError(fmt::format(
        "--from {} is not below --to {}, so no event is left to draw; give a range that "
        "holds one",
        arguments.history.from, arguments.history.to));
  }
}

// Redrawn in place, on a terminal only.
void ShowProgress(double share) {
  fmt::print(stderr, "\ralloclab: replayed {:3.0f} %", 100 * share);
}

std::string Render(const HeapmapArguments& arguments, OutputKind kind, const History& history) {
  if (kind == OutputKind::kPage) return RenderHeapmap(history);
  const Figure figure = LayOutFigure(history, arguments.size);
  return kind == OutputKind::kSvg ? FigureToSvg(figure) : FigureToPng(figure);
}

int RunHeapmap(const CLI::App& command, HeapmapArguments& arguments) {
  CheckArguments(arguments);
  const OutputKind kind = KindOf(arguments.output);
  if (kind == OutputKind::kPage) RefuseOptions(command, "a page", {"--width", "--height"});
  const bool shows_progress = isatty(STDERR_FILENO) != 0;
  if (shows_progress) arguments.history.progress = ShowProgress;
  const std::unique_ptr<TraceReader> reader = OpenTrace(arguments.trace);
  OutputFile file(arguments.output);
  History history;
  try {
    history = RecordHistory(*reader, arguments.history);
  } catch (const TraceError& error) {
    const std::string what = error.what();
    throw what.starts_with(arguments.trace) ? error : TraceError(arguments.trace + ": " + what);
  }
  history.path = arguments.trace;
  history.trace = std::filesystem::path(arguments.trace).stem();
  file.Write(Render(arguments, kind, history));
  file.Commit();
  if (shows_progress) {
    fmt::print(stderr, "\r\033[Kalloclab: {}: {} blocks in {} events, {} bytes\n", arguments.output,
               history.blocks.size(), history.to - history.from, file.bytes());
  }
  if (history.refused != 0) {
    fmt::print(stderr,
               "alloclab: note: {} calls got no memory on {}; the picture is without them\n",
               history.refused, history.allocator);
  }
  return ReportWarnings(reader->warnings());
}

}  // namespace

void AddHeapmap(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<HeapmapArguments>();
  CLI::App* heapmap = app.add_subcommand(
      "heapmap",
      "Picture one allocator's heap over a trace: addresses by events, and every moment");
  heapmap->add_option("trace", arguments->trace, "A trace, or another tool's recording")
      ->required();
  heapmap->add_option("--allocator", arguments->history.allocator, "A variant, or system")
      ->required();
  heapmap
      ->add_option("-o,--output", arguments->output,
                   "The file to write: .html is a page to travel in, .svg or .png a figure")
      ->required();
  heapmap->add_option("--from", arguments->history.from, "The first event shown, counted from 0")
      ->capture_default_str();
  heapmap->add_option("--to", arguments->history.to, "The event after the last (default: the end)");
  heapmap->add_option("--width", arguments->size.width, "Of a figure, in pixels")
      ->check(CLI::Range(kLeastFigureWidth, kMostFigureSide))
      ->capture_default_str();
  heapmap->add_option("--height", arguments->size.height, "Of a figure, in pixels")
      ->check(CLI::Range(kLeastFigureHeight, kMostFigureSide))
      ->capture_default_str();
  heapmap->footer(
      "Exit status: 0 fine, 2 misuse or a trace that cannot be read, 3 the trace was cut short.");
  heapmap->callback(
      [arguments, heapmap, &exit_status] { exit_status = RunHeapmap(*heapmap, *arguments); });
}

}  // namespace alloclab::cli
