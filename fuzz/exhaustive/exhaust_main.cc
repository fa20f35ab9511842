// Runs all programs of up to k calls at the edges of an allocator's size classes.
//
//   bazel run //fuzz/exhaustive:exhaust -- VARIANT [--seconds N | --operations K] [--json]

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "fuzz/exhaustive/exhaust.h"
#include "fuzz/exhaustive/variant_programs.h"
#include "fuzz/finding.h"
#include "fuzz/program.h"

namespace alloclab {
namespace {

struct Options {
  std::string variant;
  std::string alphabet = "edges";
  ExhaustLimits limits = {.seconds = 60};
  bool json = false;
};

std::string Sizes(const ClassEdges& edges) {
  return fmt::format("{}, {}, {}", edges.least, edges.next, edges.merged);
}

void PrintTable(const Options& options, std::string_view variant, const ClassEdges& edges,
                std::size_t arena_bytes, const ExhaustResult& result) {
  fmt::print("{}: {} (sizes {}), an arena of {} bytes\n", variant, options.alphabet, Sizes(edges),
             arena_bytes);
  for (std::size_t i = 0; i < result.lengths.size(); ++i) {
    const auto [all, run] = result.lengths[i];
    fmt::print("{:4} operations {:>14} programs{}\n", i + 1, run,
               run == all
                   ? ""
                   : fmt::format(" of {} ({:.1f} %)", all,
                                 100.0 * static_cast<double>(run) / static_cast<double>(all)));
  }
  fmt::print("{} programs in {:.1f} s, {:.0f} a second: {}\n\n", result.programs_run(),
             result.seconds, static_cast<double>(result.programs_run()) / result.seconds,
             result.verdict.empty() ? "no rule is broken" : result.verdict);
  std::fflush(stdout);
}

void PrintJson(const Options& options, std::string_view variant, const ClassEdges& edges,
               std::size_t arena_bytes, const ExhaustResult& result) {
  nlohmann::json lengths = nlohmann::json::array();
  for (std::size_t i = 0; i < result.lengths.size(); ++i) {
    lengths.push_back({{"operations", i + 1},
                       {"programs", result.lengths[i].programs},
                       {"run", result.lengths[i].run}});
  }
  const nlohmann::json line = {
      {"allocator", variant},
      {"alphabet", options.alphabet},
      {"sizes", {edges.least, edges.next, edges.merged}},
      {"arena_bytes", arena_bytes},
      {"lengths", lengths},
      {"programs", result.programs_run()},
      {"seconds", result.seconds},
      {"verdict", result.verdict.empty() ? nlohmann::json() : nlohmann::json(result.verdict)}};
  fmt::print("{}\n", line.dump());
  std::fflush(stdout);
}

// Why the program has its verdict. What kills a process is not run in this one.
std::string Sentence(const VariantPrograms& programs, std::size_t arena_bytes,
                     const ExhaustResult& result) {
  if (result.verdict == "crash") return "the process died";
  if (result.verdict == "time-out") return "the program does not end";
  const CheckedResult again = programs.run(result.program, arena_bytes);
  return again.violation
             ? fmt::format("{} (event {})", again.violation->text, again.violation->operation)
             : "not seen again when it was run alone";
}

// Whether no rule is broken.
bool ExhaustVariant(const Options& options, std::string_view variant,
                    const VariantPrograms& programs) {
  const Alphabet alphabet = options.alphabet == "edges"
                                ? EdgeAlphabet(programs.edges, programs.arena_bytes)
                                : ExtremeAlphabet(programs.edges);
  const ExhaustResult result = Exhaust(
      alphabet,
      [&](std::span<const Event> events) {
        const CheckedResult checked = programs.run(events, alphabet.arena_bytes);
        return checked.violation ? std::string(RuleName(checked.violation->rule)) : std::string();
      },
      options.limits);
  if (options.json) {
    PrintJson(options, variant, programs.edges, alphabet.arena_bytes, result);
  } else {
    PrintTable(options, variant, programs.edges, alphabet.arena_bytes, result);
  }
  if (result.verdict.empty()) return true;
  ReportFinding({alphabet.arena_bytes, result.program}, variant, result.verdict,
                Sentence(programs, alphabet.arena_bytes, result));
  return false;
}

int Run(const Options& options) {
  bool fine = true;
  for (const std::string_view variant : WalkableVariants()) {
    if (options.variant != variant && options.variant != "all") continue;
    fine = ExhaustVariant(options, variant, *ProgramsOfVariant(variant)) && fine;
  }
  return fine ? 0 : 1;
}

}  // namespace
}  // namespace alloclab

int main(int argc, char** argv) {
  alloclab::Options options;
  CLI::App app(
      "Runs every program of one call, of two, and so on, at the edges of an allocator's smallest "
      "size classes, under the checker.\nExit: 0 no rule is broken, 1 one is (the case is printed "
      "and written to a file), 2 misuse.");
  std::vector<std::string> names = {"all"};
  for (const std::string_view name : alloclab::WalkableVariants()) names.emplace_back(name);
  app.add_option("variant", options.variant, "an allocator, or `all`")
      ->required()
      ->check(CLI::IsMember(names));
  app.add_option("--alphabet", options.alphabet,
                 "edges: sizes at the edges of classes; extremes: sizes on which sums wrap")
      ->check(CLI::IsMember({"edges", "extremes"}))
      ->capture_default_str();
  auto* seconds =
      app.add_option("--seconds", options.limits.seconds, "of processor time, for each variant")
          ->check(CLI::Range(0.001, 1e6))
          ->capture_default_str();
  auto* operations = app.add_option("--operations", options.limits.operations,
                                    "the longest programs, all of them, however long it takes")
                         ->check(CLI::Range(1, 64));
  app.add_flag("--json", options.json, "a JSON object a line for each variant");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  // Both may be given: whichever ends first.
  if (operations->count() != 0 && seconds->count() == 0) options.limits.seconds = 0;
  // Where `bazel run` was called, not where it runs.
  if (const char* caller = std::getenv("BUILD_WORKING_DIRECTORY")) {
    alloclab::SetArtifactPrefix(std::string(caller) + "/");
  }
  return alloclab::Run(options);
}
