// Programs of one process, recorded: what comes out must be what went in.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>

#include "traces/recorder/recording_fixture.h"

namespace alloclab::recorder {
namespace {

using E = EventKind;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kSubject[] = "traces/recorder/subjects/subject";
constexpr std::uint64_t kTooMuch = PTRDIFF_MAX - 4096;

// The events between the marks of scenario.h, with allocations numbered from 0 at the first mark.
std::vector<Event> Marked(const ReadTrace& trace) {
  std::vector<Event> events;
  std::uint64_t base = kNoAllocation;
  for (Event event : trace.events) {
    if (event.kind == E::kMalloc && event.size == 700'002) break;
    if (base != kNoAllocation) {
      if (event.id != kNoAllocation) event.id -= base;
      if (event.ref != kNoAllocation) event.ref -= base;
      events.push_back(event);
    }
    if (event.kind == E::kMalloc && event.size == 700'001) base = event.id;
  }
  return events;
}

class RecordCalls : public RecordingTest {};

TEST_F(RecordCalls, EveryFunctionOfOneThread) {
  const RecordResult result = RecordProgram({kSubject, "single"});
  EXPECT_EQ(result.exit_code, 0) << "errno was changed, or a call went wrong";
  ExpectUntainted(result);
  EXPECT_THAT(
      Marked(Read()),
      ElementsAre(
          Event{.kind = E::kFree, .ref = 0}, Event{.kind = E::kMalloc, .id = 1, .size = 24},
          Event{.kind = E::kCalloc, .id = 2, .size = 40, .count = 3},
          Event{.kind = E::kRealloc, .id = 3, .ref = 1, .size = 100},
          Event{.kind = E::kRealloc, .id = 4, .size = 50}, Event{.kind = E::kFree, .ref = 2},
          Event{.kind = E::kFreeNull}, Event{.kind = E::kRealloc, .ref = 4, .size = 0},
          Event{.kind = E::kMalloc, .id = 5, .size = 5 << 20}, Event{.kind = E::kFree, .ref = 5},
          Event{.kind = E::kMalloc, .failed = true, .size = kTooMuch},
          Event{.kind = E::kRealloc, .failed = true, .ref = 3, .size = kTooMuch},
          Event{.kind = E::kFree, .ref = 3}, Event{.kind = E::kMalloc, .id = 6, .size = 33},
          Event{.kind = E::kFree, .ref = 6}, Event{.kind = E::kMalloc, .id = 7, .size = 34},
          Event{.kind = E::kFree, .ref = 7}));
  EXPECT_EQ(Files(), std::set<std::string>{"out.alt"});
}

TEST_F(RecordCalls, TimesWhenAskedFor) {
  RecordOptions options = Options({kSubject, "single"});
  const RecordResult without = Record(options);
  for (const Event& event : Read().events) ASSERT_EQ(event.time, 0u);
  EXPECT_EQ(FindMetadata(Read().metadata, "clock_hz"), "");

  options.time_resolution_ns = 1000;
  const RecordResult result = Record(options);
  ExpectUntainted(result);
  const ReadTrace trace = Read();
  const double hz = std::stod(FindMetadata(trace.metadata, "clock_hz"));
  ASSERT_GT(hz, 1e6);
  // The largest power of two that is no more than a microsecond.
  std::uint64_t step = 1;
  while (2.0 * static_cast<double>(step) <= 1000 * hz / 1e9) step *= 2;
  std::uint64_t before = 0;
  for (const Event& event : trace.events) {
    ASSERT_GT(event.time, 0u);
    ASSERT_EQ(event.time % step, 0u);
    ASSERT_GE(event.time, before);
    before = event.time;
  }
  // Counted from before the program was started.
  EXPECT_LE(static_cast<double>(before) / hz, result.run_seconds + 0.1);
  EXPECT_GT(before, trace.events.front().time);
}

TEST_F(RecordCalls, TheAlignedFamily) {
  const RecordResult result = RecordProgram({kSubject, "aligned"});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  EXPECT_THAT(
      Marked(Read()),
      ElementsAre(
          Event{.kind = E::kFree, .ref = 0},
          Event{.kind = E::kMemalign, .id = 1, .size = 100, .alignment = 64},
          Event{.kind = E::kAlignedAlloc, .id = 2, .size = 512, .alignment = 256},
          Event{.kind = E::kValloc, .id = 3, .size = 300},
          Event{.kind = E::kPvalloc, .id = 4, .size = 400},
          Event{.kind = E::kReallocArray, .id = 5, .size = 60, .count = 5},
          Event{.kind = E::kPosixMemalign, .id = 6, .size = 200, .alignment = 128},
          Event{.kind = E::kPosixMemalign, .failed = true, .size = 200, .alignment = 3},
          Event{.kind = E::kReallocArray, .id = 7, .ref = 5, .size = 60, .count = 7},
          Event{.kind = E::kReallocArray, .failed = true, .ref = 7, .size = 60, .count = kTooMuch},
          Event{.kind = E::kFree, .ref = 1}, Event{.kind = E::kFree, .ref = 2},
          Event{.kind = E::kFree, .ref = 3}, Event{.kind = E::kFree, .ref = 4},
          Event{.kind = E::kFree, .ref = 7}, Event{.kind = E::kFree, .ref = 6}));
}

TEST_F(RecordCalls, MoreThanAChunkHolds) {
  const RecordResult result = RecordProgram({kSubject, "fill"});
  ExpectUntainted(result);
  EXPECT_EQ(Read().CountMallocs(48), 20'000);
}

// The program turns its own recording over, and knows what it did meanwhile.
TEST_F(RecordCalls, PausesWhenASignalSaysSo) {
  RecordOptions options = Options({kSubject, "pauses"});
  options.start_paused = true;
  const RecordResult result = Record(options);
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  const ReadTrace trace = Read();
  EXPECT_EQ(trace.CountMallocs(1111), 0);
  EXPECT_THAT(Marked(trace),
              ElementsAre(Event{.kind = E::kFree, .ref = 0},
                          // The free of what is unknown is left out; a realloc of such is a malloc.
                          Event{.kind = E::kRealloc, .id = 1, .size = 1200},
                          Event{.kind = E::kMalloc, .id = 2, .size = 3333},
                          // Freed in the pause, which shows when its address comes again.
                          Event{.kind = E::kFree, .ref = 2},
                          Event{.kind = E::kMalloc, .id = 3, .size = 3333},
                          Event{.kind = E::kFree, .ref = 3}, Event{.kind = E::kFree, .ref = 1}));
  EXPECT_THAT(FindMetadata(trace.metadata, "paused"), HasSubstr("2 times; "));
}

TEST_F(RecordCalls, NoMoreBytesThanAllowed) {
  RecordOptions options = Options({kSubject, "fill"});
  options.max_raw_bytes = 200'000;
  const RecordResult result = Record(options);
  ASSERT_EQ(result.images.size(), 1u);
  EXPECT_THAT(result.images[0].tainted, HasSubstr("calls were not recorded for want of room"));
  const ReadTrace trace = Read();
  // 16 bytes a call; what is not full yet lies elsewhere.
  EXPECT_LT(trace.events.size(), 200'000 / 16 + 65'536 / 16);
  EXPECT_GT(trace.events.size(), 100'000u / 16);
  EXPECT_EQ(FindMetadata(trace.metadata, "tainted"), result.images[0].tainted);
}

TEST_F(RecordCalls, AfterTheProgramClosedAllFiles) {
  const RecordResult result = RecordProgram({kSubject, "close"});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  EXPECT_EQ(Read().CountMallocs(48), 20'000);
}

TEST_F(RecordCalls, BlocksPassedBetweenThreads) {
  const RecordResult result = RecordProgram({kSubject, "pass"});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  const ReadTrace trace = Read();
  EXPECT_EQ(trace.CountMallocs(1010), 20'000);
  EXPECT_EQ(trace.Count(E::kThreadStart), 9);
  EXPECT_EQ(trace.Count(E::kThreadEnd), 8);
}

TEST_F(RecordCalls, ReallocStormOnFourThreads) {
  const RecordResult result = RecordProgram({kSubject, "storm"});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  EXPECT_EQ(Read().Count(E::kRealloc), 400'000);
}

TEST_F(RecordCalls, FiveThousandThreads) {
  const RecordResult result = RecordProgram({kSubject, "many"});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  const ReadTrace trace = Read();
  EXPECT_EQ(trace.CountMallocs(1111), 5000);
  EXPECT_EQ(trace.Count(E::kThreadStart), 5001);
  EXPECT_EQ(trace.Count(E::kThreadEnd), 5000);
}

// While a process has one thread the stamps of its calls are counted, not read from the clock.
TEST_F(RecordCalls, AThreadThatIsAloneAgain) {
  const RecordResult result = RecordProgram({kSubject, "alone_again"});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  EXPECT_EQ(Read().CountMallocs(3333), 200);
}

TEST_F(RecordCalls, DestructorsOfEndingThreads) {
  const RecordResult result = RecordProgram({kSubject, "late"});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  const ReadTrace trace = Read();
  EXPECT_EQ(trace.CountMallocs(4444), 100);
  EXPECT_EQ(trace.CountMallocs(3333), 100);
  EXPECT_EQ(trace.CountMallocs(2222), 400);
  EXPECT_EQ(trace.Count(E::kThreadEnd), 100);
}

// A handler that comes while the allocator is at work is taken for a part of it: its call is not
// in the trace, but counted.
TEST_F(RecordCalls, SignalHandlers) {
  const RecordResult result = RecordProgram({kSubject, "signals", Path("count")});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  std::int64_t handled = 0;
  std::ifstream(Path("count")) >> handled;
  ASSERT_GT(handled, 100);
  const ReadTrace trace = Read();
  const std::string nested = FindMetadata(trace.metadata, "nested");
  EXPECT_EQ(trace.Count(E::kFreeNull) + std::atoll(nested.c_str()), handled);
  EXPECT_EQ(trace.CountMallocs(32), 1'000'000);
}

TEST_F(RecordCalls, AnAllocatorLinkedBeforeTheCLibrary) {
  const RecordResult result = RecordProgram({"traces/recorder/subjects/own_malloc_library"});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  const ReadTrace trace = Read();
  EXPECT_EQ(trace.CountMallocs(1212), 1);
  EXPECT_EQ(trace.CountMallocs(2424), 0) << "the allocator's own call was recorded";
  EXPECT_EQ(trace.Count(E::kRealloc), 1);
  EXPECT_THAT(FindMetadata(trace.metadata, "nested"), HasSubstr("calls that the allocator made"));
}

TEST_F(RecordCalls, AnAllocatorInsideTheExecutableIsSaid) {
  try {
    RecordProgram({"traces/recorder/subjects/own_malloc_inside"});
    FAIL() << "nothing was thrown";
  } catch (const TraceError& error) {
    EXPECT_THAT(error.what(), HasSubstr("a malloc of its own inside the executable"));
  }
  EXPECT_TRUE(Files().empty());
}

TEST_F(RecordCalls, AStaticProgramIsSaid) {
  try {
    RecordProgram({"traces/recorder/subjects/static_program"});
    FAIL() << "nothing was thrown";
  } catch (const TraceError& error) {
    EXPECT_THAT(error.what(), HasSubstr("statically linked"));
  }
  EXPECT_TRUE(Files().empty());
}

TEST_F(RecordCalls, AllocationsInsideDlsym) {
  const RecordResult result = RecordProgram({"traces/recorder/subjects/allocating_dlsym_program"});
  EXPECT_EQ(result.exit_code, 0);
  ExpectUntainted(result);
  EXPECT_EQ(Read().CountMallocs(1212), 1);
}

}  // namespace
}  // namespace alloclab::recorder
