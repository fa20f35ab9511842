// The checked pass: the program is run once under Shadowed, and only what comes through is timed.

#ifndef ALLOCLAB_TRACES_REPLAY_CHECKED_PASS_H_
#define ALLOCLAB_TRACES_REPLAY_CHECKED_PASS_H_

#include <algorithm>
#include <cstdint>
#include <optional>

#include "allocator/shadowed.h"
#include "traces/program.h"
#include "traces/replay/replay.h"

namespace alloclab {

struct CheckedResult {
  const Violation* violation = nullptr;  // the first broken rule; lives as long as the allocator
  std::uint64_t failures = 0;            // calls that gave null
};

// How many times the whole heap is looked at on the way; every single call is checked besides.
inline constexpr std::uint64_t kStructureChecks = 64;

// Runs [begin, end) on `allocator` and stops at the first broken rule. The walk and the index are
// held against the shadow now and then, and the contents of all that lives at `end_of_program` and
// at the end. `held` gives the bytes the page source has handed out, or nothing where nobody knows.
// `at` follows the number of the operation. Nothing is touched: the shadow owns the contents.
template <class A, class Held>
CheckedResult RunChecked(Shadowed<A>& allocator, const Op* begin, const Op* end_of_program,
                         const Op* end, void** slots, Held held, volatile std::uint64_t& at) {
  using Checker = Shadowed<A>;
  CheckedResult result;
  const auto operations = static_cast<std::uint64_t>(end - begin);
  const std::uint64_t stride = std::max<std::uint64_t>(operations / kStructureChecks, 1);
  for (const Op* op = begin; op != end; ++op) {
    const auto number = static_cast<std::uint64_t>(op - begin);
    at = number;
    result.failures += Replay<Checker, Touch::kNone>(allocator, op, op + 1, slots);
    if (number % stride == 0) allocator.Check(Checker::Depth::kStructure, held());
    if (op + 1 == end_of_program) allocator.Check(Checker::Depth::kEverything, held());
    result.violation = allocator.violation();
    if (result.violation != nullptr) return result;
  }
  result.violation = allocator.Check(Checker::Depth::kEverything, held());
  return result;
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_REPLAY_CHECKED_PASS_H_
