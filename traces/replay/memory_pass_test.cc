// The figures are held against the definitions, computed here from the program alone, for an
// allocator whose held bytes are known at every event.

#include "traces/replay/memory_pass.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdlib>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "traces/replay/program_image.h"
#include "traces/replay/random_program.h"

namespace alloclab {
namespace {

constexpr std::size_t kHeader = 32;

// malloc with a ledger: holds a header more than each live block, and one page that it never gives
// back. Every allocation visits three blocks.
class Ledger {
 public:
  static constexpr std::size_t kAlignment = 16;
  static constexpr bool kThreadSafe = false;

  void* Allocate(std::size_t n) noexcept {
    visited_ += 3;
    auto* block = static_cast<std::size_t*>(std::malloc(n + kHeader));
    *block = n;
    held_ += n + kHeader;
    peak_ = std::max(peak_, held_);
    return reinterpret_cast<std::byte*>(block) + kHeader;
  }
  void Free(void* p) noexcept {
    if (p == nullptr) return;
    void* block = static_cast<std::byte*>(p) - kHeader;
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

 private:
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

MemoryFigures Measure(const Program& program) {
  const Ops tail = TailOfFrees(program);
  Ops ops = program.ops;
  ops.insert(ops.end(), tail.begin(), tail.end());
  Ledger ledger;
  LedgerHeld held(ledger);
  std::vector<void*> slots(program.slots);
  std::vector<std::uint64_t> sizes(program.slots);
  MemoryFigures figures;
  std::uint64_t at = 0;
  MemoryPass<Ledger, LedgerHeld, Touch::kLine> pass(ledger, held, slots.data(), sizes.data(),
                                                    figures);
  pass.Run(ops.data(), ops.data() + program.ops.size(), ops.data() + ops.size(), at);
  return figures;
}

TEST(MemoryPass, FiguresAreAsDefined) {
  const Program program = RandomProgram(TestSeed(), {.operations = 3000, .aligned = false});
  std::vector<std::uint64_t> sizes(program.slots, 0);
  std::vector<bool> live(program.slots, false);
  std::uint64_t live_bytes = 0, blocks = 0, calls = 0, live_peak = 0;
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
    live_peak = std::max(live_peak, live_bytes);
    if (live_bytes == 0) continue;
    sum +=
        static_cast<double>(4096 + live_bytes + blocks * kHeader) / static_cast<double>(live_bytes);
    ++terms;
  }
  const MemoryFigures figures = Measure(program);
  EXPECT_EQ(figures.failures, 0u);
  EXPECT_EQ(figures.live_bytes_peak, live_peak);
  EXPECT_EQ(figures.live_bytes_peak, program.live_bytes_peak);
  EXPECT_NEAR(figures.held_over_live_mean, sum / static_cast<double>(terms), 1e-9);
  EXPECT_GE(figures.held_bytes_peak, live_peak + 4096);
  EXPECT_EQ(figures.held_bytes_at_end, 4096u);
  EXPECT_NEAR(figures.HeldOverLivePeak(),
              static_cast<double>(figures.held_bytes_peak) / static_cast<double>(live_peak), 1e-12);
  EXPECT_NEAR(figures.ReturnedShare(), 1 - 4096.0 / static_cast<double>(figures.held_bytes_peak),
              1e-12);
  EXPECT_EQ(figures.allocations, calls);
  EXPECT_EQ(figures.counts_search, 1u);
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
