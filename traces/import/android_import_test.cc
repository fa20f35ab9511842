// What is known of Android's recordings (android.h).

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "traces/import/import_cases.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

const Answer kAnswers[] = {
    {"android/every_call",
     "0 = malloc 1024\n1 = calloc 17 8\n2 = memalign 16 104 @1\n3 = realloc 0 2048 @1\n"
     "4 = realloc null 12\nrealloc 4 0\nfree null\nfailed malloc 99999999999\nfree 2 @1\n"
     "thread_end @1\nfree 3\n",
     "", ""},
    {"android/times", "0 = malloc 24 t11\n1 = realloc 0 48 t91\nfree 1 t1002\nthread_end t2001\n",
     "", ""},
    {"android/times_of_some_lines",
     "0 = malloc 8\n1 = malloc 8 t6\nfree 0 @1 t1\n2 = malloc 16 @1 t1\nfree null\n"
     "failed malloc 99 t21\nfree 1 t18446744073709550616\n"
     "3 = realloc 2 1 @1 t31\nthread_end @1 t41\n4 = malloc 1\n",
     "1 frees of blocks whose allocation was not seen were left out; 1 allocations at the address "
     "of a live block, which was freed first.",
     ""},
    {"android/times_from_nothing", "thread_end t1\n0 = malloc 8 @1 t18446744073709551615\n", "",
     ""},
    {"android/what_does_not_fit",
     "0 = realloc null 8\nfree 0 @1\n1 = malloc 16 @1\nfailed realloc null 5\nthread_end\n"
     "2 = malloc 0 @2\n",
     "2 frees of blocks whose allocation was not seen were left out; 2 reallocs of blocks whose "
     "allocation was not seen became reallocs of NULL; 1 allocations at the address of a live "
     "block, which was freed first.",
     ""},
    {"android/realloc_to_nothing_that_gave_a_block", "0 = malloc 8\n1 = realloc 0 1\nfree 1\n", "",
     ""},
    {"android/cut", "0 = malloc 24\n", "",
     "android/cut:3: the last line does not end in a line feed, so it was cut and is left out; "
     "what followed it is not known"},
};

const Fact kFacts[] = {
    {"android/every_call", "recorder", "Android malloc debug"},
    {"android/every_call", "clock_hz", ""},
    {"android/times", "clock_hz", "1000000000"},
    {"android/times_of_some_lines", "clock_hz", "1000000000"},
};

const Mistake kMistakes[] = {
    {"android", "1: malloc 0x1 8\n1: mallok 0x1 8\n",
     "case:2: expected one of malloc, calloc, realloc, free, memalign, thread_done, found "
     "\"mallok\"; correct or remove the line"},
    {"android", "1 malloc 0x1 8\n",
     "case:1: expected a thread's number and a colon, found \"1\"; correct or remove the line"},
    {"android", "4294967296: free 0x1\n",
     "case:1: expected a thread, a number up to 4294967295, found \"4294967296\"; correct or "
     "remove "
     "the line"},
    {"android", "1: malloc 12 8\n",
     "case:1: expected a pointer, a hexadecimal number of up to 64 bits, found \"12\"; correct or "
     "remove the line"},
    {"android", "1: malloc 0x11112222333344445 8\n",
     "case:1: expected a pointer, a hexadecimal number of up to 64 bits, found "
     "\"0x11112222333344445\"; correct or remove the line"},
    {"android", "1: malloc 0x1\n",
     "case:1: expected a size, a number up to 18446744073709551615, found the end of the line; "
     "correct or remove the line"},
    {"android", "1: calloc 0x1 x 1\n",
     "case:1: expected a count, a number up to 18446744073709551615, found \"x\"; correct or "
     "remove "
     "the line"},
    {"android", "1: memalign 0x1 -16 1\n",
     "case:1: expected an alignment, a number up to 18446744073709551615, found \"-16\"; correct "
     "or "
     "remove the line"},
    {"android", "1: realloc 0x1 8\n",
     "case:1: expected the old pointer, a hexadecimal number of up to 64 bits, found \"8\"; "
     "correct "
     "or remove the line"},
    {"android", "1: free 0x1 5\n",
     "case:1: expected the time of the end, a number up to 18446744073709551615, found the end of "
     "the line; correct or remove the line"},
    {"android", "1: free 0x1 5 6 7\n",
     "case:1: expected the end of the line, found \"7\"; correct or remove the line"},
    {"android", std::string(70000, '1'),
     "case:1: the line is longer than 65536 bytes; no call is, split or remove it"},
};

struct Counts {
  std::uint64_t events = 0;
  std::set<std::uint32_t> threads;
  std::map<EventKind, std::uint64_t> kinds;
  std::string tainted;
};

Counts Count(TraceReader& reader) {
  Counts counts;
  counts.tainted = FindMetadata(reader.metadata(), "tainted");
  for (const Event& event : ReadAll(reader)) {
    ++counts.events;
    counts.threads.insert(event.thread);
    ++counts.kinds[event.kind];
  }
  return counts;
}

// A recording of an app that AOSP has among its traces (system/extras/memory_replay/traces), and
// this source tree has not: bazel test --test_env=ALLOCLAB_ANDROID_ZIP=/path/systemui.zip. A small
// one that is counted by hand stands in for it.
TEST(Import, RecordingsHaveTheirCounts) {
  const Counts small = Count(*OpenTraceBytes("small", Seed("android/every_call")));
  EXPECT_EQ(small.events, 11u);
  EXPECT_EQ(small.threads.size(), 2u);
  EXPECT_EQ(small.kinds.at(EventKind::kRealloc), 3u);
  const char* path = std::getenv("ALLOCLAB_ANDROID_ZIP");
  if (path == nullptr || *path == '\0') {
    std::cout
        << "NOT compared with the golden counts of systemui.zip: ALLOCLAB_ANDROID_ZIP does not "
           "name it\n";
    return;
  }
  const Counts counts = Count(*OpenTrace(path));
  EXPECT_EQ(counts.events, 786454u);
  EXPECT_EQ(counts.threads.size(), 393u);
  // These by cut and uniq -c on the unpacked text.
  EXPECT_EQ(counts.kinds.at(EventKind::kMalloc), 383154u);
  EXPECT_EQ(counts.kinds.at(EventKind::kCalloc), 7847u);
  EXPECT_EQ(counts.kinds.at(EventKind::kRealloc), 29167u);
  EXPECT_EQ(counts.kinds.at(EventKind::kMemalign), 1066u);
  EXPECT_EQ(counts.kinds.at(EventKind::kFree) + counts.kinds.at(EventKind::kFreeNull), 364863u);
  EXPECT_EQ(counts.kinds.at(EventKind::kThreadEnd), 357u);
  EXPECT_EQ(counts.tainted, "");
}

}  // namespace

std::string AndroidLine(const Call& call) {
  // The first call begins and ends in the nanosecond that has the time 1.
  constexpr std::uint64_t kBegin = 7'000'000'000;
  const Event& event = call.event;
  const auto [before, after] = std::pair(call.before, call.after);
  const std::uint64_t size = event.size;
  const unsigned tid = 4000 - event.thread;
  const std::uint64_t end = kBegin + event.time - 1;
  const std::string times = event.time == 0 ? "" : fmt::format(" {} {}", kBegin, end);
  switch (event.kind) {
    case EventKind::kMalloc:
      return fmt::format("{}: malloc {:#x} {}{}\n", tid, after, size, times);
    case EventKind::kCalloc:
      return fmt::format("{}: calloc {:#x} {} {}{}\n", tid, after, event.count, size, times);
    case EventKind::kMemalign:
      return fmt::format("{}: memalign {:#x} {} {}{}\n", tid, after, event.alignment, size, times);
    case EventKind::kRealloc:
      return fmt::format("{}: realloc {:#x} {:#x} {}{}\n", tid, after, before, size, times);
    default:
      return fmt::format("{}: free {:#x}{}\n", tid, before, times);
  }
}

FormatCases AndroidCases() {
  using enum EventKind;
  return {.format = "android",
          .answers = kAnswers,
          .facts = kFacts,
          .mistakes = {std::begin(kMistakes), std::end(kMistakes)},
          .encode = AndroidLine,
          .tool = {.kinds = {kMalloc, kCalloc, kMemalign, kRealloc, kFree, kFreeNull},
                   .threads = 5,
                   .counts = true,
                   .times = true}};
}

}  // namespace alloclab
