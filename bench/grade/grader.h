// Runs traces on a compiled solution, each in a process of its own, and says what came of it.

#ifndef ALLOCLAB_BENCH_GRADE_GRADER_H_
#define ALLOCLAB_BENCH_GRADE_GRADER_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/grade/lab_rule.h"
#include "bench/grade/run_request.h"
#include "traces/event.h"

namespace alloclab::grade {

struct CheckOutcome {
  LabRule rule = LabRule::kNone;
  std::string reason;  // a sentence; empty when no rule was broken
  // Of the operation that broke the rule, from 0; as many as there are, and more: freeing what the
  // trace had left. Nothing where no operation was under way.
  std::optional<std::uint64_t> operation;
  std::uint64_t live_bytes_peak = 0;  // asked for and not yet freed, at most
  std::uint64_t heap_bytes_peak = 0;  // given out by mem_sbrk, at most
  std::uint64_t static_bytes = 0;     // of static data, as many as count as heap
  double seconds = 0;

  bool correct() const { return rule == LabRule::kNone; }
  // How much of what it held was in use at the peak.
  double utilisation() const {
    const double held = static_cast<double>(heap_bytes_peak) + static_cast<double>(static_bytes);
    if (!correct() || held == 0) return 0;
    return static_cast<double>(live_bytes_peak) / held;
  }
};

// Instructions of the same operations.
struct InstructionCounts {
  std::uint64_t operations = 0;
  std::uint64_t floor = 0;      // of the replay alone
  std::uint64_t reference = 0;  // on segregated_bins
  std::uint64_t solution = 0;

  // Without those of the replay.
  std::uint64_t OfSolution() const { return solution - floor; }
  std::uint64_t OfReference() const { return reference - floor; }
  double PerOperation() const {
    return static_cast<double>(OfSolution()) / static_cast<double>(operations);
  }
};

// The counts, or why there are none.
struct CountOutcome {
  std::optional<InstructionCounts> counts;
  std::string reason;
};

struct GraderOptions {
  std::string runner;    // path of the program
  std::string solution;  // path of the shared object
  std::string folder;    // for the files of callgrind
  std::size_t alignment = 16;
  std::size_t heap_bytes = std::size_t{100} << 20;
  std::chrono::milliseconds time_out{5'000};  // of a trace, besides kCheckerTime
  std::chrono::milliseconds count_time_out{120'000};
  std::uint64_t count_operations = 10'000;
  // Of the solution's static data, what counts as heap in each trace.
  std::uint64_t static_bytes = 0;
};

class Grader {
 public:
  // What the checker may take for an operation: several times what it does, so that a long trace is
  // not held against the solution.
  static constexpr std::chrono::microseconds kCheckerTime{50};

  explicit Grader(GraderOptions options) : options_(std::move(options)) {}

  // Loads the solution and runs nothing of it but its initialisers: empty, or why that cannot be
  // done.
  std::string WhyNotLoaded() const;
  // The events are as LabEvents makes them. All functions throw EndingSignal, and std::system_error
  // when no process can be started.
  CheckOutcome Check(const std::vector<Event>& events, std::chrono::milliseconds time_out) const;
  CheckOutcome Check(const std::vector<Event>& events) const {
    const auto checker = kCheckerTime * static_cast<std::int64_t>(events.size());
    return Check(
        events, options_.time_out + std::chrono::duration_cast<std::chrono::milliseconds>(checker));
  }
  // Counts instructions on the first operations, for a solution that is correct on them.
  CountOutcome Count(const std::vector<Event>& events) const;

  // For when no trace could be counted: empty where our own segregated_bins can be, so that it was
  // the solution's doing; or why not even that can be.
  std::string WhyNothingIsCounted() const;

  const GraderOptions& options() const { return options_; }

 private:
  CountOutcome CountOn(const std::string& solution, const std::vector<Event>& events) const;

  GraderOptions options_;
};

// Whether there is a valgrind to count with.
bool HasValgrind();

}  // namespace alloclab::grade

#endif  // ALLOCLAB_BENCH_GRADE_GRADER_H_
