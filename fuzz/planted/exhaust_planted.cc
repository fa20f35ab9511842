// How many of the planted bugs are found by running every short program (fuzz/exhaustive).
//
//   bazel run //fuzz/planted:exhaust_planted -- [--operations K] [--seconds N] [NAME...]

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "fuzz/exhaustive/exhaust.h"
#include "fuzz/exhaustive/variant_programs.h"
#include "fuzz/planted/bug_file.h"
#include "fuzz/planted/planted.h"

namespace alloclab::planted {
namespace {

struct Options {
  std::vector<std::string> names;
  ExhaustLimits limits = {.operations = 5};
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw BugError(path + ": cannot be read; run this with `bazel run`");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool Wanted(const Options& options, std::string_view name) {
  return options.names.empty() || std::ranges::any_of(options.names, [&](const std::string& part) {
           return name.find(part) != std::string_view::npos;
         });
}

// "contents at 4 of 812", or how far the search went: "- at 5 of 124775".
std::string Told(const ExhaustResult& result) {
  return fmt::format("{} at {} of {}", result.verdict.empty() ? "-" : result.verdict,
                     result.lengths.size(), result.programs_run());
}

int Run(const Options& options) {
  std::map<std::size_t, std::size_t> found_at;  // operations -> bugs
  std::size_t bugs = 0;
  fmt::print("{:<60} {:<16} {:<16} {:<32} {}\n", "bug", "variant", "declared", "edges: seen",
             "extremes: seen");
  for (const PlantedBug& planted : AllPlantedBugs()) {
    // Programs of threads have schedules to run out of, and their own search for that.
    if (planted.is_threaded() || !Wanted(options, planted.name)) continue;
    const std::string path(planted.name);
    const Bug bug = ParseBug(path, ReadFile(path));
    const VariantPrograms programs = ProgramsOfVariant(bug.variant).value();
    const auto exhaust = [&](const Alphabet& alphabet) {
      return Exhaust(
          alphabet,
          [&](std::span<const Event> events) {
            return planted.run(events, alphabet.arena_bytes, /*fast=*/false).rule;
          },
          options.limits);
    };
    const ExhaustResult edges = exhaust(EdgeAlphabet(programs.edges, programs.arena_bytes));
    const ExhaustResult extremes = exhaust(ExtremeAlphabet(programs.edges));
    ++bugs;
    std::size_t fewest = 0;
    for (const ExhaustResult* result : {&edges, &extremes}) {
      const std::size_t calls = result->program.size();
      if (calls != 0 && (fewest == 0 || calls < fewest)) fewest = calls;
    }
    if (fewest != 0) ++found_at[fewest];
    const std::size_t slash = path.rfind('/') + 1;
    fmt::print("{:<60} {:<16} {:<16} {:<32} {}\n", path.substr(slash, path.rfind('.') - slash),
               bug.variant, bug.verdict, Told(edges), Told(extremes));
    std::fflush(stdout);
  }
  std::size_t found = 0;
  for (const auto& [operations, count] : found_at) {
    found += count;
    fmt::print("within {} operations: {} of {} bugs\n", operations, found, bugs);
  }
  if (found == 0) fmt::print("none of {} bugs\n", bugs);
  return bugs == 0 ? 2 : 0;
}

}  // namespace
}  // namespace alloclab::planted

int main(int argc, char** argv) {
  alloclab::planted::Options options;
  CLI::App app(
      "Looks for each planted bug with every program of one call, of two, and so on. Prints the "
      "rule "
      "that broke, in a program of how many calls, and which program in order that was; `-`: none "
      "did, up to how many calls.\nExit: 0, or 2 for misuse.");
  app.add_option("--operations", options.limits.operations, "the longest programs")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--seconds", options.limits.seconds, "at most, for a bug and an alphabet")
      ->check(CLI::Range(0.001, 1e6));
  app.add_option("names", options.names, "parts of bugs' names (default: all bugs)");
  try {
    app.parse(argc, argv);
    return alloclab::planted::Run(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
