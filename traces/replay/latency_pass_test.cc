// The histogram against sorted durations; the pass against the plain replay of the same program,
// and against an allocator some of whose calls are known to take long.

#include "traces/replay/latency_pass.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <set>
#include <vector>

#include "traces/replay/program_image.h"
#include "traces/replay/random_program.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

TEST(LatencyHistogram, EveryClassEndsWhereItSays) {
  for (std::size_t i = 0; i < LatencyHistogram::kClasses; ++i) {
    const std::uint64_t longest = LatencyHistogram::LongestOf(i);
    EXPECT_EQ(LatencyHistogram::ClassOf(longest), i) << longest;
    if (i + 1 < LatencyHistogram::kClasses) {
      EXPECT_EQ(LatencyHistogram::ClassOf(longest + 1), i + 1) << longest;
      const std::uint64_t width = LatencyHistogram::LongestOf(i + 1) - longest;
      EXPECT_LE(width * 32, std::max<std::uint64_t>(longest + 1, 32)) << "class " << i + 1;
    }
  }
  EXPECT_EQ(LatencyHistogram::LongestOf(LatencyHistogram::kClasses - 1),
            (std::uint64_t{1} << LatencyHistogram::kMostBits) - 1);
  EXPECT_EQ(LatencyHistogram::ClassOf(UINT64_MAX), LatencyHistogram::kClasses - 1);
}

TEST(LatencyHistogram, QuantilesAreThoseOfTheSortedDurations) {
  std::mt19937_64 random(TestSeed());
  std::lognormal_distribution<double> draw(10, 3);
  LatencyHistogram one, other;
  std::vector<std::uint64_t> all;
  EXPECT_EQ(one.Quantile(0.5), 0u);
  for (int i = 0; i < 5000; ++i) {
    all.push_back(static_cast<std::uint64_t>(draw(random)));
    (i % 2 == 0 ? one : other).Add(all.back());
  }
  one.Add(other);
  std::sort(all.begin(), all.end());
  ASSERT_EQ(one.Count(), all.size());
  EXPECT_EQ(one.Longest(), all.back());
  for (const double share : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(all.size())));
    const auto exact = static_cast<double>(all[rank == 0 ? 0 : rank - 1]);
    const auto given = static_cast<double>(one.Quantile(share));
    EXPECT_GE(given, exact) << share;
    EXPECT_LE(given, exact * 33 / 32 + 1) << share;
  }
  EXPECT_EQ(one.Quantile(1), all.back());
}

// malloc, with a ledger of the calls, and a delay in those for kSlowBytes.
constexpr std::uint64_t kSlowBytes = 777;
constexpr std::uint64_t kSlowNs = 20000;
class Counting {
 public:
  static constexpr std::size_t kAlignment = 16;
  static constexpr bool kThreadSafe = false;

  void* Allocate(std::size_t n) noexcept {
    calls.push_back(n);
    if (n == kSlowBytes) Wait();
    return n == refused ? nullptr : std::malloc(n);
  }
  void Free(void* p) noexcept {
    calls.push_back(0);
    std::free(p);
  }
  std::size_t UsableSize(const void*) const noexcept { return 0; }
  void* Reallocate(void* p, std::size_t n) noexcept {
    calls.push_back(n);
    return std::realloc(p, n);
  }
  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept {
    calls.push_back(n);
    return std::aligned_alloc(alignment, (n + alignment - 1) / alignment * alignment);
  }
  template <class Visit>
  void Walk(Visit&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }

  std::vector<std::size_t> calls;
  std::size_t refused = SIZE_MAX;

 private:
  static void Wait() {
    const auto now = [] {
      timespec time;
      clock_gettime(CLOCK_MONOTONIC, &time);
      return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
             static_cast<std::uint64_t>(time.tv_nsec);
    };
    for (const std::uint64_t start = now(); now() - start < kSlowNs;) {
    }
  }
};
static_assert(Allocator<Counting> && AllocatesAligned<Counting> && Reallocates<Counting>);

Ops WithItsTail(const Program& program) {
  Ops ops = program.ops;
  const Ops tail = TailOfFrees(program);
  ops.insert(ops.end(), tail.begin(), tail.end());
  return ops;
}

TEST(LatencyPass, MakesTheCallsOfTheReplayAndTimesOneIn64) {
  const Program program = RandomProgram(TestSeed(), {.operations = 60000});
  const Ops ops = WithItsTail(program);
  std::vector<void*> slots(program.slots);
  Counting plain, timed;
  plain.refused = timed.refused = program.ops[0].size;
  const std::uint64_t failures =
      Replay<Counting, Touch::kLine>(plain, ops.data(), ops.data() + ops.size(), slots.data());
  LatencyFigures figures;
  LatencyPass<Counting, Touch::kLine> pass(timed, slots.data(), MeasureTicks(), 0, figures);
  EXPECT_EQ(pass.Run(ops.data(), ops.data() + ops.size()), failures);
  EXPECT_GT(failures, 0u);
  EXPECT_EQ(timed.calls, plain.calls);
  for (void* const slot : slots) EXPECT_EQ(slot, nullptr);
  // Of each kind, about its share. Six standard deviations.
  double calls[kTimedKinds] = {};
  for (const Op& op : ops) ++calls[static_cast<std::size_t>(op.kind)];
  for (std::size_t kind = 0; kind < kTimedKinds; ++kind) {
    const double expected = calls[kind] / 64;
    const auto counted = static_cast<double>(figures.kinds[kind].Count());
    EXPECT_GT(calls[kind], 0) << kind;
    EXPECT_NEAR(counted, expected, 6 * std::sqrt(expected) + 2) << kind;
  }
}

// How many calls of each kind are timed in a program that draws kinds at random tells draws apart.
TEST(LatencyPass, ADrawIsASampleOfItsOwn) {
  const Program program = RandomProgram(TestSeed(), {.operations = 60000});
  const Ops ops = WithItsTail(program);
  const auto sample = [&](std::uint64_t draw) {
    std::vector<void*> slots(program.slots);
    Counting allocator;
    LatencyFigures figures;
    LatencyPass<Counting, Touch::kNone> pass(allocator, slots.data(), MeasureTicks(), draw,
                                             figures);
    pass.Run(ops.data(), ops.data() + ops.size());
    std::vector<std::uint64_t> calls;
    for (const LatencyHistogram& kind : figures.kinds) calls.push_back(kind.Count());
    return calls;
  };
  std::set<std::vector<std::uint64_t>> samples;
  for (std::uint64_t draw = 0; draw < 10; ++draw) samples.insert(sample(draw));
  EXPECT_GE(samples.size(), 9u);
  EXPECT_EQ(sample(3), sample(3));
}

// A program whose every 64th call is the slow one, and of another kind than the rest: sampling in
// step would see all of them or none.
TEST(LatencyPass, SeesWhatIsRareAndTakesLong) {
  Ops ops;
  for (std::uint32_t i = 0; i < 4096; ++i) {
    const bool slow = i % 64 == 5;
    ops.push_back({0, slow ? OpKind::kMalloc : OpKind::kCalloc, 0, 0, slow ? kSlowBytes : 8});
    ops.push_back({0, OpKind::kFree, 0, 0, 0});
  }
  std::vector<void*> slots(1);
  Counting allocator;
  LatencyFigures figures;
  LatencyPass<Counting, Touch::kNone> pass(allocator, slots.data(), MeasureTicks(), 0, figures);
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(pass.Run(ops.data(), ops.data() + ops.size()), 0u);
    allocator.calls.clear();
  }
  const LatencyHistogram& mallocs = figures.of(OpKind::kMalloc);
  EXPECT_NEAR(static_cast<double>(mallocs.Count()), 64, 6 * 8);
  EXPECT_GE(mallocs.Quantile(0), kSlowNs * 1000 * 9 / 10);  // clocks differ a little
  // Only what was asked for is waited for. The quickest of thousands is not.
  EXPECT_LT(figures.of(OpKind::kCalloc).Quantile(0.01), kSlowNs * 1000);
  EXPECT_EQ(figures.of(OpKind::kRealloc).Count(), 0u);
}

TEST(TickScale, ReadingTheClockTakesNoTime) {
  const TickScale scale = MeasureTicks();
  EXPECT_EQ(scale.Picoseconds(scale.overhead_ticks), 0u);
  EXPECT_EQ(scale.Picoseconds(0), 0u);
  EXPECT_EQ(scale.Picoseconds(scale.overhead_ticks + 1024), scale.picoseconds_per_1024_ticks);
  EXPECT_GT(scale.picoseconds_per_1024_ticks, 100u * 1024);  // slower than 10 GHz
  EXPECT_GT(scale.step_ticks, 0u);
}

TEST(TickScale, AStepIsInPicosecondsWithoutTheOverhead) {
  constexpr TickScale kScale = {
      .picoseconds_per_1024_ticks = 394'000, .overhead_ticks = 52, .step_ticks = 26};
  EXPECT_EQ(kScale.StepPicoseconds(), 26u * 394'000 / 1024);
}

// A clock that was made up: a reading takes some 45 to 80 true ticks, and shows the last step that
// has begun, begun at any phase. Now and then it jumps, as when a thread is moved.
TEST(MeasureStep, FindsTheStepOfAClockAndNoMultiple) {
  std::mt19937_64 random(TestSeed());
  for (const std::uint64_t step : {1u, 2u, 3u, 10u, 26u, 40u, 100u, 1000u}) {
    for (const bool jumps : {false, true}) {
      const std::uint64_t phase = random() % step;
      std::uint64_t now = random() % (1ull << 40);
      std::uint64_t readings = 0;
      const auto read = [&] {
        now += 45 + random() % 36;
        ++readings;
        return now / step * step + phase + (jumps ? readings / 500 : 0);
      };
      EXPECT_EQ(MeasureStep(read, [&](unsigned rounds) { now += rounds; }), step)
          << (jumps ? "with jumps" : "without jumps");
    }
  }
}

// That every reading takes as long is no step: what lies between is not always as long.
TEST(MeasureStep, AnEvenReadingIsNoStep) {
  std::uint64_t now = 0;
  EXPECT_EQ(MeasureStep([&] { return now += 40; }, [&](unsigned rounds) { now += 5 * rounds + 1; }),
            1u);
}

TEST(MeasureStep, AClockThatStandsStillHasNone) {
  EXPECT_EQ(MeasureStep([] { return std::uint64_t{7}; }, [](unsigned) {}), 0u);
}

}  // namespace
}  // namespace alloclab
