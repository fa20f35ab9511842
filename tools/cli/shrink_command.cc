// shrink: the fewest calls and smallest sizes of a case that still have a property: that they break
// the same rule, need too much memory, or are slower on one allocator than on another.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "allocator/variants.h"
#include "fuzz/properties.h"
#include "fuzz/shrink.h"
#include "tools/cli/arena_bytes.h"
#include "tools/cli/command.h"
#include "tools/cli/print_json.h"
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
  double held_over_live = 0;
  std::string other;
  double times = 1.5;
  bool as_test = false;
  bool json = false;
};

// What is kept while a case is made small.
struct Kept {
  std::string what;  // for "N events still show ..."; empty: the case does not have it
  std::string lacks = {};
  Property holds = {};
};

// No case made smaller takes longer than the first, unless it never ends.
class Patience {
 public:
  static constexpr unsigned kFirstSeconds = 60;
  unsigned seconds(bool ends = true) const {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start_;
    return ends ? 5 + static_cast<unsigned>(4 * took.count()) : 5;
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Kept KeepVerdict(const std::string& variant, const Events& events, std::size_t arena_bytes) {
  const Patience patience;
  const std::string verdict = VerdictOf(variant, events, arena_bytes, Patience::kFirstSeconds);
  const unsigned seconds = patience.seconds(verdict != "time-out");
  return {.what = verdict,
          .lacks = fmt::format("breaks no rule on {}", variant),
          .holds = [=](const Events& fewer) {
            return VerdictOf(variant, fewer, arena_bytes, seconds) == verdict;
          }};
}

// Half of the bytes that were live stay live: a single small block has a larger overhead than any
// program.
Kept KeepHeldOverLive(const std::string& variant, const Events& events, std::size_t arena_bytes,
                      double least) {
  const Patience patience;
  const auto found = HeldOverLive(variant, events, arena_bytes, Patience::kFirstSeconds);
  if (!found) {
    throw TraceError(
        fmt::format("on {} the case does not come to its end, or is refused memory: give a larger "
                    "--arena, now {} bytes",
                    variant, arena_bytes));
  }
  const unsigned seconds = patience.seconds();
  const std::uint64_t live = found->live_bytes_peak / 2;
  Kept kept{
      .what = fmt::format("held/live above {} with {} bytes live", least, live),
      .lacks = fmt::format("needs {:.3f} times its live bytes on {}", found->over_peaks, variant),
      .holds = [=](const Events& fewer) {
        const auto now = HeldOverLive(variant, fewer, arena_bytes, seconds);
        return now && now->over_peaks > least && now->live_bytes_peak >= live;
      }};
  if (found->over_peaks <= least) kept.what.clear();
  return kept;
}

Kept KeepSlower(const std::string& variant, const std::string& other, const Events& events,
                double least) {
  const Patience patience;
  const auto found = TimesAsLong(variant, other, events, Patience::kFirstSeconds);
  if (!found) {
    throw TraceError(fmt::format("the case does not come to its end on {} and {}", variant, other));
  }
  const unsigned seconds = patience.seconds();
  Kept kept{
      .what = fmt::format("{} times as long as on {}", least, other),
      .lacks = fmt::format("takes {:.2f} times as long on {} as on {}", *found, variant, other),
      .holds = [=](const Events& fewer) {
        const auto now = TimesAsLong(variant, other, fewer, seconds);
        return now && *now >= least;
      }};
  if (*found < least) kept.what.clear();
  return kept;
}

Kept KeptBy(const ShrinkArguments& arguments, const Events& events, std::size_t arena_bytes) {
  if (!arguments.other.empty()) {
    return KeepSlower(arguments.allocator, arguments.other, events, arguments.times);
  }
  if (arguments.held_over_live != 0) {
    return KeepHeldOverLive(arguments.allocator, events, arena_bytes, arguments.held_over_live);
  }
  return KeepVerdict(arguments.allocator, events, arena_bytes);
}

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

void CheckVariant(const std::string& name) {
  if (std::ranges::count(Variants::kNames, name) != 0) return;
  throw CLI::ValidationError(fmt::format("there is no variant '{}'; the variants are: {}", name,
                                         fmt::join(Variants::kNames, ", ")));
}

int RunShrink(const ShrinkArguments& arguments) {
  CheckVariant(arguments.allocator);
  if (!arguments.other.empty()) CheckVariant(arguments.other);
  if (arguments.held_over_live != 0 && arguments.allocator == "system") {
    throw CLI::ValidationError(
        "--held-over-live: what the system's allocator holds is not known to the byte; name "
        "another variant");
  }
  const std::unique_ptr<TraceReader> reader = OpenTrace(arguments.trace);
  const std::size_t arena_bytes =
      ArenaBytes(arguments.trace, arguments.arena_bytes, reader->metadata());
  const Events events = ReadEvents(arguments, *reader);
  const Kept kept = KeptBy(arguments, events, arena_bytes);
  if (kept.what.empty()) {
    fmt::print(stderr,
               "alloclab: {} {}, so there is nothing to keep while it is made smaller; check the "
               "allocator's name, --arena and what is to be kept\n",
               arguments.trace, kept.lacks);
    return kFound;
  }
  std::size_t tries = 0;
  const bool shows_progress = isatty(STDERR_FILENO) != 0;
  const Events small = Shrink(events, [&](const Events& fewer) {
    const bool holds = kept.holds(fewer);
    ++tries;
    if (holds && shows_progress) {
      fmt::print(stderr, "\ralloclab: {} calls after {} tries ", fewer.size(), tries);
    }
    return holds;
  });
  if (shows_progress) fmt::print(stderr, "\n");
  const Metadata metadata = {{"arena", std::to_string(arena_bytes)},
                             {"allocator", arguments.allocator},
                             {"verdict", kept.what}};
  const auto writer = CreateTrace(arguments.output, TraceForm::kText, {.metadata = metadata});
  std::string lines;
  for (const Event& event : small) {
    writer->Add(event);
    lines += FormatEvent(event) + "\n";
  }
  writer->Finish();
  if (arguments.as_test) {
    std::cout << AsTest(arguments.allocator, kept.what, arena_bytes,
                        fmt::format("alloclab trace text 1\n\n{}", lines));
  }
  if (arguments.json) {
    PrintJson(std::cout, nlohmann::json{{"verdict", kept.what},
                                        {"events_before", events.size()},
                                        {"events", small.size()},
                                        {"tries", tries}});
  } else {
    fmt::print(stderr, "alloclab: {}: {} of {} events still show '{}' on {} ({} tries)\n",
               arguments.output, small.size(), events.size(), kept.what, arguments.allocator,
               tries);
  }
  return ReportWarnings(reader->warnings());
}

}  // namespace

void AddShrink(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<ShrinkArguments>();
  CLI::App* shrink = app.add_subcommand(
      "shrink",
      "Make a case small: the fewest calls and smallest sizes that still break the rule that it "
      "breaks under the checker, or have another property");
  shrink->add_option("trace", arguments->trace, "The case: a trace")->required();
  shrink->add_option("output", arguments->output, "The small case to write, as text")->required();
  shrink
      ->add_option("--allocator", arguments->allocator, "The variant on which it has the property")
      ->required();
  shrink->add_option("--arena", arguments->arena_bytes,
                     "Bytes of the arena (default: as the trace says, else 1 GiB)");
  CLI::Option* held = shrink->add_option(
      "--held-over-live", arguments->held_over_live,
      "Keep instead: the most bytes held are more than so many times the most bytes live (#4), of "
      "which at least half of the trace's stay live");
  CLI::Option* slower =
      shrink->add_option("--slower-than", arguments->other,
                         "Keep instead: it takes --times as long as on this variant (or system)");
  CLI::Option* times =
      shrink->add_option("--times", arguments->times, "For --slower-than (default: 1.5)");
  CLI::Option* test = shrink->add_flag("--test", arguments->as_test,
                                       "Print the small case as a GoogleTest case, too");
  held->check(CLI::Range(1.0, 1e9))->excludes(slower)->excludes(test);
  slower->excludes(test);
  times->check(CLI::Range(1.0, 1e9))->needs(slower);
  shrink->add_flag("--json", arguments->json, "Print a summary as JSON")->excludes(test);
  shrink->footer(
      "Exit status: 0 the small case is written, 1 the case does not have the property, so there "
      "is "
      "nothing\nto keep, 2 misuse or a trace that cannot be read, 3 the trace was cut short.");
  shrink->callback([arguments, &exit_status] { exit_status = RunShrink(*arguments); });
}

}  // namespace alloclab::cli
