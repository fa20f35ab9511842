// What comes of misuse: for every variant and kind of misuse, how many of many cases are noticed,
// by whom first, and how many operations later.
//
//   bazel run //fuzz:misuse_report -- [--programs N] [--seed S] [--json] [VARIANT...]
//
// Each case runs twice. Under the checker, which looks at everything after every operation; and
// alone, where a block is only looked at when it is made, resized or freed. It is noticed
//   stops     by the allocator, which ends the process with a sentence
//   books     by the walk, the index or a usable size: they disagree with what the checker knows
//   contents  by bytes of a live block or outside of the heap that were changed, or an overlap
//   crash     by the process, which ends
//   hang      or goes on for ever

#include <fmt/format.h>
#include <sys/mman.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "allocator/variants.h"
#include "fuzz/misuse/contained.h"
#include "fuzz/misuse/misuse.h"
#include "fuzz/misuse/run.h"
#include "fuzz/misuse/stop.h"
#include "fuzz/random_input.h"

namespace alloclab {
namespace {

enum class By : std::uint8_t { kNobody, kAllocator, kBooks, kContents, kCrash, kHang };
constexpr std::array<std::string_view, 6> kByNames = {"never",    "stops", "books",
                                                      "contents", "crash", "hang"};

// The same allocator, of which the checker knows too little to look into it.
template <Allocator A>
class Alone : public A {
 public:
  using A::A;
  static constexpr bool kOpaque = true;
  static constexpr std::uint64_t kMostVisited = 0;
  static constexpr Placement kPlacement = Placement::kUnstated;
  static std::size_t SureFit(std::size_t) noexcept = delete;
  static std::size_t MostUsable(std::size_t) noexcept = delete;
};

// What the process of a case leaves, also when it crashes.
struct Trail {
  std::atomic<By> by = By::kNobody;
  std::atomic<std::uint64_t> operations = 0;  // begun since the misuse
};

Trail& SharedTrail() {
  static Trail& trail = [&]() -> Trail& {
    void* page =
        mmap(nullptr, sizeof(Trail), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
      std::perror("mmap of a shared page");
      std::exit(2);
    }
    return *new (page) Trail;
  }();
  return trail;
}

struct Row {
  std::string_view variant;
  MisuseKind kind;
  bool checker;
  std::array<std::uint64_t, kByNames.size()> noticed{};  // by By
  std::vector<std::uint64_t> delays{};                   // of all that were noticed

  std::uint64_t programs = 0;
  std::uint64_t Delay(std::size_t percent) {
    std::sort(delays.begin(), delays.end());
    return delays.empty() ? 0 : delays[(delays.size() - 1) * percent / 100];
  }
};

By WhoSaw(const Violation& violation, bool strayed) {
  switch (violation.rule) {
    case Rule::kBounds:
      return strayed ? By::kContents : By::kBooks;
    case Rule::kContents:
    case Rule::kOverlap:
    case Rule::kZeroed:
      return By::kContents;
    default:
      return By::kBooks;
  }
}

// Runs the case, if it has a misuse; whether it had.
template <Allocator A>
bool Count(const MisuseCase& misuse_case, Arena& arena, Row& row) {
  using Watch = typename MisuseRun<A>::Watch;
  MisuseRun<A> run(misuse_case, arena, kWalkable<A> ? Watch::kChecker : Watch::kProgram);
  if (!run.Begin()) return false;
  Trail& trail = SharedTrail();
  trail.by = By::kNobody;
  trail.operations = 0;
  const ContainedEnd end = RunContained([&] {
    run.Commit();
    const CheckedResult& result = run.Continue([&trail] { ++trail.operations; });
    if (result.violation) trail.by = WhoSaw(*result.violation, run.Strayed(arena));
  });
  By by = trail.by;
  if (by == By::kNobody && end != ContainedEnd::kCameBack) {
    by = end == ContainedEnd::kHung ? By::kHang : By::kCrash;
  }
  ++row.programs;
  ++row.noticed[static_cast<std::size_t>(by)];
  if (by != By::kNobody) row.delays.push_back(trail.operations);
  return true;
}

template <Allocator A>
Row MakeRow(std::string_view variant, MisuseKind kind, std::uint64_t programs, std::uint64_t seed) {
  constexpr std::size_t kMaxBytes = 400;
  static Arena& arena = *new Arena(kMaxArenaBytes);
  Row row{.variant = variant, .kind = kind, .checker = kWalkable<A>};
  // Some inputs have no block to misuse; where that is most of them, there are fewer programs.
  for (std::uint64_t i = 0; i < 20 * programs && row.programs < programs; ++i) {
    MisuseCase misuse_case = DecodeMisuseCase(RandomInput(seed, i, kMaxBytes));
    misuse_case.misuse.kind = kind;
    misuse_case.misuse.call = MisuseCall::kFree;
    Count<A>(misuse_case, arena, row);
  }
  return row;
}

void PrintText(std::vector<Row>& rows, bool checker) {
  fmt::print("{}\n\n{:<16} {:<17} {:>8}", checker ? "Under the checker:" : "\nAlone:", "allocator",
             "misuse", "programs");
  for (std::size_t by = 1; by <= kByNames.size(); ++by) {
    fmt::print(" {:>8}", kByNames[by % kByNames.size()]);
  }
  fmt::print(" {:>7} {:>5}\n", "median", "p90");
  for (Row& row : rows) {
    if (row.checker != checker) continue;
    fmt::print("{:<16} {:<17} {:>8}", row.variant, MisuseName(row.kind), row.programs);
    for (std::size_t by = 1; by <= kByNames.size(); ++by) {
      const double share = 100.0 * static_cast<double>(row.noticed[by % kByNames.size()]) /
                           static_cast<double>(std::max<std::uint64_t>(row.programs, 1));
      fmt::print(" {:>6.1f} %", share);
    }
    if (row.delays.empty()) {
      fmt::print(" {:>7} {:>5}\n", "-", "-");
    } else {
      fmt::print(" {:>7} {:>5}\n", row.Delay(50), row.Delay(90));
    }
  }
}

void PrintJson(std::vector<Row>& rows, std::uint64_t seed) {
  for (Row& row : rows) {
    fmt::print(
        "{{\"allocator\":\"{}\",\"misuse\":\"{}\",\"checker\":{},\"seed\":{},\"programs\":{}",
        row.variant, MisuseName(row.kind), row.checker, seed, row.programs);
    for (std::size_t by = 0; by < kByNames.size(); ++by) {
      fmt::print(",\"{}\":{}", kByNames[by], row.noticed[by]);
    }
    if (row.delays.empty()) {
      fmt::print(",\"delay_median\":null,\"delay_p90\":null}}\n");
    } else {
      fmt::print(",\"delay_median\":{},\"delay_p90\":{}}}\n", row.Delay(50), row.Delay(90));
    }
  }
}

int Run(int argc, char** argv) {
  std::uint64_t programs = 300;
  std::uint64_t seed = 1;
  bool json = false;
  std::vector<std::string> names;
  CLI::App app("Who notices misuse of the heap, how often, and how many operations later.");
  app.add_option("--programs", programs, "for each variant and kind of misuse")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--seed", seed, "of the programs")->capture_default_str();
  app.add_flag("--json", json, "one JSON object a row");
  std::vector<std::string> known;
  for (const std::string_view name : Variants::kNames) known.emplace_back(name);
  app.add_option("variants", names, "those to look at (default: all)")->check(CLI::IsMember(known));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  // A case's own process stops; it has told then what there is to tell.
  SetStopHandler([](const void*, const char*) {
    SharedTrail().by = By::kAllocator;
    std::_Exit(0);
  });
  std::vector<Row> rows;
  for (const std::string& name : names.empty() ? known : names) {
    Variants::Visit<CheckedPages>(name, [&]<class A>() {
      if constexpr (kWalkable<A>) {
        for (std::size_t kind = 0; kind < kMisuseKinds; ++kind) {
          const auto shown = std::find(known.begin(), known.end(), name);
          const auto misuse = static_cast<MisuseKind>(kind);
          rows.push_back(MakeRow<A>(*shown, misuse, programs, seed));
          rows.push_back(MakeRow<Alone<A>>(*shown, misuse, programs, seed));
        }
      }
    });
  }
  if (json) {
    PrintJson(rows, seed);
  } else {
    for (const bool checker : {true, false}) PrintText(rows, checker);
  }
  return 0;
}

}  // namespace
}  // namespace alloclab

int main(int argc, char** argv) { return alloclab::Run(argc, argv); }
