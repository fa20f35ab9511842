// What is required of a variant in a misuse case:
//   - Where it promises so (rule C20), the call that is handed an address of no block stops.
//   - Until it stops it has changed nothing: the rest of the program runs on the same heap, and all
//     rules hold. (Who aborts may have handlers that still look at the heap.)
//   - It never stops without a misuse. That is for the stop handler (stop.h), which is called.
// Of other variants only the last is required. What they do with a heap that was damaged is done in
// a process of its own, and this one goes on as if nothing had been. That takes ten times as long
// as a program: of a variant that promises, only what it promises is asked.

#ifndef ALLOCLAB_FUZZ_MISUSE_CHECK_H_
#define ALLOCLAB_FUZZ_MISUSE_CHECK_H_

#include <fmt/format.h>

#include <optional>
#include <string>

#include "fuzz/misuse/contained.h"
#include "fuzz/misuse/run.h"
#include "fuzz/misuse/stop.h"

namespace alloclab {

struct MisuseFinding {
  std::string rule;  // "misuse", or what broke after it
  std::string sentence;
};

struct MisuseChecked {
  bool made = false;      // there was a block to make the misuse with
  bool promised = false;  // and it had to be noticed
  std::optional<MisuseFinding> finding = std::nullopt;
};

template <Allocator A>
MisuseChecked CheckMisuse(const MisuseCase& misuse_case, Arena& arena) {
  MisuseRun<A> run(misuse_case, arena, MisuseRun<A>::Watch::kFastChecker);
  MisuseChecked checked{.made = run.Begin()};
  checked.promised = checked.made && run.promised();
  if (checked.promised && !StopsForMisuse([&run] { run.Commit(); })) {
    run.Abandon();
    checked.finding = {"misuse", MisuseText(misuse_case) + ", and comes back"};
    return checked;
  }
  if (checked.made && !kDetectsMisuse<A>) {
    RunContained([&run] {
      run.Commit();
      run.Continue([] {});
    });
  }
  if (const auto& violation = run.Continue([] {}).violation) {
    checked.finding = {std::string(RuleName(violation->rule)),
                       fmt::format("{} (event {})", violation->text, violation->operation)};
  }
  return checked;
}

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_MISUSE_CHECK_H_
