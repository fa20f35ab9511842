// One program through several allocators: what each answers, call by call, and where they part.
//
// Memory is ample here (kDifferentialArenaBytes, and no orders to the page source), so being full
// is no reason to differ; a program ends where all its requests together take a quarter of it, for
// `bump` uses nothing again. A request larger than the program's arena, up to PTRDIFF_MAX, is not
// made: those that have so much grant it. Nor need they agree on alignments of more than a share of
// their arena.

#ifndef ALLOCLAB_FUZZ_DIFFERENTIAL_H_
#define ALLOCLAB_FUZZ_DIFFERENTIAL_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "allocator/allocator.h"
#include "fuzz/program.h"
#include "traces/checked/checked.h"

namespace alloclab {

inline constexpr std::size_t kDifferentialArenaBytes = std::size_t{16} << 20;

// `program` without what allocators may answer differently.
FuzzProgram WhereAllAgree(FuzzProgram program);

struct Answers {
  std::string_view allocator;
  std::vector<Answer> answers;  // of each event, as far as it came
  std::optional<Violation> violation;
};

// What A answers. The arena is kept for the life of the process.
template <Allocator A>
Answers AnswersOf(std::string_view name, const FuzzProgram& program) {
  static Arena& arena = *new Arena(kDifferentialArenaBytes);
  arena.Reset(kDifferentialArenaBytes);
  CheckedReplay<A> replay(arena, CheckedReplay<A>::kFastCredit);
  Answers all{.allocator = name, .answers = {}, .violation = {}};
  for (const Event& event : program.events) {
    const bool fine = replay.Step(event);
    all.answers.push_back(replay.answer());
    if (!fine) break;
  }
  all.violation = replay.Finish().violation;
  return all;
}

// A sentence on the first event that they answer differently; empty: there is none.
std::string WhereTheyPart(const FuzzProgram& program, std::span<const Answers> all);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_DIFFERENTIAL_H_
