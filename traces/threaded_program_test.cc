// Programs for threads, under schedulers that choose at every step which thread goes on: whatever
// they choose, every call must meet the block that it met in the trace, and all must come to an
// end.

#include "traces/threaded_program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>

#include "traces/event_kind.h"
#include "traces/open_trace.h"
#include "traces/test_seed.h"
#include "traces/threaded_events.h"

namespace alloclab {
namespace {

ThreadedProgram FromText(const std::string& lines, KeepTimes times = KeepTimes::kNo) {
  const std::string text = "alloclab trace text 1\n# clock_hz: 1000000\n\n" + lines;
  return DecodeThreadedProgram(*OpenTraceBytes("t.txt", text), times);
}

// What a thread's calls do to blocks, straight from the events.
struct Call {
  std::uint64_t ends = kNoAllocation;
  std::uint64_t makes = kNoAllocation;
};

std::vector<std::vector<Call>> CallsOf(const std::vector<Event>& events, std::size_t threads) {
  std::vector<std::vector<Call>> calls(threads);
  for (const Event& event : events) {
    const Call call = {EndsAllocation(event) ? event.ref : kNoAllocation, event.id};
    if (call.ends != kNoAllocation || call.makes != kNoAllocation) {
      calls[event.thread].push_back(call);
    }
  }
  return calls;
}

// Runs a program one operation at a time. Slots hold the numbers of blocks instead of pointers.
class Machine {
 public:
  Machine(const ThreadedProgram& program, const std::vector<Event>& events)
      : program_(program),
        calls_(CallsOf(events, program.threads.size())),
        at_(program.threads.size()),
        called_(program.threads.size()),
        told_(program.threads.size()),
        slots_(program.slots, kNoAllocation) {}

  std::vector<std::size_t> Runnable() const {
    std::vector<std::size_t> runnable;
    for (std::size_t thread = 0; thread < at_.size(); ++thread) {
      const Ops& ops = program_.threads[thread];
      if (at_[thread] == ops.size()) continue;
      const Op& op = ops[at_[thread]];
      if (op.kind == OpKind::kWait && told_[op.slot] < op.size) continue;
      runnable.push_back(thread);
    }
    return runnable;
  }

  void Step(std::size_t thread) {
    const Op& op = program_.threads[thread][at_[thread]++];
    if (op.kind >= OpKind::kWait) return;
    ASSERT_LT(called_[thread], calls_[thread].size());
    const Call& call = calls_[thread][called_[thread]++];
    ASSERT_LT(op.slot, slots_.size());
    std::uint64_t& slot = slots_[op.slot];
    ASSERT_EQ(slot, call.ends) << "thread " << thread << ", operation " << at_[thread] - 1;
    slot = call.makes;
    if (op.awaited != 0) told_[thread] = at_[thread];
  }

  // Everything was called, and the tail frees what is left.
  void Finish() {
    for (std::size_t thread = 0; thread < at_.size(); ++thread) {
      ASSERT_EQ(at_[thread], program_.threads[thread].size());
      ASSERT_EQ(called_[thread], calls_[thread].size());
    }
    for (const Op& op : program_.tail) {
      ASSERT_EQ(op.kind, OpKind::kFree);
      ASSERT_NE(slots_[op.slot], kNoAllocation);
      slots_[op.slot] = kNoAllocation;
    }
    for (const std::uint64_t slot : slots_) ASSERT_EQ(slot, kNoAllocation);
  }

 private:
  const ThreadedProgram& program_;
  std::vector<std::vector<Call>> calls_;
  std::vector<std::size_t> at_;      // by thread: the next operation
  std::vector<std::size_t> called_;  // by thread: calls made
  std::vector<std::size_t> told_;    // by thread: operations others know to be done
  std::vector<std::uint64_t> slots_;
};

// Chooses among the threads that can go on.
using Scheduler = std::function<std::size_t(const std::vector<std::size_t>&)>;

void RunUnder(const Scheduler& choose, const std::vector<Event>& events) {
  const ThreadedProgram program = ThreadedProgramOf(events);
  Machine machine(program, events);
  for (;;) {
    const std::vector<std::size_t> runnable = machine.Runnable();
    if (runnable.empty()) break;
    machine.Step(choose(runnable));
    if (testing::Test::HasFatalFailure()) return;
  }
  machine.Finish();
}

TEST(ThreadedProgram, EveryOrderThatIsAllowedMeetsTheSameBlocksAndEnds) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  const Scheduler kSchedulers[] = {
      [&](const auto& threads) { return threads[random() % threads.size()]; },
      [](const auto& threads) { return threads.front(); },
      [](const auto& threads) { return threads.back(); },
      // One thread as far as it comes, then another.
      [&, last = std::size_t{0}](const auto& threads) mutable {
        if (std::find(threads.begin(), threads.end(), last) == threads.end()) {
          last = threads[random() % threads.size()];
        }
        return last;
      },
  };
  for (const std::uint32_t threads : {1u, 2u, 5u, 60u}) {
    for (const std::uint32_t foreign_in : {1u, 10u}) {
      const std::vector<Event> events = ThreadedEvents(seed, 3000, threads, foreign_in);
      for (const Scheduler& scheduler : kSchedulers) {
        RunUnder(scheduler, events);
        ASSERT_FALSE(HasFatalFailure()) << "seed " << seed << ", " << threads << " threads";
      }
    }
  }
}

// From the definition: for each pair of threads, an end of a block needs a wait when its maker's
// call is later than all that this thread has waited for.
TEST(ThreadedProgram, WaitsOnlyForWhatIsNotKnownYet) {
  const std::uint64_t seed = TestSeed();
  const std::vector<Event> events = ThreadedEvents(seed, 20000, 6, 2);
  struct Made {
    std::uint32_t thread;
    std::uint64_t call;
  };
  std::map<std::uint64_t, Made> made;
  std::map<std::uint32_t, std::uint64_t> calls;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> known;
  std::uint64_t waits = 0;
  std::uint64_t foreign = 0;
  std::uint64_t calls_in_all = 0;
  for (const Event& event : events) {
    const bool ends = EndsAllocation(event);
    if (!ends && event.id == kNoAllocation) continue;
    const std::uint64_t call = ++calls[event.thread];
    ++calls_in_all;
    if (ends && made.at(event.ref).thread != event.thread) {
      ++foreign;
      const Made& maker = made.at(event.ref);
      std::uint64_t& most = known[{event.thread, maker.thread}];
      if (maker.call > most) {
        most = maker.call;
        ++waits;
      }
    }
    if (event.id != kNoAllocation) made[event.id] = {event.thread, call};
  }
  const ThreadedProgram program = ThreadedProgramOf(events);
  EXPECT_EQ(program.waits, waits);
  EXPECT_EQ(program.foreign_ends, foreign);
  EXPECT_EQ(program.calls, calls_in_all);
  EXPECT_LT(waits, foreign);
}

TEST(ThreadedProgram, IsWhatThePictureShows) {
  const ThreadedProgram program = FromText(
      "0 = malloc 10\n1 = malloc 20\nfree 1\nfree 0 @1\n2 = malloc 30 @1\n3 = realloc 2 40\n");
  ASSERT_EQ(program.threads.size(), 2u);
  const Ops& first = program.threads[0];
  const Ops& second = program.threads[1];
  ASSERT_EQ(first.size(), 5u);
  ASSERT_EQ(second.size(), 3u);
  EXPECT_EQ(first[0].awaited, 1);
  EXPECT_EQ(first[1].awaited, 0);
  EXPECT_EQ(second[0].kind, OpKind::kWait);
  EXPECT_EQ(second[0].slot, 0u);
  EXPECT_EQ(second[0].size, 1u);
  EXPECT_EQ(second[1].kind, OpKind::kFree);
  EXPECT_EQ(second[2].slot, second[1].slot) << "what a thread has freed, it takes again";
  EXPECT_EQ(second[2].awaited, 1);
  EXPECT_EQ(first[3].kind, OpKind::kWait);
  EXPECT_EQ(first[3].slot, 1u);
  EXPECT_EQ(first[3].size, 3u);
  EXPECT_EQ(first[4].kind, OpKind::kRealloc);
  EXPECT_EQ(program.live_bytes_peak, 40u);
  EXPECT_EQ(program.live_blocks_peak, 2u);
  ASSERT_EQ(program.tail.size(), 1u);
  EXPECT_EQ(program.tail[0].size, 40u);
}

// The pauses of a thread: before which operation, and until when in nanoseconds.
std::vector<std::pair<std::size_t, std::uint64_t>> PausesOf(const Ops& ops) {
  std::vector<std::pair<std::size_t, std::uint64_t>> pauses;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (ops[i].kind == OpKind::kPause) pauses.emplace_back(i + 1, ops[i].size);
  }
  return pauses;
}

// Microseconds here; 100 of them are a pause.
TEST(ThreadedProgram, KeepsTheTimesOfEachThread) {
  const std::string lines =
      "0 = malloc 1 t5\n1 = malloc 1 t50\n2 = malloc 1 t104\n3 = malloc 1 t105\n"
      "free 0 @1 t180\n4 = malloc 1\n5 = malloc 1 t204\nfree 1 t3\nfree null t305\nfree 2 t306\n";
  const ThreadedProgram program = FromText(lines, KeepTimes::kYes);
  using Pauses = std::vector<std::pair<std::size_t, std::uint64_t>>;
  // The first call and those less than a pause behind it; then 100 us after it, and 200 after that.
  EXPECT_EQ(PausesOf(program.threads[0]), (Pauses{{4, 100'000}, {9, 300'000}}));
  // Before its wait and its call.
  EXPECT_EQ(PausesOf(program.threads[1]), (Pauses{{1, 175'000}}));
  EXPECT_EQ(program.calls, 9u);
  EXPECT_TRUE(PausesOf(FromText(lines).threads[0]).empty());
  // A time before the first is no time far away, however fast the clock is.
  const auto fast = DecodeThreadedProgram(
      *OpenTraceBytes(
          "t.txt",
          "alloclab trace text 1\n# clock_hz: 1000000000000\n0 = malloc 1 t5\nfree 0 t3\n"),
      KeepTimes::kYes);
  EXPECT_TRUE(PausesOf(fast.threads[0]).empty());
}

std::string ErrorOf(const std::string& lines, KeepTimes times = KeepTimes::kNo) {
  try {
    FromText(lines, times);
  } catch (const TraceError& error) {
    return error.what();
  }
  return "";
}

TEST(ThreadedProgram, RefusalsNameTheMend) {
  EXPECT_EQ(ErrorOf("0 = malloc 1 @4096\n"),
            "the trace has a thread 4096, and at most 4096 can be replayed side by side; replay it "
            "in serial order");
  EXPECT_EQ(ErrorOf("0 = malloc 1 @4095\n"), "");
  EXPECT_NE(ErrorOf("0 = posix_memalign 24 1\n"), "");
  EXPECT_EQ(ErrorOf("0 = malloc 1\n", KeepTimes::kYes),
            "the trace has no times to keep; record it with --times, or replay it with --mode "
            "partial-order");
}

}  // namespace
}  // namespace alloclab
