// Any bytes are a case, the same everywhere; a case is its text; and what the text says runs again
// as it ran.

#include "fuzz/schedule/threaded_case.h"

#include <gtest/gtest.h>

#include "fuzz/random_input.h"
#include "fuzz/schedule/subjects.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

TEST(ThreadedCase, BytesMeanWhatTheyMeant) {
  // Three threads, 1 KiB, two bytes of schedule; then eight operations.
  const std::vector<std::uint8_t> input = {2 | 2 << 2,
                                           0xf2,
                                           0 | 1 << 3 | 0 << 5,
                                           1 | 2 << 3 | 6 << 5,
                                           2 | 3 << 3 | 1 << 5,
                                           5 | 1 << 3 | 5 << 5,
                                           6 | 0 << 3 | 0 << 5,
                                           6 | 1 << 3 | 7 << 5,
                                           7 | 0 << 3 | 4 << 5,
                                           4 | 2 << 3 | 7 << 5,
                                           35,
                                           7};
  const DecodedCase decoded = DecodeThreadedCase(input);
  EXPECT_EQ(CaseText(decoded.program, {}, "", ""),
            "alloclab trace text 1\n"
            "# arena: 1024\n"
            "# threaded_case_version: 1\n"
            "# schedule: \n"
            "\n"
            "0 = malloc 24 @1\n"
            "1 = malloc 300 @2\n"
            "free 0\n"
            "2 = realloc 1 96 @1\n"
            "thread_end\n"
            "marker 2 @1\n"
            "3 = malloc 0\n"
            "4 = malloc 0\n"
            "5 = malloc 0\n"
            "free 2 @2\n");
  EXPECT_EQ(decoded.schedules[0], (std::vector<std::uint8_t>{35, 7}));
  EXPECT_EQ(decoded.schedules[1], (std::vector<std::uint8_t>{60, 23}));
  EXPECT_EQ(decoded.schedules[15], (std::vector<std::uint8_t>{161, 72, 80, 177}));
  // Never more of it than of operations.
  EXPECT_EQ(DecodeThreadedCase(std::span(input).first(5)).schedules[0].size(), 1u);
  EXPECT_TRUE(DecodeThreadedCase({}).program.events.empty());
}

// As trace text, which only a valid trace is.
TEST(ThreadedCase, AnyBytesAreACase) {
  std::size_t most_threads = 0;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const DecodedCase decoded = DecodeThreadedCase(RandomInput(1, i, 120));
    const Schedule schedule(decoded.schedules[0].begin(), decoded.schedules[0].end());
    const std::string text = CaseText(decoded.program, schedule, "cached", "index: broken");
    const CaseFromText read = ReadCase("case", text);
    ASSERT_EQ(read.program.events, decoded.program.events) << text;
    ASSERT_EQ(read.program.arena_bytes, decoded.program.arena_bytes);
    ASSERT_EQ(read.schedule, schedule);
    ASSERT_EQ(read.allocator, "cached");
    for (const Event& event : read.program.events) {
      most_threads = std::max<std::size_t>(most_threads, event.thread + 1);
    }
  }
  EXPECT_EQ(most_threads, 4u);
}

TEST(ThreadedCase, RefusesWhatItCannotRun) {
  const auto error = [](const std::string& text) -> std::string {
    try {
      ReadCase("case", text);
    } catch (const TraceError& e) {
      return e.what();
    }
    return "";
  };
  const std::string title = "alloclab trace text 1\n";
  EXPECT_EQ(error(title + "# arena: 1024\n# schedule: 0 1\n\n0 = malloc 1\n"), "");
  EXPECT_NE(error(title + "# schedule: 0 1\n\n0 = malloc 1\n"), "");
  EXPECT_NE(error(title + "# arena: 1e9\n\n0 = malloc 1\n"), "");
  EXPECT_NE(error(title + "# arena: 999999999\n\n0 = malloc 1\n"), "");
  EXPECT_NE(error(title + "# arena: 1024\n# schedule: 0, 1\n\n0 = malloc 1\n"), "");
  EXPECT_NE(error(title + "# arena: 1024\n\n0 = malloc 1 @99\n"), "");
  EXPECT_NE(error(title + "# arena: 1024\n\nfree 0\n"), "");
}

// What a fuzzer's bytes did is done again by the schedule that is printed, step by step.
TEST(ThreadedCase, TheTextRunsAsTheBytesRan) {
  Scheduler scheduler;
  Arena arena(kMaxThreadedArenaBytes);
  std::size_t preempted = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const std::vector<std::uint8_t> input = RandomInput(2, i, 120);
    const DecodedCase decoded = DecodeThreadedCase(input);
    for (const char* name : kSubjectNames) {
      VisitSubject(name, [&]<class Heap>() {
        const auto run = [&](Strategy& strategy, const ThreadedCase& program) {
          const ThreadedResult result =
              RunThreaded<Heap>(program.events, arena, program.arena_bytes, scheduler, strategy,
                                {.spurious_failures = 4});
          std::string told = result.verdict;
          for (const Step& step : scheduler.steps()) {
            told += std::to_string(step.thread) + " " + step.point.name + "\n";
          }
          return told;
        };
        FuzzedSchedule fuzzed(decoded.schedules[i % kSchedules]);
        const std::string first = run(fuzzed, decoded.program);
        const CaseFromText read =
            ReadCase("case", CaseText(decoded.program, scheduler.schedule(), name, ""));
        if (!read.schedule.empty()) ++preempted;
        FollowSchedule follow(read.schedule);
        ASSERT_EQ(run(follow, read.program), first) << name << ", input " << i;
      });
    }
  }
  EXPECT_GT(preempted, 200u);
}

}  // namespace
}  // namespace alloclab
