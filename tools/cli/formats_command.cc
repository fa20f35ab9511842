// formats: how large traces are in our forms and in those of other tools.

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tools/cli/command.h"
#include "tools/cli/parts.h"
#include "tools/cli/print_json.h"
#include "traces/export/format_sizes.h"

namespace alloclab::cli {
namespace {

struct FormatsArguments {
  std::vector<std::string> traces;
  bool json = false;
};

double PerEvent(std::uint64_t bytes, std::uint64_t events) {
  return static_cast<double>(bytes) / static_cast<double>(events);
}

void PrintHeader(const TraceSizes& sizes) {
  std::cout << "bytes an event, packed by zstd 3 (alt: as it is)\n"
            << fmt::format("{:<18}{:>10}", "trace", "events");
  for (const FormatSize& size : sizes.formats) std::cout << fmt::format("{:>11}", size.format);
  std::cout << "\n";
}

void PrintRow(const std::string& name, std::uint64_t events, const std::vector<double>& values) {
  std::cout << fmt::format("{:<18}{:>10}", name, events);
  for (const double value : values) std::cout << fmt::format("{:>11.3f}", value);
  std::cout << std::endl;
}

nlohmann::json ToJson(const std::string& path, const TraceSizes& sizes) {
  nlohmann::json formats = nlohmann::json::array();
  for (const FormatSize& size : sizes.formats) {
    formats.push_back(
        {{"format", size.format}, {"bytes", size.bytes}, {"packed_bytes", size.packed_bytes}});
  }
  return {{"trace", path}, {"events", sizes.events}, {"formats", formats}};
}

int Formats(const FormatsArguments& arguments) {
  int status = kFine;
  nlohmann::json json = nlohmann::json::array();
  std::vector<double> sums;
  std::uint64_t events = 0;
  for (const std::string& path : arguments.traces.empty() ? CorpusTraces() : arguments.traces) {
    if (isatty(STDERR_FILENO)) std::cerr << "alloclab: writing " << path << " in every format\n";
    const TraceSizes sizes = MeasureFormats(path);
    if (sizes.events == 0)
      throw std::runtime_error(path + ": has no events, and so no bytes an event");
    if (const int warned = ReportWarnings(sizes.warnings); warned != kFine) status = warned;
    json.push_back(ToJson(path, sizes));
    if (arguments.json) continue;
    if (sums.empty()) PrintHeader(sizes);
    std::vector<double> values;
    for (const FormatSize& size : sizes.formats) {
      values.push_back(PerEvent(size.packed_bytes, sizes.events));
    }
    PrintRow(std::filesystem::path(path).stem().string(), sizes.events, values);
    sums.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) sums[i] += values[i];
    events += sizes.events;
  }
  if (arguments.json) {
    PrintJson(std::cout, json);
  } else if (json.size() > 1) {
    for (double& sum : sums) sum /= static_cast<double>(json.size());
    PrintRow("mean", events, sums);
  }
  return status;
}

}  // namespace

void AddFormats(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<FormatsArguments>();
  CLI::App* formats = app.add_subcommand(
      "formats", "Tell how large traces are in our forms and in other tools' formats");
  formats->add_option("traces", arguments->traces,
                      "Traces (default: the committed corpus, traces/corpus/*.alt)");
  formats->add_flag("--json", arguments->json, "Print JSON");
  formats->footer(
      "Exit status: 0 fine, 2 misuse or a trace that cannot be read, 3 a trace was cut short.");
  formats->callback([arguments, &exit_status] { exit_status = Formats(*arguments); });
}

}  // namespace alloclab::cli
