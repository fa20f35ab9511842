// Every schedule once: counted against the binomial coefficients, and by the bugs that only some
// schedules show.

#include "fuzz/schedule/enumerator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fuzz/schedule/scheduled_sync.h"
#include "fuzz/schedule/strategies.h"

namespace alloclab {
namespace {

using Tasks = std::vector<Scheduler::Task>;

struct Counted {
  std::uint64_t schedules = 0;
  std::uint64_t pruned = 0;
  std::set<std::string> ends;  // what `end` said after each run
};

// Runs make() under every schedule; `end` says how it came out.
template <class Make, class End>
Counted All(const Enumerator::Limits& limits, Make&& make, End&& end,
            const RunLimits& run_limits = {}) {
  Scheduler scheduler;
  Enumerator all(limits);
  Counted counted;
  std::set<Schedule> seen;
  do {
    const Tasks tasks = make();
    const RunEnd how = scheduler.Run(tasks, all, run_limits);
    if (how == RunEnd::kGivenUp) continue;
    counted.ends.insert(how == RunEnd::kDeadlock ? "deadlock" : end());
    EXPECT_TRUE(seen.insert(scheduler.schedule()).second) << "a schedule came twice";
  } while (all.Next());
  counted.schedules = all.schedules();
  counted.pruned = all.pruned();
  EXPECT_EQ(seen.size(), counted.schedules);
  return counted;
}

std::uint64_t Binomial(std::uint64_t n, std::uint64_t k) {
  std::uint64_t result = 1;
  for (std::uint64_t i = 1; i <= k; ++i) result = result * (n - k + i) / i;
  return result;
}

// One thread for each number of points.
struct Steps {
  explicit Steps(std::vector<int> counts) : counts_(std::move(counts)) {}
  Tasks Make() {
    order_.clear();
    Tasks tasks;
    for (std::size_t t = 0; t < counts_.size(); ++t) {
      tasks.emplace_back([this, t] {
        for (int i = 0; i < counts_[t]; ++i) {
          ReachPoint("step", this);
          order_ += static_cast<char>('a' + t);
        }
      });
    }
    return tasks;
  }
  Counted Count(const Enumerator::Limits& limits) {
    return All(limits, [&] { return Make(); }, [&] { return order_; });
  }

  std::vector<int> counts_;
  std::string order_;
};

TEST(Enumerator, TwoThreadsHaveBinomiallyManySchedules) {
  for (int m = 0; m <= 6; ++m) {
    for (int n = 0; n <= 6; ++n) {
      const Counted counted = Steps({m, n}).Count({});
      const auto expected =
          Binomial(static_cast<std::uint64_t>(m + n), static_cast<std::uint64_t>(n));
      EXPECT_EQ(counted.schedules, expected) << m << ", " << n;
      EXPECT_EQ(counted.ends.size(), expected) << "each is another order";
    }
  }
  // Three threads: (2 + 3 + 4)! / (2! 3! 4!).
  EXPECT_EQ(Steps({2, 3, 4}).Count({}).ends.size(), 1260u);
  EXPECT_EQ(Steps({2, 3, 4}).Count({}).schedules, 1260u);
}

std::uint64_t Preemptions(const std::string& order, std::vector<int> left) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto thread = [&](std::size_t at) { return static_cast<std::size_t>(order[at] - 'a'); };
    if (i > 0 && order[i] != order[i - 1] && left[thread(i - 1)] > 0) ++count;
    --left[thread(i)];
  }
  return count;
}

// Against a count of the full set's orders. The first step counts as one behind thread 0, whose
// turn it is at the start.
TEST(Enumerator, ABoundOnPreemptionsLeavesOutTheOthersOnly) {
  const std::vector<int> counts = {3, 2, 2};
  const Counted all = Steps(counts).Count({});
  for (unsigned bound = 0; bound < 6; ++bound) {
    std::set<std::string> expected;
    for (const std::string& order : all.ends) {
      const std::uint64_t first = order[0] == 'a' ? 0 : 1;
      if (first + Preemptions(order, counts) <= bound) expected.insert(order);
    }
    const Counted counted = Steps(counts).Count({.preemptions = bound});
    EXPECT_EQ(counted.ends, expected) << "bound " << bound;
    EXPECT_EQ(counted.schedules, expected.size()) << "bound " << bound;
  }
}

// Two threads add one each by a load and a store: of the six schedules all but two lose one.
TEST(Enumerator, FindsTheLostUpdate) {
  for (const bool sleep_sets : {false, true}) {
    ScheduledAtomic<int> value{0};
    int lost = 0;
    const auto make = [&] {
      value.store(0);
      const auto add = [&] { value.store(value.load() + 1); };
      return Tasks{add, add};
    };
    const Counted counted = All({.sleep_sets = sleep_sets}, make, [&] {
      lost += value.load() == 1 ? 1 : 0;
      return std::to_string(value.load());
    });
    EXPECT_EQ(counted.ends, (std::set<std::string>{"1", "2"}));
    if (!sleep_sets) {
      EXPECT_EQ(counted.schedules, 6u);
      EXPECT_EQ(lost, 4);
    }
  }
  ScheduledAtomic<int> value{0};
  const auto make = [&] {
    value.store(0);
    const auto add = [&] { value.fetch_add(1); };
    return Tasks{add, add, add};
  };
  const Counted counted = All({}, make, [&] { return std::to_string(value.load()); });
  EXPECT_EQ(counted.ends, std::set<std::string>{"3"});
  EXPECT_EQ(counted.schedules, 6u);
}

TEST(Enumerator, FindsTheDeadlockOfTwoLocks) {
  for (const bool sleep_sets : {false, true}) {
    std::vector<std::unique_ptr<ScheduledLock>> locks;
    const auto make = [&] {
      // What a run that was given up has left is of no use.
      locks.clear();
      for (int i = 0; i < 2; ++i) locks.push_back(std::make_unique<ScheduledLock>());
      const auto take = [&](std::size_t first) {
        locks[first]->Lock();
        locks[1 - first]->Lock();
        locks[1 - first]->Unlock();
        locks[first]->Unlock();
      };
      return Tasks{[take] { take(0); }, [take] { take(1); }};
    };
    const Counted counted = All({.sleep_sets = sleep_sets}, make, [] { return "done"; });
    EXPECT_EQ(counted.ends, (std::set<std::string>{"deadlock", "done"}));
  }
}

// Steps at objects apart: one order is as good as another, and one is run. At one object: as many
// as without. In between, the ends are the same.
TEST(Enumerator, SleepSetsLeaveOutWhatMakesNoDifference) {
  ScheduledAtomic<int> values[3] = {};
  const auto apart = [&] {
    Tasks tasks;
    for (auto& value : values) {
      tasks.emplace_back([&value] {
        for (int i = 0; i < 3; ++i) value.fetch_add(1);
      });
    }
    return tasks;
  };
  const auto nothing = [] { return ""; };
  EXPECT_EQ(All({}, apart, nothing).schedules, 1680u);  // 9! / (3! 3! 3!)
  EXPECT_EQ(All({.sleep_sets = true}, apart, nothing).schedules, 1u);
  EXPECT_EQ(Steps({3, 4}).Count({.sleep_sets = true}).schedules, 35u);
}

// Programs of reads and writes of a few values, drawn by a seed: whatever some schedule ends with,
// a reduced enumeration comes to, too.
TEST(Enumerator, SleepSetsLoseNoEnd) {
  std::uint64_t full = 0;
  std::uint64_t reduced = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    ScheduledAtomic<int> values[3] = {};
    std::string log[3];
    const auto make = [&] {
      for (auto& value : values) value.store(0);
      Tasks tasks;
      for (unsigned t = 0; t < 3; ++t) {
        log[t].clear();
        tasks.emplace_back([&, t] {
          std::uint32_t random = seed * 2654435761u + t * 40503u;
          for (int i = 0; i < 3; ++i) {
            random = random * 1664525u + 1013904223u;
            auto& value = values[(random >> 16) % 3];
            int expected = 0;
            switch ((random >> 24) % 3) {
              case 0:
                log[t] += std::to_string(value.load());
                break;
              case 1:
                value.store(static_cast<int>(t) + 1);
                break;
              default:
                log[t] += value.compare_exchange_strong(expected, 7, {}, {}) ? 'y' : 'n';
            }
          }
        });
      }
      return tasks;
    };
    const auto end = [&] {
      std::string text = log[0] + "," + log[1] + "," + log[2];
      for (auto& value : values) text += " " + std::to_string(value.load());
      return text;
    };
    const Counted all = All({}, make, end);
    const Counted some = All({.sleep_sets = true}, make, end);
    EXPECT_EQ(some.ends, all.ends) << "seed " << seed;
    full += all.schedules;
    reduced += some.schedules + some.pruned;
  }
  std::cout << full << " schedules, " << reduced << " with sleep sets\n";
  EXPECT_LT(reduced * 4, full);
}

// Failing for no reason is a choice like the others.
TEST(Enumerator, WeakOperationsFailInSomeRuns) {
  ScheduledAtomic<int> value{0};
  int tries = 0;
  const auto make = [&] {
    value.store(0);
    return Tasks{[&] {
      int seen = 0;
      for (tries = 1; !value.compare_exchange_weak(seen, 1, {}, {}); ++tries) {
      }
    }};
  };
  const Counted counted =
      All({}, make, [&] { return std::to_string(tries); }, {.spurious_failures = 3});
  EXPECT_EQ(counted.ends, (std::set<std::string>{"1", "2", "3", "4"}));
  EXPECT_EQ(counted.schedules, 4u);
}

using EnumeratorDeathTest = testing::Test;

TEST(EnumeratorDeathTest, AProgramThatIsNotTheSameAgainIsRefused) {
  EXPECT_DEATH(
      {
        Scheduler scheduler;
        Enumerator all;
        int runs = 0;
        do {
          ++runs;
          const auto task = [&] { ReachPoint("step", nullptr); };
          const auto later = [&] {
            if (runs == 1) ReachPoint("step", nullptr);
          };
          scheduler.Run(Tasks{task, later}, all);
        } while (all.Next());
      },
      "must follow from the schedule");
}

}  // namespace
}  // namespace alloclab
