// Noting: a strategy that writes down what another chooses, as it chooses it: the schedule of a run
// that never came to its end, when the notes are in shared memory.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_NOTING_H_
#define ALLOCLAB_FUZZ_SCHEDULE_NOTING_H_

#include <array>
#include <cstddef>

#include "fuzz/schedule/scheduler.h"
#include "fuzz/schedule/strategies.h"

namespace alloclab {

// The choices of a run as far as there is room, and how many they are without the usual ones at the
// end.
struct NotedChoices {
  std::array<unsigned, 4096> choices = {};
  std::size_t made = 0;
  std::size_t chosen = 0;

  Schedule schedule() const {
    return {choices.begin(), choices.begin() + static_cast<std::ptrdiff_t>(chosen)};
  }
};

class Noting : public Strategy {
 public:
  Noting(Strategy& strategy, NotedChoices& notes) : strategy_(strategy), notes_(notes) {
    notes_.made = notes_.chosen = 0;
  }
  unsigned Choose(const StepOptions& options) override {
    const unsigned thread = strategy_.Choose(options);
    if (options.steps.size() > 1) Note(thread, thread == options.usual);
    return thread;
  }
  bool FailsSpuriously() override {
    const bool fails = strategy_.FailsSpuriously();
    Note(fails ? 1 : 0, !fails);
    return fails;
  }

 private:
  void Note(unsigned choice, bool usual) {
    if (notes_.made == notes_.choices.size()) return;
    notes_.choices[notes_.made++] = choice;
    if (!usual) notes_.chosen = notes_.made;
  }

  Strategy& strategy_;
  NotedChoices& notes_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_NOTING_H_
