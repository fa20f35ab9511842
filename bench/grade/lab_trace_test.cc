// What becomes of a trace that a lab is to be asked.

#include "bench/grade/lab_trace.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "bench/grade/default_traces.h"
#include "traces/event_kind.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab::grade {
namespace {

std::string Written(const std::string& name, const std::string& text) {
  const std::string path = TemporaryPath(name);
  std::ofstream(path) << text;
  return path;
}

TEST(LabTrace, OtherCallsBecomeThoseOfALab) {
  const LabTrace trace = ReadLabTrace(Written("calls.txt",
                                              "alloclab trace text 1\n\n"
                                              "0 = malloc 0\n"
                                              "marker 3\n"
                                              "1 = posix_memalign 64 100\n"
                                              "free null\n"
                                              "2 = realloc null 7\n"
                                              "3 = calloc 3 5\n"
                                              "4 = reallocarray 2 4 25\n"
                                              "realloc 4 0\n"
                                              "5 = new 9\n"
                                              "delete_sized 5 9\n"));
  EXPECT_EQ(trace.name, "calls");
  struct Expected {
    EventKind kind;
    std::uint64_t ref;
    std::uint64_t size;
  };
  const Expected expected[] = {
      {EventKind::kMalloc, kNoAllocation, 1}, {EventKind::kMalloc, kNoAllocation, 100},
      {EventKind::kMalloc, kNoAllocation, 7}, {EventKind::kCalloc, kNoAllocation, 15},
      {EventKind::kRealloc, 2, 100},          {EventKind::kFree, 4, 0},
      {EventKind::kMalloc, kNoAllocation, 9}, {EventKind::kFree, 5, 0}};
  ASSERT_EQ(trace.events.size(), std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(trace.events[i].kind, expected[i].kind) << i;
    EXPECT_EQ(trace.events[i].ref, expected[i].ref) << i;
    EXPECT_EQ(trace.events[i].size, expected[i].size) << i;
  }
}

// Numbers of operations are told to students: each must be that of its event.
TEST(LabTrace, EveryEventIsOneOperation) {
  const std::uint64_t seed = TestSeed();
  const std::vector<Event> events = LabEvents(RandomEvents(seed, 20'000));
  const Program program = LabProgram(events);
  ASSERT_EQ(program.ops.size(), events.size()) << "seed " << seed;
  const std::map<EventKind, OpKind> kinds = {{EventKind::kMalloc, OpKind::kMalloc},
                                             {EventKind::kFree, OpKind::kFree},
                                             {EventKind::kCalloc, OpKind::kCalloc},
                                             {EventKind::kRealloc, OpKind::kRealloc}};
  for (std::size_t i = 0; i < events.size(); ++i) {
    ASSERT_EQ(program.ops[i].kind, kinds.at(events[i].kind)) << i << ", seed " << seed;
    if (events[i].kind != EventKind::kFree) {
      ASSERT_EQ(program.ops[i].size, events[i].size) << i << ", seed " << seed;
      ASSERT_GE(events[i].size, 1u) << i << ", seed " << seed;
    }
  }
}

TEST(LabTrace, AsManyEventsAsAreAskedFor) {
  const std::string path = Written("four.txt",
                                   "alloclab trace text 1\n\n0 = malloc 1\n1 = malloc 2\nfree 0\n"
                                   "free 1\n");
  EXPECT_EQ(ReadLabTrace(path).events.size(), 4u);
  EXPECT_EQ(ReadLabTrace(path, 3).events.size(), 3u);
  EXPECT_EQ(ReadLabTrace(path, 30).events.size(), 4u);
  EXPECT_THROW(ReadLabTrace(Written("none.txt", "alloclab trace text 1\n\nmarker 3\n")),
               TraceError);
}

TEST(DefaultTraces, AreTheSameEverywhere) {
  const std::map<std::string, std::size_t> operations = {
      {"bash", 5471},           {"git", 5750},      {"sqlite", 5997}, {"redis", 5995},
      {"python", 5880},         {"gcc", 5970},      {"growth", 6015}, {"comb", 6000},
      {"power_plus_one", 6000}, {"sawtooth", 5920}, {"queues", 6224}, {"robson_first_fit", 6672}};
  const std::vector<LabTrace> traces = DefaultTraces("traces/corpus");
  ASSERT_EQ(traces.size(), operations.size());
  std::size_t reallocs = 0;
  for (const LabTrace& trace : traces) {
    ASSERT_TRUE(operations.contains(trace.name)) << trace.name;
    EXPECT_EQ(trace.events.size(), operations.at(trace.name)) << trace.name;
    // Fits into the smallest heap that labs give, with room for much waste.
    EXPECT_LT(LabProgram(trace.events).live_bytes_peak, std::uint64_t{4} << 20) << trace.name;
    for (const Event& event : trace.events) {
      if (event.kind == EventKind::kRealloc) ++reallocs;
    }
  }
  EXPECT_GT(reallocs, 1000u);
  EXPECT_THROW(DefaultTraces("/nowhere"), TraceError);
}

}  // namespace
}  // namespace alloclab::grade
