// info, convert and slice: looking at traces, changing their form, and taking a part.

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "tools/cli/command.h"
#include "tools/cli/print_json.h"
#include "tools/cli/refuse_options.h"
#include "traces/convert.h"
#include "traces/export/export.h"
#include "traces/import/import.h"
#include "traces/info.h"
#include "traces/sites/by_site.h"
#include "traces/slice.h"
#include "traces/trace_io.h"

namespace alloclab::cli {
namespace {

std::uint64_t FileBytes(const std::string& path) {
  std::error_code none;
  const std::uintmax_t bytes = std::filesystem::file_size(path, none);
  return none ? 0 : bytes;
}

constexpr char kReadingStatuses[] =
    "Exit status: 0 fine, 2 misuse or a trace that cannot be read, 3 the trace was cut short.";
constexpr char kCopyingStatuses[] =
    "Exit status: 0 fine, 2 misuse or a trace that cannot be read or written, 3 the trace was cut "
    "short\nand what is left of it was written.";

}  // namespace

void AddInfo(CLI::App& app, int& exit_status) {
  struct Arguments {
    std::string trace;
    bool json = false;
    std::string by;
    std::size_t top = 20;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* info = app.add_subcommand("info", "Tell what a trace holds");
  info->add_option("trace", arguments->trace,
                   "A trace, or another tool's recording; - for standard input")
      ->required();
  info->add_flag("--json", arguments->json, "Print JSON");
  CLI::Option* by =
      info->add_option("--by", arguments->by,
                       "site: tell who allocates instead (of a trace recorded with --sites)")
          ->check(CLI::IsMember({"site"}));
  info->add_option("--top", arguments->top, "How many call sites to show, with --by site")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->needs(by);
  info->footer(kReadingStatuses);
  info->callback([arguments, &exit_status] {
    const std::unique_ptr<TraceReader> reader = OpenTrace(arguments->trace);
    if (arguments->by == "site") {
      const SiteSummary summary = SummarizeBySite(*reader);
      if (arguments->json) {
        PrintJson(std::cout, BySiteToJson(summary, arguments->top));
      } else {
        PrintBySite(summary, arguments->top, std::cout);
      }
      exit_status = ReportWarnings(summary.warnings);
      return;
    }
    const TraceInfo summary = SummarizeTrace(*reader, FileBytes(arguments->trace));
    if (arguments->json) {
      PrintJson(std::cout, InfoToJson(summary));
    } else {
      PrintInfo(summary, std::cout);
    }
    exit_status = ReportWarnings(reader->warnings());
  });
}

namespace {

struct ConvertArguments {
  std::string source;
  std::string target;
  std::string from;
  std::string to;
  int level = 19;
  std::uint32_t snapshot_blocks = 0;
};

// The form that --to names; without it, that of the target's name.
TraceForm OwnForm(const ConvertArguments& arguments) {
  if (arguments.to == "alt") return TraceForm::kArchive;
  if (arguments.to == "txt") return TraceForm::kText;
  return FormFromName(arguments.target);
}

int Convert(const CLI::App& command, const ConvertArguments& arguments) {
  const ExportFormat* const format =
      arguments.to.empty() ? ExportFormatOfName(arguments.target) : FindExportFormat(arguments.to);
  if (format != nullptr || OwnForm(arguments) != TraceForm::kArchive) {
    RefuseOptions(command, kNoArchive, {"--level", "--snapshots"});
  }
  const std::unique_ptr<TraceReader> reader = OpenTrace(arguments.source, arguments.from);
  if (const std::string taint = FindMetadata(reader->metadata(), "tainted"); !taint.empty()) {
    std::cerr << "alloclab: note: the recording is tainted: " << taint << "\n";
  }
  std::uint64_t events = 0;
  if (format != nullptr) {
    const auto writer = format->create(arguments.target, reader->metadata());
    events = CopyTrace(*reader, *writer);
    if (const std::string losses = writer->Losses(); !losses.empty()) {
      std::cerr << "alloclab: note: not all of the trace is in " << losses << "\n";
    }
  } else {
    WriterOptions options;
    options.metadata = reader->metadata();
    options.zstd_level = arguments.level;
    options.snapshot_blocks = arguments.snapshot_blocks;
    const auto writer = CreateTrace(arguments.target, OwnForm(arguments), options);
    events = CopyTrace(*reader, *writer);
  }
  if (isatty(STDERR_FILENO)) std::cerr << "alloclab: copied " << events << " events\n";
  return ReportWarnings(reader->warnings());
}

}  // namespace

void AddConvert(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<ConvertArguments>();
  CLI::App* convert = app.add_subcommand("convert",
                                         "Copy a trace into another form: .alt is an archive, .txt "
                                         "or - is text; import another tool's "
                                         "recording; export into another tool's format (--to)");
  convert
      ->add_option("source", arguments->source,
                   "The trace or recording to read; - for standard input")
      ->required();
  convert->add_option("target", arguments->target, "The file to write; - for standard output")
      ->required();
  std::vector<std::string> formats;
  for (const ImportFormat* format : ImportFormats()) formats.emplace_back(format->name);
  convert
      ->add_option("--from", arguments->from,
                   "Read another tool's format, whatever the file looks like")
      ->check(CLI::IsMember(formats));
  std::vector<std::string> targets = {"alt", "txt"};
  for (const ExportFormat* format : ExportFormats()) targets.emplace_back(format->name);
  convert->add_option("--to", arguments->to, "The form to write, whatever the target is called")
      ->check(CLI::IsMember(targets));
  convert->add_option("--level", arguments->level, "zstd level of an archive")
      ->check(CLI::Range(1, 22))
      ->capture_default_str();
  convert
      ->add_flag(
          "--snapshots{16}", arguments->snapshot_blocks,
          "Tell in one block of 16 of an archive (--snapshots=N: of N) what is live, so that "
          "slice --from need not read all that comes before")
      ->check(CLI::Range(1, 65536));
  convert->footer(kCopyingStatuses);
  convert->callback(
      [arguments, convert, &exit_status] { exit_status = Convert(*convert, *arguments); });
}

void AddSlice(CLI::App& app, int& exit_status) {
  struct Arguments {
    std::string from_trace;
    std::string to_trace;
    std::uint64_t from = 0;
    std::uint64_t to = UINT64_MAX;
    int level = 19;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* slice = app.add_subcommand(
      "slice", "Copy a part of a trace; blocks that are live at its start are made first");
  slice->add_option("trace", arguments->from_trace, "The trace to read; - for standard input")
      ->required();
  slice->add_option("to_trace", arguments->to_trace, "The trace to write (.alt, .txt or -)")
      ->required();
  slice->add_option("--from", arguments->from, "The first event, counted from 0")
      ->capture_default_str();
  slice->add_option("--to", arguments->to, "The event after the last (default: the end)");
  slice->add_option("--level", arguments->level, "zstd level of an archive")
      ->check(CLI::Range(1, 22))
      ->capture_default_str();
  slice->footer(kCopyingStatuses);
  slice->callback([arguments, slice, &exit_status] {
    if (arguments->from > arguments->to) {
      throw CLI::ValidationError("--from is above --to: a part ends after it has begun");
    }
    const TraceForm form = FormFromName(arguments->to_trace);
    if (form != TraceForm::kArchive) RefuseOptions(*slice, kNoArchive, {"--level"});
    const std::unique_ptr<TraceReader> reader = OpenTrace(arguments->from_trace);
    WriterOptions options;
    options.metadata = reader->metadata();
    const std::string end = arguments->to == UINT64_MAX ? "the end" : std::to_string(arguments->to);
    options.metadata.emplace_back("slice", "events " + std::to_string(arguments->from) + " to " +
                                               end + ", behind what was live before them");
    options.zstd_level = arguments->level;
    const std::unique_ptr<TraceWriter> writer = CreateTrace(arguments->to_trace, form, options);
    const SliceCounts counts = SliceTrace(*reader, *writer, arguments->from, arguments->to);
    exit_status = ReportWarnings(reader->warnings());
    if (isatty(STDERR_FILENO)) {
      std::cerr << "alloclab: " << counts.events << " events behind " << counts.inherited
                << " blocks that were live\n";
    }
  });
}

}  // namespace alloclab::cli
