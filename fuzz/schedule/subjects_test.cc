// Every schedule of small programs, on each heap that threads share: no rule is broken in any.

#include "fuzz/schedule/subjects.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <string_view>

#include "allocator/variants.h"
#include "fuzz/schedule/enumerator.h"
#include "fuzz/schedule/small_programs.h"

namespace alloclab {
namespace {

// Enumeration ends after so many runs, for programs that have too many schedules. Under sanitizers
// ALLOCLAB_OPERATIONS asks for less.
constexpr std::uint64_t kMostRuns = 100'000;
std::uint64_t MostRuns() {
  const char* operations = std::getenv("ALLOCLAB_OPERATIONS");
  return operations == nullptr ? kMostRuns : std::strtoull(operations, nullptr, 10) / 100;
}

struct Outcome {
  std::uint64_t schedules = 0;
  std::uint64_t pruned = 0;
  bool complete = false;
  std::uint64_t steps = 0;  // of the longest run
  std::string found;        // empty: nothing
};

template <class Heap>
Outcome Enumerate(const ThreadedCase& program, const Enumerator::Limits& limits,
                  const RunLimits& run_limits = {}) {
  Scheduler scheduler;
  Arena arena(kMaxThreadedArenaBytes);
  Enumerator all(limits);
  Outcome outcome;
  while (!outcome.complete && all.schedules() + all.pruned() < MostRuns()) {
    const ThreadedResult result =
        RunThreaded<Heap>(program.events, arena, program.arena_bytes, scheduler, all, run_limits);
    outcome.steps = std::max<std::uint64_t>(outcome.steps, scheduler.steps().size());
    if (!result.verdict.empty()) {
      outcome.found = result.verdict + ": " + result.text + "\n" +
                      CaseText(program, scheduler.schedule(), "", result.verdict);
      break;
    }
    outcome.complete = !all.Next();
  }
  outcome.schedules = all.schedules();
  outcome.pruned = all.pruned();
  return outcome;
}

class SubjectsTest : public testing::TestWithParam<const char*> {
 protected:
  Outcome Enumerate(const ThreadedCase& program, const Enumerator::Limits& limits,
                    const RunLimits& run_limits = {}) {
    Outcome outcome;
    VisitSubject(GetParam(), [&]<class Heap>() {
      outcome = alloclab::Enumerate<Heap>(program, limits, run_limits);
    });
    return outcome;
  }

  void ExpectClean(const char* how, const Enumerator::Limits& limits,
                   const RunLimits& run_limits = {}) {
    for (const SmallProgram& small : SmallPrograms()) {
      const auto start = std::chrono::steady_clock::now();
      const Outcome outcome = Enumerate(small.program, limits, run_limits);
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
      std::cout << std::setw(12) << GetParam() << "  " << std::left << std::setw(34) << small.name
                << std::right << how << std::setw(8) << outcome.schedules << " schedules"
                << std::setw(8) << outcome.pruned << " pruned  " << outcome.steps << " steps  "
                << std::fixed << std::setprecision(2) << seconds.count() << " s"
                << (outcome.complete ? "" : "  (cut short)") << "\n";
      EXPECT_EQ(outcome.found, "") << small.name;
      complete_ += outcome.complete ? 1 : 0;
    }
  }

  std::size_t complete_ = 0;  // programs of which all schedules were run
};

TEST_P(SubjectsTest, NoScheduleWithTwoPreemptionsBreaksARule) {
  ExpectClean("two preemptions", {.preemptions = 2});
  EXPECT_EQ(complete_, SmallPrograms().size());
}

// Two programs have too many: three threads that come to their caches at the same time.
TEST_P(SubjectsTest, NoScheduleAtAllBreaksARule) {
  ExpectClean("sleep sets     ", {.sleep_sets = true});
  if (MostRuns() >= kMostRuns) {
    EXPECT_GE(complete_, SmallPrograms().size() - 2);
  }
}

TEST_P(SubjectsTest, NorWhereWeakOperationsFail) {
  ExpectClean("one, and fails ", {.preemptions = 1}, {.spurious_failures = 2});
  EXPECT_EQ(complete_, SmallPrograms().size());
}

// The same on every variant that can be seen into, with memory enough for the spans of any.
TEST(EveryVariantTest, NoScheduleWithAPreemptionBreaksARule) {
  std::uint64_t schedules = 0;
  for (const std::string_view name : Variants::kNames) {
    Variants::Visit<PointedPages>(name, [&]<Allocator A>() {
      if constexpr (kWalkable<A>) {
        for (const SmallProgram& small : SmallPrograms()) {
          const ThreadedCase program = {kMaxThreadedArenaBytes, small.program.events};
          const Enumerator::Limits limits{.preemptions = 1};
          using OneLock = Locked<A, ScheduledLock>;
          using Caches = Cached<A, ScheduledSync, CacheShape{.slots = 2, .blocks = 4}>;
          using OneOwner = RemoteFreed<A, ScheduledSync>;
          for (const Outcome& outcome :
               {Enumerate<OneLock>(program, limits), Enumerate<Caches>(program, limits),
                Enumerate<OneOwner>(program, limits)}) {
            EXPECT_EQ(outcome.found, "") << name << ", " << small.name;
            EXPECT_TRUE(outcome.complete);
            schedules += outcome.schedules;
          }
        }
      }
    });
  }
  std::cout << schedules << " schedules\n";
  EXPECT_GT(schedules, 10'000u);
}

INSTANTIATE_TEST_SUITE_P(Heaps, SubjectsTest, testing::ValuesIn(kSubjectNames));

}  // namespace
}  // namespace alloclab
