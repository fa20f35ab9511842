// The figures are held against the definitions, computed here from the program alone, for an
// allocator whose held bytes are known at every event.

#include "traces/replay/memory_pass.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"
#include "traces/replay/program_image.h"
#include "traces/replay/random_program.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

constexpr std::size_t kHeader = 32;

// malloc with a ledger: holds a header more than each live block, and one page that it never gives
// back. Every allocation visits three blocks.
class Ledger {
 public:
  static constexpr std::size_t kAlignment = 16;
  static constexpr bool kThreadSafe = false;
  static constexpr bool kOpaque = true;

  void* Allocate(std::size_t n) noexcept {
    visited_ += 3;
    auto* block = static_cast<std::size_t*>(std::malloc(n + kHeader));
    *block = n;
    ++blocks_;
    held_ += n + kHeader;
    peak_ = std::max(peak_, held_);
    return reinterpret_cast<std::byte*>(block) + kHeader;
  }
  void Free(void* p) noexcept {
    if (p == nullptr) return;
    void* block = static_cast<std::byte*>(p) - kHeader;
    --blocks_;
    held_ -= *static_cast<std::size_t*>(block) + kHeader;
    std::free(block);
  }
  std::size_t UsableSize(const void* p) const noexcept {
    return *reinterpret_cast<const std::size_t*>(static_cast<const std::byte*>(p) - kHeader);
  }
  // Changes the ledger only: what it holds is what the program asks for, whatever moves.
  void* Reallocate(void* p, std::size_t n) noexcept {
    void* moved = Allocate(n);
    visited_ -= 3;
    Free(p);
    return moved;
  }
  template <class Visit>
  void Walk(Visit&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }
  std::uint64_t BlocksVisited() const noexcept { return visited_; }

  std::uint64_t Now() const { return held_; }
  std::uint64_t Peak() const { return peak_; }
  std::uint64_t blocks() const { return blocks_; }

 private:
  std::uint64_t blocks_ = 0;
  std::uint64_t held_ = 4096;
  std::uint64_t peak_ = 4096;
  std::uint64_t visited_ = 0;
};
static_assert(Allocator<Ledger> && CountsSearch<Ledger>);

class LedgerHeld {
 public:
  static constexpr HeldIs kIs = HeldIs::kPages;
  static constexpr bool kExact = true;
  explicit LedgerHeld(const Ledger& ledger) : ledger_(ledger) {}
  std::uint64_t Now() const { return ledger_.Now(); }
  std::uint64_t Peak() const { return ledger_.Peak(); }

 private:
  const Ledger& ledger_;
};

template <class Held>
MemoryFigures MeasureWith(const Program& program) {
  const Ops tail = TailOfFrees(program);
  Ops ops = program.ops;
  ops.insert(ops.end(), tail.begin(), tail.end());
  Ledger ledger;
  Held held(ledger);
  std::vector<void*> slots(program.slots);
  std::vector<std::uint64_t> sizes(program.slots);
  MemoryFigures figures;
  std::uint64_t at = 0;
  MemoryPass<Ledger, Held, Touch::kLine> pass(ledger, held, slots.data(), sizes.data(),
                                              slots.size(), figures);
  pass.Run(ops.data(), ops.data() + program.ops.size(), ops.data() + ops.size(), at);
  return figures;
}

MemoryFigures Measure(const Program& program) { return MeasureWith<LedgerHeld>(program); }

TEST(MemoryPass, FiguresAreAsDefined) {
  const Program program = RandomProgram(TestSeed(), {.operations = 3000, .aligned = false});
  std::vector<std::uint64_t> sizes(program.slots, 0);
  std::vector<bool> live(program.slots, false);
  std::uint64_t live_bytes = 0, blocks = 0, calls = 0, live_peak = 0;
  std::uint64_t held_peak = 0, held_at_live_peak = 0, live_at_held_peak = 0;
  double sum = 0;
  std::uint64_t terms = 0;
  for (const Op& op : program.ops) {
    blocks -= live[op.slot];
    live_bytes -= sizes[op.slot];
    live[op.slot] = op.kind != OpKind::kFree;
    sizes[op.slot] = live[op.slot] ? op.size : 0;
    blocks += live[op.slot];
    live_bytes += sizes[op.slot];
    calls += op.kind != OpKind::kFree;
    const std::uint64_t held = 4096 + live_bytes + blocks * kHeader;
    if (live_bytes > live_peak) held_at_live_peak = held;
    live_peak = std::max(live_peak, live_bytes);
    if (held > held_peak) live_at_held_peak = live_bytes;
    held_peak = std::max(held_peak, held);
    if (live_bytes == 0) continue;
    sum += static_cast<double>(held) / static_cast<double>(live_bytes);
    ++terms;
  }
  const MemoryFigures figures = Measure(program);
  EXPECT_EQ(figures.failures, 0u);
  EXPECT_EQ(figures.live_bytes_peak, live_peak);
  EXPECT_EQ(figures.live_bytes_peak, program.live_bytes_peak);
  EXPECT_NEAR(figures.held_over_live_mean, sum / static_cast<double>(terms), 1e-9);
  EXPECT_GE(figures.held_bytes_peak, live_peak + 4096);
  EXPECT_EQ(figures.held_bytes_at_end, 4096u);
  EXPECT_EQ(figures.held_bytes_at_live_peak, held_at_live_peak);
  EXPECT_EQ(figures.live_bytes_at_live_peak, live_peak);
  EXPECT_EQ(figures.live_bytes_at_held_peak, live_at_held_peak);
  EXPECT_DOUBLE_EQ(figures.HeldOverLiveAtLivePeak(),
                   static_cast<double>(held_at_live_peak) / static_cast<double>(live_peak));
  EXPECT_DOUBLE_EQ(figures.HeldOverLiveAtHeldPeak(), static_cast<double>(figures.held_bytes_peak) /
                                                         static_cast<double>(live_at_held_peak));
  EXPECT_NEAR(figures.HeldOverLivePeak(),
              static_cast<double>(figures.held_bytes_peak) / static_cast<double>(live_peak), 1e-12);
  EXPECT_NEAR(figures.ReturnedShare(), 1 - 4096.0 / static_cast<double>(figures.held_bytes_peak),
              1e-12);
  EXPECT_EQ(figures.allocations, calls);
  EXPECT_EQ(figures.counts_search, 1u);
}

// A peak that is reached twice, with other blocks: the first time counts.
TEST(MemoryPass, TheMomentOfAPeakIsItsFirst) {
  Program program;
  program.slots = 2;
  // 132 + 32 bytes are held, then twice 50 + 32.
  program.ops = {{0, OpKind::kMalloc, 0, 0, 132},
                 {0, OpKind::kFree, 0, 0, 132},
                 {0, OpKind::kMalloc, 0, 0, 50},
                 {1, OpKind::kMalloc, 0, 0, 50}};
  EXPECT_EQ(Measure(program).live_bytes_at_held_peak, 132u);
  // 100 bytes are live in one block, then in two.
  program.ops[0].size = program.ops[1].size = 100;
  EXPECT_EQ(Measure(program).held_bytes_at_live_peak, 4096u + 100 + kHeader);
}

// The same H, looked at now and then.
class SampledLedgerHeld : public LedgerHeld {
 public:
  static constexpr bool kExact = false;
  using LedgerHeld::LedgerHeld;
};

// A heap that has just begun holds thousands of times what is live, for an event or two.
TEST(MemoryPass, WhatIsSampledIsNearWhatIsAskedAtEveryEvent) {
  Program program;
  program.slots = 100'000;
  for (std::uint32_t i = 0; i < program.slots; ++i) {
    program.ops.push_back({i, OpKind::kMalloc, 0, 0, i == 0 ? 1u : 100u});
  }
  const double exact = Measure(program).held_over_live_mean;
  EXPECT_GT(exact, 1.32);
  EXPECT_NEAR(MeasureWith<SampledLedgerHeld>(program).held_over_live_mean, exact, 0.05);
}

// Exactly what is live, looked at now and then.
class LiveHeld {
 public:
  static constexpr HeldIs kIs = HeldIs::kResident;
  static constexpr bool kExact = false;
  explicit LiveHeld(const Ledger& ledger) : ledger_(ledger) {}
  std::uint64_t Now() const { return ledger_.Now() - 4096 - ledger_.blocks() * kHeader; }
  std::uint64_t Peak() const { return Now(); }

 private:
  const Ledger& ledger_;
};

// The last look before the peak is up to a twentieth below it, and its H must not be held against
// the L of another moment.
TEST(MemoryPass, APeakBetweenTwoLooksIsOfOneMoment) {
  Program program;
  program.slots = 30007;
  for (std::uint32_t i = 0; i < program.slots; ++i) {
    program.ops.push_back({i, OpKind::kMalloc, 0, 0, 100});
  }
  // Up by less than what is looked at, and down again.
  for (int i = 0; i < 2; ++i) {
    program.ops.push_back({program.slots, i == 0 ? OpKind::kMalloc : OpKind::kFree, 0, 0, 20000});
  }
  ++program.slots;
  const MemoryFigures figures = MeasureWith<LiveHeld>(program);
  EXPECT_EQ(figures.live_bytes_peak, 3020700u);
  EXPECT_LT(figures.live_bytes_at_live_peak, figures.live_bytes_peak);  // or this shows nothing
  EXPECT_EQ(figures.held_bytes_at_live_peak, figures.live_bytes_at_live_peak);
  EXPECT_GE(figures.live_bytes_at_live_peak, 3000700u * 20 / 21);
  EXPECT_DOUBLE_EQ(figures.HeldOverLiveAtLivePeak(), 1);
}

TEST(MemoryPass, CountsTheBlocksThatSearchesVisit) {
  Program program;
  program.slots = 2;
  program.ops = {
      {0, OpKind::kMalloc, 0, 0, 8}, {1, OpKind::kMalloc, 0, 0, 8}, {0, OpKind::kFree, 0, 0, 8}};
  const MemoryFigures figures = Measure(program);
  EXPECT_EQ(figures.allocations, 2u);
  EXPECT_EQ(figures.blocks_visited, 6u);
}

// However many operations there are, about 200 points, evenly spaced, the last at the end.
TEST(MemoryPass, TimelineIsEvenAndFits) {
  for (const std::size_t operations : {1u, 7u, 199u, 200u, 201u, 399u, 401u, 5000u}) {
    const Program program = RandomProgram(1, {.operations = operations, .aligned = false});
    const MemoryFigures figures = Measure(program);
    ASSERT_GE(figures.timeline_points, std::min<std::size_t>(operations, 100) + 1) << operations;
    ASSERT_LE(figures.timeline_points, kTimelinePoints + 1) << operations;
    const std::uint64_t stride = figures.timeline_points > 2 ? figures.timeline[1].event : 1;
    for (std::uint32_t i = 0; i + 1 < figures.timeline_points; ++i) {
      EXPECT_EQ(figures.timeline[i].event, i * stride) << operations;
    }
    EXPECT_EQ(figures.timeline[figures.timeline_points - 1].event, operations);
  }
}

TEST(HeldCauses, WholePagesAreThoseThatLieInside) {
  std::mt19937_64 random(TestSeed());
  for (int i = 0; i < 2000; ++i) {
    const std::uintptr_t begin = 4096 * 7 + (random() % 2) * (random() % 9000);
    const std::uint64_t bytes = random() % 20000;
    std::uint64_t inside = 0;
    for (std::uintptr_t page = 0; page < 4096 * 20; page += 4096) {
      if (begin <= page && page + 4096 <= begin + bytes) inside += 4096;
    }
    EXPECT_EQ(WholePages(begin, bytes), inside) << begin << " " << bytes;
  }
}

// Every byte that is held is of one cause, on every variant, at every 50th operation: what Walk
// shows as usable is what the live blocks say, and the rest adds up to what Walk covers.
template <class A>
void ExpectCausesAddUp(const Program& program) {
  MmapPages pages;
  A allocator(pages);
  std::vector<void*> slots(program.slots);
  for (std::size_t i = 0; i < program.ops.size(); ++i) {
    const Op* op = &program.ops[i];
    Replay<A, Touch::kNone>(allocator, op, op + 1, slots.data());
    if (i % 50 != 0) continue;
    std::uint64_t usable = 0, covered = 0, largest = 0;
    for (void* const slot : slots) usable += slot == nullptr ? 0 : allocator.UsableSize(slot);
    allocator.Walk([&](const BlockView& block) {
      covered += block.bytes;
      if (block.state == BlockState::kFree && block.usable > largest) largest = block.usable;
    });
    const HeldCauses causes = CausesOf(allocator);
    ASSERT_EQ(causes.usable, usable) << i;
    ASSERT_EQ(causes.usable + causes.overhead + causes.free, covered) << i;
    ASSERT_LE(covered, pages.BytesHeld()) << i;
    ASSERT_LE(causes.free_pages, causes.free) << i;
    ASSERT_EQ(causes.free_largest, largest) << i;
  }
}

TEST(HeldCauses, AddUpToWhatIsHeld) {
  const Program program = RandomProgram(TestSeed(), {.operations = 4000});
  for (const std::string_view name : Variants::kNames) {
    if (name == "system") continue;
    SCOPED_TRACE(std::string(name));
    ASSERT_TRUE(Variants::Visit<MmapPages>(name, [&]<class A> { ExpectCausesAddUp<A>(program); }));
  }
}

// An allocator that shows nothing is asked what each of its blocks can hold.
TEST(MemoryPass, KnowsWhatOpaqueAllocatorsRoundUp) {
  Program program;
  program.slots = 2;
  program.ops = {{0, OpKind::kMalloc, 0, 0, 1000}, {1, OpKind::kMalloc, 0, 0, 24}};
  const MemoryFigures figures = Measure(program);
  EXPECT_EQ(figures.walks, 0u);
  ASSERT_EQ(figures.timeline_points, 3u);
  EXPECT_EQ(figures.timeline[0].causes.usable, 1000u);
  EXPECT_EQ(figures.timeline[2].causes.usable, 1024u);
}

// The oracle is mmap itself: so many pages written, so many resident.
TEST(ResidentProbe, SeesPagesComeAndGo) {
  constexpr std::size_t kBytes = std::size_t{8} << 20;
  const ResidentProbe probe;
  ASSERT_TRUE(probe.works()) << "this kernel has no /proc/self/smaps_rollup";
  void* mapped = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  const std::uint64_t before = probe.Bytes();
  for (std::size_t at = 0; at < kBytes; at += 4096) static_cast<volatile char*>(mapped)[at] = 1;
  const std::uint64_t during = probe.Bytes();
  munmap(mapped, kBytes);
  const std::uint64_t after = probe.Bytes();
  // The test's own stack may gain a page meanwhile.
  EXPECT_NEAR(static_cast<double>(during - before), static_cast<double>(kBytes), 65536.0);
  EXPECT_NEAR(static_cast<double>(after), static_cast<double>(before), 65536.0);
}

TEST(PagesHeld, IsWhatThePagesSay) {
  MmapPages pages;
  const PagesHeld<MmapPages> held(pages);
  const Span span = pages.Acquire(1 << 20);
  EXPECT_EQ(held.Now(), span.bytes);
  EXPECT_TRUE(pages.Release(span));
  EXPECT_EQ(held.Now(), 0u);
  EXPECT_EQ(held.Peak(), span.bytes);
}

}  // namespace
}  // namespace alloclab
