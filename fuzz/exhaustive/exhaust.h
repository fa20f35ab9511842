// Runs every program over an alphabet, all of one length before any of the next, until one breaks a
// rule or the time is over: what is found is a case of the fewest calls, and what is not found is
// known not to be there. Time is the processor's, so a busy machine changes nothing.
//
// All are run in one process of its own, which an allocator may crash or never let end; the program
// it was at is known here.

#ifndef ALLOCLAB_FUZZ_EXHAUSTIVE_EXHAUST_H_
#define ALLOCLAB_FUZZ_EXHAUSTIVE_EXHAUST_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "fuzz/exhaustive/alphabet.h"
#include "traces/event.h"

namespace alloclab {

// The name of the rule that a program breaks, empty for none.
using RunProgram = std::function<std::string(std::span<const Event>)>;

struct ExhaustLimits {
  std::size_t operations = 16;   // at most, of a program; at least 1
  double seconds = 0;            // 0: however long it takes
  unsigned program_seconds = 5;  // a single program, longer than which it does not end
};

struct ExhaustResult {
  struct Length {
    std::uint64_t programs = 0;  // there are
    std::uint64_t run = 0;       // of them, the one that broke a rule included
  };
  // From one operation on. All but the last are complete, unless it is too.
  std::vector<Length> lengths;
  double seconds = 0;
  // The broken rule, "crash" or "time-out"; empty where all is well. And the program.
  std::string verdict;
  std::vector<Event> program;

  std::uint64_t programs_run() const;
};

// Throws std::system_error when no process can be made.
ExhaustResult Exhaust(const Alphabet& alphabet, const RunProgram& run, const ExhaustLimits& limits);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_EXHAUSTIVE_EXHAUST_H_
