// Scheduler: runs the threads of a small program one step at a time, in an order that is data.
//
// A thread is a fiber. It gives way only at *points*: just before each operation on what threads
// share (scheduled_sync.h names them). A step is one operation, with what the thread then does
// alone up to its next point. Whenever several threads could go on, a Strategy says which; the list
// of these answers is the schedule, and the same program with the same schedule is the same run,
// down to the last address.
//
//     thread 0   load ......... compare_exchange ......            point, point
//     thread 1          store ..................... load           schedule: 0 1 0 1
//
// What comes before a thread's first point is run at the start, in the order of their numbers: two
// threads of m and n operations have binomial(m + n, n) schedules, no more.
//
// Every interleaving of the operations can be had, and nothing else: operations are whole and
// happen in one order for all (sequential consistency). What weaker memory orders allow beyond that
// is not seen here; ThreadSanitizer and review are for that. A loop that waits for another thread
// must wait at a point (Await), or it goes on to the limit of steps.
//
// Source: Godefroid, "Model checking for programming languages using VeriSoft", POPL 1997;
// Musuvathi et al., "Finding and reproducing Heisenbugs in concurrent programs" (CHESS), OSDI 2008.

#ifndef ALLOCLAB_FUZZ_SCHEDULE_SCHEDULER_H_
#define ALLOCLAB_FUZZ_SCHEDULE_SCHEDULER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "fuzz/schedule/fiber.h"

namespace alloclab {

// An operation that is about to be done.
struct Point {
  const char* name = "";         // "load", "lock", ...: static
  const void* object = nullptr;  // what it is done to; null: anything
  bool writes = true;            // false: leaves the object as it is, and cannot wait
};

struct Step {
  unsigned thread = 0;
  Point point;
};

// What may come next, at least one; by rising thread.
struct StepOptions {
  std::span<const Step> steps;
  // The one that is no preemption: the thread of the last step, if it can go on, or else the first.
  unsigned usual = 0;
  // Whether `usual` is that of the last step, so that any other interrupts it.
  bool interrupts = false;
};

class Strategy {
 public:
  static constexpr unsigned kGiveUp = ~0u;

  virtual ~Strategy() = default;
  // The thread of one of the options; kGiveUp ends the run without a result. Also asked when there
  // is one option only.
  virtual unsigned Choose(const StepOptions& options) = 0;
  // Whether a weak compare-exchange that could succeed fails for no reason.
  virtual bool FailsSpuriously() { return false; }
};

enum class RunEnd : std::uint8_t {
  kDone,      // all threads came to their ends
  kDeadlock,  // some wait, and nobody can go on
  kLivelock,  // the limit of steps
  kStopped,   // a thread called Stop
  kGivenUp,   // the strategy did
};

struct RunLimits {
  unsigned steps = 10'000;
  unsigned spurious_failures = 0;  // at most, in one run
};

class Scheduler {
 public:
  using Task = std::function<void()>;

  // Runs each task as a thread, numbered from 0. What `strategy` is asked, and only that, tells one
  // run from another. Threads that have not come to their ends are given up where they are: nothing
  // on their stacks is destroyed. Not for use within a task.
  RunEnd Run(std::span<const Task> tasks, Strategy& strategy, const RunLimits& limits = {});

  // Of the last run: its steps, and its choices: the thread's number wherever there were several
  // options, and 1 or 0 where a compare-exchange could have failed. Choices at the end that were
  // the usual ones are left out.
  const std::vector<Step>& steps() const { return steps_; }
  std::vector<unsigned> schedule() const {
    return {choices_.begin(), choices_.begin() + static_cast<std::ptrdiff_t>(chosen_)};
  }
  // Why it was stopped.
  const std::string& reason() const { return reason_; }

  // Within a task: the scheduler that runs it; null outside of any.
  static Scheduler* Running() { return running_; }

  // Within a task.
  unsigned thread() const { return current_; }
  // A point, after which the caller does the operation.
  void Reach(const Point& point) { Await(point, nullptr, nullptr); }
  // A point at which the thread can go on only while ready(argument).
  void Await(const Point& point, bool (*ready)(const void*), const void* argument);
  bool FailsSpuriously();
  // Ends the run.
  [[noreturn]] void Stop(std::string reason);

 private:
  struct Thread {
    Fiber fiber;
    const Task* task = nullptr;
    Scheduler* scheduler = nullptr;
    bool done = false;
    Point point;
    bool (*ready)(const void*) = nullptr;  // null: always
    const void* argument = nullptr;
  };

  static void RunTask(void* thread);
  void Resume(unsigned thread);
  RunEnd GoOn(Strategy& strategy, unsigned limit);
  void FindOptions(unsigned last, StepOptions& options);
  void Chose(unsigned choice, bool usual);

  static Scheduler* running_;

  std::vector<std::unique_ptr<Thread>> threads_;  // kept from run to run
  std::size_t count_ = 0;                         // of them in this one
  unsigned current_ = 0;
  bool stopped_ = false;
  bool leaving_ = false;  // whoever is resumed leaves
  Strategy* strategy_ = nullptr;
  unsigned spurious_failures_ = 0;  // still allowed
  std::vector<Step> options_;
  std::vector<Step> steps_;
  std::vector<unsigned> choices_;
  std::size_t chosen_ = 0;  // of the choices, without the usual ones at the end
  std::string reason_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SCHEDULE_SCHEDULER_H_
