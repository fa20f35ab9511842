// A run follows its schedule to the step, and every way to end is told.

#include "fuzz/schedule/scheduler.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fuzz/schedule/scheduled_sync.h"
#include "fuzz/schedule/strategies.h"

namespace alloclab {
namespace {

using Tasks = std::vector<Scheduler::Task>;

// Three steps each; what is written down is in the order of the steps.
Tasks Writers(std::string& order, int threads) {
  Tasks tasks;
  for (int t = 0; t < threads; ++t) {
    tasks.emplace_back([&order, t] {
      for (int i = 0; i < 3; ++i) {
        ReachPoint("write", &order);
        order += static_cast<char>('a' + t);
      }
    });
  }
  return tasks;
}

TEST(Scheduler, FollowsTheSchedule) {
  Scheduler scheduler;
  for (const auto& [schedule, expected] : {std::pair{"", "aaabbb"},
                                           {"0 0 0 1 1 1", "aaabbb"},
                                           {"1 1 1", "bbbaaa"},
                                           {"0 1 0 1 0", "ababab"},
                                           {"1 0 0 0", "baaabb"}}) {
    std::string order;
    FollowSchedule follow(*ParseSchedule(schedule));
    ASSERT_EQ(scheduler.Run(Writers(order, 2), follow), RunEnd::kDone);
    EXPECT_EQ(order, expected) << schedule;
    EXPECT_EQ(scheduler.steps().size(), 6u);
    EXPECT_EQ(scheduler.steps()[0].thread, static_cast<unsigned>(order[0] - 'a'));
    EXPECT_STREQ(scheduler.steps()[0].point.name, "write");
    EXPECT_EQ(scheduler.steps()[0].point.object, &order);
  }
}

// What a run says its schedule was makes the same run again; the usual end of it is left out.
TEST(Scheduler, SaysItsSchedule) {
  Scheduler scheduler;
  for (int i = 0; i < 200; ++i) {
    const std::vector<std::uint8_t> bytes = {static_cast<std::uint8_t>(i * 37),
                                             static_cast<std::uint8_t>(i * 101), 33};
    std::string order;
    FuzzedSchedule fuzzed(bytes);
    ASSERT_EQ(scheduler.Run(Writers(order, 3), fuzzed), RunEnd::kDone);
    const Schedule schedule = scheduler.schedule();
    std::string again;
    FollowSchedule follow(*ParseSchedule(ScheduleText(schedule)));
    ASSERT_EQ(scheduler.Run(Writers(again, 3), follow), RunEnd::kDone);
    EXPECT_EQ(again, order);
    EXPECT_EQ(scheduler.schedule(), schedule);
  }
  std::string order;
  FuzzedSchedule nothing({});
  scheduler.Run(Writers(order, 3), nothing);
  EXPECT_EQ(order, "aaabbbccc");
  EXPECT_TRUE(scheduler.schedule().empty());
}

// A choice that cannot be made is no choice.
TEST(Scheduler, TakesTheUsualWhereTheScheduleCannotBeFollowed) {
  Scheduler scheduler;
  std::string order;
  FollowSchedule follow({7, 1, 7});
  EXPECT_EQ(scheduler.Run(Writers(order, 2), follow), RunEnd::kDone);
  EXPECT_EQ(order, "abbbaa");
  EXPECT_FALSE(ParseSchedule("0 x"));
  EXPECT_FALSE(ParseSchedule("0,1"));
  EXPECT_EQ(ParseSchedule(" 0"), std::nullopt);
  EXPECT_EQ(ParseSchedule("0  12 "), Schedule({0, 12}));
}

// As bytes: how many usual choices, then which other one.
TEST(Scheduler, FuzzedBytesArePreemptions) {
  Scheduler scheduler;
  std::string order;
  const std::vector<std::uint8_t> bytes = {2 | 1 << 5, 1 | 0 << 5};
  FuzzedSchedule fuzzed(bytes);
  EXPECT_EQ(scheduler.Run(Writers(order, 2), fuzzed), RunEnd::kDone);
  EXPECT_EQ(order, "aabbab");
}

TEST(Scheduler, SeesADeadlock) {
  Scheduler scheduler;
  ScheduledLock first;
  ScheduledLock second;
  const auto take = [](ScheduledLock& a, ScheduledLock& b) {
    a.Lock();
    b.Lock();
    b.Unlock();
    a.Unlock();
  };
  const Tasks tasks = {[&] { take(first, second); }, [&] { take(second, first); }};
  FollowSchedule apart({});
  EXPECT_EQ(scheduler.Run(tasks, apart), RunEnd::kDone);
  FollowSchedule crossed({0, 1});
  EXPECT_EQ(scheduler.Run(tasks, crossed), RunEnd::kDeadlock);
  EXPECT_EQ(scheduler.steps().size(), 2u);
}

TEST(Scheduler, SeesALivelock) {
  Scheduler scheduler;
  ScheduledAtomic<int> flag{0};
  const Tasks tasks = {[&] {
                         while (flag.load() == 0) {
                         }
                       },
                       [&] { flag.store(1); }};
  FollowSchedule first_waits({});
  EXPECT_EQ(scheduler.Run(tasks, first_waits, {.steps = 50}), RunEnd::kLivelock);
  EXPECT_EQ(scheduler.steps().size(), 50u);
  FollowSchedule second_first({0, 0, 1});
  EXPECT_EQ(scheduler.Run(tasks, second_first, {.steps = 50}), RunEnd::kDone);
}

TEST(Scheduler, SeesALockThatIsLetGoByAnother) {
  Scheduler scheduler;
  ScheduledLock lock;
  const Tasks tasks = {[&] { lock.Lock(); }, [&] { lock.Unlock(); }};
  FollowSchedule follow({});
  EXPECT_EQ(scheduler.Run(tasks, follow), RunEnd::kStopped);
  EXPECT_EQ(scheduler.reason(), "a thread lets go of a lock that it does not have");
}

TEST(Scheduler, ALockIsHadByOneAtATime) {
  Scheduler scheduler;
  for (const Schedule& schedule : {Schedule{0, 1, 1, 0}, Schedule{1, 0, 0, 1, 1, 0, 0}}) {
    ScheduledLock lock;
    int inside = 0;
    int most = 0;
    int tries = 0;
    const auto task = [&] {
      tries += lock.TryLock() ? 100 : 1;
      if (!lock.HeldByThisThread()) lock.Lock();
      most = std::max(most, ++inside);
      ReachPoint("inside", nullptr);
      --inside;
      lock.Unlock();
    };
    FollowSchedule follow(schedule);
    ASSERT_EQ(scheduler.Run(Tasks{task, task}, follow), RunEnd::kDone);
    EXPECT_EQ(most, 1);
    EXPECT_EQ(tries, 101);
  }
}

// A weak compare-exchange fails where the schedule has a 1 for it, and no more often than allowed.
TEST(Scheduler, WeakOperationsFailWhenAsked) {
  Scheduler scheduler;
  ScheduledAtomic<int> value{0};
  int tries = 0;
  const Tasks tasks = {[&] {
    int seen = 0;
    tries = 1;
    value.store(0);
    while (!value.compare_exchange_weak(seen, 1, {}, {})) ++tries;
    EXPECT_EQ(seen, 0);
  }};
  for (const auto& [schedule, allowed, expected] : {std::tuple{Schedule{}, 5u, 1},
                                                    {Schedule{1, 1}, 5u, 3},
                                                    {Schedule{1, 1, 1}, 2u, 3},
                                                    {Schedule{1}, 0u, 1}}) {
    FollowSchedule follow(schedule);
    ASSERT_EQ(scheduler.Run(tasks, follow, {.spurious_failures = allowed}), RunEnd::kDone);
    EXPECT_EQ(tries, expected) << ScheduleText(schedule);
    EXPECT_EQ(value.load(), 1);
  }
}

// Threads that were given up in the middle do not disturb the next run.
TEST(Scheduler, GoesOnAfterARunThatWasStopped) {
  Scheduler scheduler;
  for (int i = 0; i < 100; ++i) {
    std::string order;
    Tasks tasks = Writers(order, 2);
    tasks.emplace_back([&] {
      ReachPoint("stop", nullptr);
      Scheduler::Running()->Stop("enough");
    });
    FollowSchedule stop({0, 1, 2});
    ASSERT_EQ(scheduler.Run(tasks, stop), RunEnd::kStopped);
    ASSERT_EQ(order, "ab");
    EXPECT_EQ(scheduler.reason(), "enough");
    EXPECT_EQ(Scheduler::Running(), nullptr);
    order.clear();
    FollowSchedule usual({});
    tasks.pop_back();
    ASSERT_EQ(scheduler.Run(tasks, usual), RunEnd::kDone);
    ASSERT_EQ(order, "aaabbb");
  }
}

// Deep stacks, with buffers that a sanitizer watches, side by side.
int Deep(int depth, const void* object) {
  volatile char buffer[64];
  for (std::size_t i = 0; i < sizeof(buffer); ++i) buffer[i] = static_cast<char>(depth);
  ReachPoint("deep", object);
  const int below = depth == 0 ? 0 : Deep(depth - 1, object);
  return below + buffer[depth % 64];
}

TEST(Scheduler, EachThreadHasAStackOfItsOwn) {
  Scheduler scheduler;
  int sums[3] = {};
  Tasks tasks;
  for (int& sum : sums) tasks.emplace_back([&sum] { sum = Deep(100, nullptr); });
  Schedule turns;
  for (unsigned i = 0; i < 300; ++i) turns.push_back(i % 3);
  FollowSchedule follow(turns);
  ASSERT_EQ(scheduler.Run(tasks, follow), RunEnd::kDone);
  for (const int sum : sums) EXPECT_EQ(sum, 5050);
}

}  // namespace
}  // namespace alloclab
