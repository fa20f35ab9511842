// Enumerator: a strategy that takes all schedules of a program, one run after the other.
//
//     Enumerator all(limits);
//     do { scheduler.Run(tasks, all); } while (all.Next());
//
// Depth first, and nothing is kept of the program but the choices on the way: a run repeats those
// of the one before up to the last that has another option left, and takes that. The first run is
// the one without preemptions.
//
// Two ways to run less:
//   - A bound on preemptions (CHESS): most bugs need one or two, and there are few schedules with
//     so few. All that are within the bound are run.
//   - Sleep sets (Godefroid, "Partial-order methods for the verification of concurrent systems",
//     LNCS 1032, 1996): of two steps next to each other that do not depend on one another, one
//     order is enough. Steps depend on one another when they are of one thread, or at points of one
//     object that not both only read. After a thread's step was taken from some place, it is not
//     taken again on the other branches from there until a step has come that depends on it. Every
//     deadlock, and every run up to the order of independent steps, is still seen. Sound where all
//     that threads share is behind points; what races past them may be missed. A run in which
//     nothing is left but what sleeps is given up; those are counted as pruned.
// The two exclude one another: a bound may forbid the very order that stands for the others.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_ENUMERATOR_H_
#define ALLOCLAB_FUZZ_SCHEDULE_ENUMERATOR_H_

#include <cstdint>
#include <vector>

#include "fuzz/schedule/scheduler.h"

namespace alloclab {

class Enumerator : public Strategy {
 public:
  static constexpr unsigned kAny = ~0u;

  struct Limits {
    unsigned preemptions = kAny;
    bool sleep_sets = false;  // only with preemptions = kAny
  };

  explicit Enumerator(const Limits& limits);
  Enumerator() : Enumerator(Limits{}) {}

  unsigned Choose(const StepOptions& options) override;
  bool FailsSpuriously() override;

  // To the next schedule; false when this was the last.
  bool Next();

  // Runs so far, that were not pruned, and that were. Count after Next.
  std::uint64_t schedules() const { return schedules_; }
  std::uint64_t pruned() const { return pruned_; }

 private:
  // Threads, a bit each.
  using Threads = std::uint64_t;

  // A choice on the way, and what is left of it.
  struct Node {
    std::vector<unsigned> options;  // in the order of taking
    std::size_t at = 0;
    unsigned preemptions = 0;  // of the steps before
    bool interrupts = false;   // all options but the first are preemptions
  };

  Node& Here();
  Node NewNode(const StepOptions& options) const;
  void FallAsleep(const StepOptions& options, const Node& node);

  const Limits limits_;
  std::vector<Node> path_;
  // Of this run.
  std::size_t depth_ = 0;
  unsigned preemptions_ = 0;
  Threads sleeping_ = 0;
  bool gave_up_ = false;

  std::uint64_t schedules_ = 0;
  std::uint64_t pruned_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_ENUMERATOR_H_
