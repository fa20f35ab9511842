// generate and fit: traces that no program made, and models of those that one did.

#include <fmt/format.h>

#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "tools/cli/command.h"
#include "tools/cli/refuse_options.h"
#include "traces/generators/draw.h"
#include "traces/generators/fit.h"
#include "traces/generators/generator.h"
#include "traces/generators/score.h"
#include "traces/trace_io.h"

namespace alloclab::cli {
namespace {

using generators::Arguments;
using generators::Generator;
using generators::GeneratorError;

struct GenerateArguments {
  std::string output;
  std::string model;
  std::string scale = "1";
  std::uint64_t seed = 1;
  int level = 19;
  bool list = false;
  std::map<std::string, Arguments, std::less<>> by_name;
};

void List() {
  for (const Generator& generator : generators::Generators()) {
    std::cout << fmt::format("{:<18} {}\n", generator.name, generator.summary);
  }
}

// Each generator is a command of its own below generate, with its parameters for options; what all
// of them share is left to generate.
void AddGenerator(CLI::App& generate, const Generator& generator, Arguments& arguments) {
  CLI::App* command =
      generate.add_subcommand(std::string(generator.name), std::string(generator.summary));
  command->fallthrough();
  for (const generators::Parameter& parameter : generator.parameters) {
    const std::string_view name = parameter.name;
    command
        ->add_option_function<std::uint64_t>(
            fmt::format("--{}", name),
            [&arguments, name](const std::uint64_t& value) { arguments.Set(name, value); },
            fmt::format("{} ({} to {}{})", parameter.help, parameter.least, parameter.most,
                        parameter.scaled ? "; scaled" : ""))
        ->default_str(std::to_string(parameter.value));
  }
  if (!generator.file_name.empty()) {
    command->add_option(fmt::format("--{}", generator.file_name), arguments.file,
                        std::string(generator.file_help));
  }
  const std::string source =
      generator.source.empty() ? "" : fmt::format("\nAfter: {}.", generator.source);
  command->footer("Also -o, --seed, --scale and --level, see alloclab generate --help." + source);
}

void Run(const CLI::App& generate, GenerateArguments& arguments) {
  if (arguments.list) {
    List();
    return;
  }
  const std::vector<CLI::App*> chosen = generate.get_subcommands();
  if (chosen.empty() && arguments.model.empty()) {
    throw GeneratorError("which generator? Name one; alloclab generate --list shows them");
  }
  if (arguments.output.empty()) {
    throw GeneratorError("where to? Give -o FILE (.alt or .txt; - for text on standard output)");
  }
  if (!chosen.empty()) {
    RefuseOptions(generate, "the generator " + chosen.front()->get_name(), {"--model"});
  }
  if (FormFromName(arguments.output) != TraceForm::kArchive) {
    RefuseOptions(generate, kNoArchive, {"--level"});
  }
  const std::string name = chosen.empty() ? "model" : chosen.front()->get_name();
  Arguments& values = arguments.by_name.find(name)->second;
  if (chosen.empty()) values.file = arguments.model;
  values.Scale(generators::ThousandthsFromText(arguments.scale));
  const std::uint64_t events =
      generators::GenerateTrace(values, arguments.seed, arguments.output, arguments.level);
  const Generator& generator = values.generator();
  std::cerr << fmt::format("alloclab: {}: {} events of {}, seed {}, {}\n", arguments.output, events,
                           generator.name, arguments.seed, values.Text());
  if (generator.bound != nullptr) {
    std::cerr << fmt::format("alloclab: bound: {}\n", generator.bound(values));
  }
}

// The model of a trace that was drawn from `model`.
generators::TraceModel FitOfDrawn(const generators::TraceModel& model, bool means_only,
                                  std::uint64_t seed) {
  generators::Fitter fitter;
  generators::Emitter emitter([&fitter](const Event& event) { fitter.Add(event); });
  generators::Random random(seed);
  generators::DrawTrace(model, {model.allocations, means_only}, random, emitter);
  return fitter.Finish();
}

}  // namespace

void AddGenerate(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<GenerateArguments>();
  CLI::App* generate = app.add_subcommand(
      "generate",
      "Make a trace: alloclab generate NAME -o F [--seed N] [--scale X] [--PARAM v ...]");
  generate->add_flag("--list", arguments->list, "List the generators");
  generate->add_option("-o,--output", arguments->output,
                       "The trace to write (.alt or .txt; - for text on standard output)");
  generate->add_option("--model", arguments->model,
                       "A model that alloclab fit has written; the same as: model --model F");
  generate->add_option("--seed", arguments->seed, "The same seed gives the same trace everywhere")
      ->capture_default_str();
  generate
      ->add_option("--scale", arguments->scale,
                   "How much longer, or larger, than the parameter marked as scaled says")
      ->capture_default_str();
  generate->add_option("--level", arguments->level, "zstd level of an archive")
      ->check(CLI::Range(1, 22))
      ->capture_default_str();
  generate->require_subcommand(0, 1);
  generate->footer(
      "Each generator has its own --help, which tells its parameters.\n\n"
      "Exit status: 0 fine, 2 misuse or a file that cannot be read or written.");
  for (const Generator& generator : generators::Generators()) {
    Arguments& values =
        arguments->by_name.emplace(generator.name, Arguments(generator)).first->second;
    AddGenerator(*generate, generator, values);
  }
  generate->callback([generate, arguments, &exit_status] {
    Run(*generate, *arguments);
    exit_status = kFine;
  });
}

void AddFit(CLI::App& app, int& exit_status) {
  struct FitArguments {
    std::string trace;
    std::string output;
    std::uint64_t seed = 1;
    bool score = false;
  };
  auto arguments = std::make_shared<FitArguments>();
  CLI::App* fit = app.add_subcommand(
      "fit", "Learn a model of sizes and lifetimes from a trace: alloclab fit TRACE -o MODEL.json");
  fit->add_option("trace", arguments->trace, "A trace, archive or text; - for standard input")
      ->required();
  fit->add_option("-o,--output", arguments->output, "The model to write (JSON)")->required();
  CLI::Option* score = fit->add_flag(
      "--score", arguments->score,
      "Draw a trace from the model, and tell how far it is from the one given (0: as good "
      "as the same)");
  fit->add_option("--seed", arguments->seed, "Of the trace drawn for the score")
      ->capture_default_str()
      ->needs(score);
  fit->footer(
      "Exit status: 0 fine, 2 misuse or a trace that cannot be read, 3 the trace was cut short.");
  fit->callback([arguments, &exit_status] {
    const std::unique_ptr<TraceReader> reader = OpenTrace(arguments->trace);
    const generators::TraceModel model = generators::FitModel(*reader);
    generators::WriteModel(model, arguments->output);
    exit_status = ReportWarnings(reader->warnings());
    if (!arguments->score) return;
    for (const bool means_only : {false, true}) {
      const generators::TraceModel drawn = FitOfDrawn(model, means_only, arguments->seed);
      std::cout << fmt::format("{}: {}\n", means_only ? "from the means" : "from the distributions",
                               generators::ScoreText(generators::ScoreModel(model, drawn)));
    }
  });
}

}  // namespace alloclab::cli
