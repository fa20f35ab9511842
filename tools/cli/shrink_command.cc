// shrink: the fewest calls and smallest sizes of a case that still break the same rule.

#include <fmt/format.h>
#include <unistd.h>

#include <cctype>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "allocator/variants.h"
#include "fuzz/isolated.h"
#include "fuzz/shrink.h"
#include "tools/cli/arena_bytes.h"
#include "tools/cli/command.h"
#include "tools/cli/print_json.h"
#include "traces/checked/checked.h"
#include "traces/text_writer.h"
#include "traces/trace_io.h"

namespace alloclab::cli {
namespace {

// A long trace is shrunk one process a try: what is above this is cut by slice first.
constexpr std::size_t kMostEvents = 1 << 20;

struct ShrinkArguments {
  std::string trace;
  std::string output;
  std::string allocator;
  std::size_t arena_bytes = 0;
  bool as_test = false;
  bool json = false;
};

class Case {
 public:
  Case(const ShrinkArguments& arguments, const Metadata& metadata)
      : allocator_(arguments.allocator),
        arena_bytes_(ArenaBytes(arguments.trace, arguments.arena_bytes, metadata)) {}

  std::size_t arena_bytes() const { return arena_bytes_; }

  // The rule that the events break, "crash", "time-out", or nothing.
  std::string VerdictOf(const Events& events, unsigned timeout_seconds) const {
    const auto run = [&]() -> std::string {
      Arena arena(arena_bytes_);
      std::string rule;
      Variants::Visit<CheckedPages>(allocator_, [&]<Allocator A>() {
        const CheckedResult result = ReplayChecked<A>(events, arena, arena_bytes_);
        if (result.violation) rule = RuleName(result.violation->rule);
      });
      return rule;
    };
    return RunIsolated(run, timeout_seconds);
  }

 private:
  std::string allocator_;
  std::size_t arena_bytes_;
};

Events ReadEvents(const ShrinkArguments& arguments, TraceReader& reader) {
  Events events;
  std::vector<Event> batch;
  while (reader.Next(batch)) {
    events.insert(events.end(), batch.begin(), batch.end());
    if (events.size() > kMostEvents) {
      throw TraceError(fmt::format(
          "{}: has more than {} events, and every try runs them all; cut it first: alloclab slice",
          arguments.trace, kMostEvents));
    }
  }
  return events;
}

// "free-neighbours" -> "FreeNeighbours"
std::string InCamelCase(const std::string& words) {
  std::string name;
  bool begins = true;
  for (const char c : words) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      name += static_cast<char>(begins ? std::toupper(byte) : byte);
    }
    begins = std::isalnum(byte) == 0;
  }
  return name;
}

std::string AsTest(const std::string& allocator, const std::string& verdict,
                   std::size_t arena_bytes, const std::string& text) {
  return fmt::format(
      "TEST(Regressions, {0}{1}) {{\n"
      "  constexpr char kCase[] = R\"({2})\";\n"
      "  const auto reader = OpenTraceBytes(\"case.txt\", kCase);\n"
      "  Arena arena({3});\n"
      "  const CheckedResult result = ReplayChecked<{0}<CheckedPages>>(*reader, arena, {3});\n"
      "  EXPECT_FALSE(result.violation) << RuleName(result.violation->rule) << \": \"\n"
      "                                 << result.violation->text;\n"
      "}}\n",
      InCamelCase(allocator), InCamelCase(verdict), text, arena_bytes);
}

int RunShrink(const ShrinkArguments& arguments) {
  if (!Variants::Visit<CheckedPages>(arguments.allocator, []<Allocator A>() {})) {
    throw CLI::ValidationError(
        fmt::format("there is no variant '{}' to check; the variants are: {}", arguments.allocator,
                    fmt::join(Variants::kNames, ", ")));
  }
  const std::unique_ptr<TraceReader> reader = OpenTrace(arguments.trace);
  const Case found(arguments, reader->metadata());
  const Events events = ReadEvents(arguments, *reader);
  // No case made smaller takes longer than this one, unless it never ends.
  constexpr unsigned kFirstSeconds = 60;
  const auto start = std::chrono::steady_clock::now();
  const std::string verdict = found.VerdictOf(events, kFirstSeconds);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const unsigned seconds = verdict == "time-out" ? 5 : 5 + static_cast<unsigned>(4 * took.count());
  if (verdict.empty()) {
    fmt::print(stderr,
               "alloclab: {} breaks no rule on {}, so there is nothing to keep while it is made "
               "smaller; check the allocator's name and --arena\n",
               arguments.trace, arguments.allocator);
    return kFound;
  }
  std::size_t tries = 0;
  const bool shows_progress = isatty(STDERR_FILENO) != 0;
  const Events small = Shrink(events, [&](const Events& fewer) {
    const bool holds = found.VerdictOf(fewer, seconds) == verdict;
    ++tries;
    if (holds && shows_progress) {
      fmt::print(stderr, "\ralloclab: {} calls after {} tries ", fewer.size(), tries);
    }
    return holds;
  });
  if (shows_progress) fmt::print(stderr, "\n");
  const Metadata metadata = {{"arena", std::to_string(found.arena_bytes())},
                             {"allocator", arguments.allocator},
                             {"verdict", verdict}};
  const auto writer = CreateTrace(arguments.output, TraceForm::kText, {.metadata = metadata});
  std::string lines;
  for (const Event& event : small) {
    writer->Add(event);
    lines += FormatEvent(event) + "\n";
  }
  writer->Finish();
  if (arguments.as_test) {
    std::cout << AsTest(arguments.allocator, verdict, found.arena_bytes(),
                        fmt::format("alloclab trace text 1\n\n{}", lines));
  }
  if (arguments.json) {
    PrintJson(std::cout, nlohmann::json{{"verdict", verdict},
                                        {"events_before", events.size()},
                                        {"events", small.size()},
                                        {"tries", tries}});
  } else {
    fmt::print(stderr, "alloclab: {}: {} of {} events still show '{}' on {} ({} tries)\n",
               arguments.output, small.size(), events.size(), verdict, arguments.allocator, tries);
  }
  return ReportWarnings(reader->warnings());
}

}  // namespace

void AddShrink(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<ShrinkArguments>();
  CLI::App* shrink = app.add_subcommand(
      "shrink",
      "Make a case small: the fewest calls and smallest sizes that still break the rule "
      "that it breaks under the checker");
  shrink->add_option("trace", arguments->trace, "The case: a trace")->required();
  shrink->add_option("output", arguments->output, "The small case to write, as text")->required();
  shrink->add_option("--allocator", arguments->allocator, "The variant on which it breaks a rule")
      ->required();
  shrink->add_option("--arena", arguments->arena_bytes,
                     "Bytes of the arena (default: as the trace says, else 1 GiB)");
  shrink->add_flag("--test", arguments->as_test, "Print the small case as a GoogleTest case, too");
  shrink->add_flag("--json", arguments->json, "Print a summary as JSON");
  shrink->callback([arguments, &exit_status] { exit_status = RunShrink(*arguments); });
}

}  // namespace alloclab::cli
