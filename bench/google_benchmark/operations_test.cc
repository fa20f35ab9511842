// What the rows say of calls is held against an allocator that counts them.

#include "bench/google_benchmark/operations.h"

#include <benchmark/benchmark.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "allocator/variants/system.h"

namespace alloclab::operations {
namespace {

std::atomic<std::uint64_t> calls = 0;
std::atomic<std::uint64_t> live = 0;
std::atomic<std::size_t> grown_to = 0;  // the most bytes that a block was resized to

// The system's malloc, counted; C's own realloc and calloc among them, so that one is one call.
template <class Pages>
class Counted {
 public:
  static constexpr std::size_t kAlignment = kMallocAlignment;
  static constexpr bool kThreadSafe = true;
  static constexpr bool kOpaque = true;

  explicit Counted(Pages& pages) noexcept : system_(pages) {}

  void* Allocate(std::size_t n) noexcept { return Count(system_.Allocate(n)); }
  void Free(void* p) noexcept {
    ++calls;
    --live;
    system_.Free(p);
  }
  std::size_t UsableSize(const void* p) const noexcept { return system_.UsableSize(p); }
  void* AllocateAligned(std::size_t n, std::size_t alignment) noexcept {
    return Count(system_.AllocateAligned(n, alignment));
  }
  void* AllocateZeroed(std::size_t n) noexcept { return Count(system_.AllocateZeroed(n)); }
  void* Reallocate(void* p, std::size_t n) noexcept {
    ++calls;
    grown_to = std::max<std::size_t>(grown_to, n);
    return system_.Reallocate(p, n);
  }
  template <class Visitor>
  void Walk(Visitor&&) const noexcept {}
  Verdict CheckIndex() const noexcept { return {}; }

 private:
  static void* Count(void* p) {
    ++calls;
    ++live;
    return p;
  }

  System<Pages> system_;
};

// Refuses everything.
template <class Pages>
class Refusing : public Counted<Pages> {
 public:
  using Counted<Pages>::Counted;
  void* Allocate(std::size_t) noexcept { return nullptr; }
  void Free(void*) noexcept {}
};

class Collected : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& reported) override {
    runs.insert(runs.end(), reported.begin(), reported.end());
  }
  std::vector<Run> runs;
};

template <class Function>
Collected::Run RunRow(Function* function, std::int64_t argument, int threads) {
  benchmark::ClearRegisteredBenchmarks();
  benchmark::RegisterBenchmark("row", function)
      ->Arg(argument)
      ->Iterations(50)
      ->Threads(threads)
      ->UseRealTime();
  Collected collected;
  benchmark::RunSpecifiedBenchmarks(&collected, ".");
  EXPECT_EQ(collected.runs.size(), 1u);
  return collected.runs.at(0);
}

// Every call is counted, every block is freed, and the two figures are of the same number of calls.
template <class Function>
void ExpectCountsAreTrue(Function* function, std::int64_t argument, int threads = 1) {
  calls = live = 0;
  const Collected::Run run = RunRow(function, argument, threads);
  EXPECT_FALSE(run.error_occurred) << run.error_message;
  const double seconds = run.real_accumulated_time;
  const auto counted = static_cast<double>(calls.load());
  EXPECT_GT(counted, 0);
  EXPECT_NEAR(run.counters.at("items_per_second") * seconds, counted, 1e-6 * counted);
  EXPECT_NEAR(run.counters.at("time/op") * counted, seconds, 1e-6 * seconds);
  EXPECT_EQ(live, 0u);
}

using A = Counted<OwnedPages>;

TEST(Operations, CountTheirCalls) {
  ExpectCountsAreTrue(BM_MallocFree<A>, 64);
  ExpectCountsAreTrue(BM_Batch<A>, 64);
  ExpectCountsAreTrue(BM_Calloc<A>, 1024);
  ExpectCountsAreTrue(BM_ReallocGrowth<A>, 65536);
  ExpectCountsAreTrue(BM_ReallocGrowth<A>, 17);
  ExpectCountsAreTrue(BM_Aligned<A>, 4096);
  ExpectCountsAreTrue(BM_CrossThreadFree<A>, 64, 2);
}

// To the bytes that its name says, not to the step after.
TEST(Operations, ReallocGrowthEndsAtItsBytes) {
  for (const std::int64_t most : {17, 24, 1024, 65536}) {
    grown_to = 0;
    RunRow(BM_ReallocGrowth<A>, most, 1);
    EXPECT_EQ(grown_to, static_cast<std::size_t>(most));
  }
}

// A row that was refused memory has no figure.
TEST(Operations, RefusedMemoryIsAnError) {
  using R = Refusing<OwnedPages>;
  EXPECT_TRUE(RunRow(BM_MallocFree<R>, 64, 1).error_occurred);
  EXPECT_TRUE(RunRow(BM_Batch<R>, 64, 1).error_occurred);
  EXPECT_TRUE(RunRow(BM_ReallocGrowth<R>, 64, 1).error_occurred);
  EXPECT_TRUE(RunRow(BM_CrossThreadFree<R>, 64, 2).error_occurred);
}

}  // namespace
}  // namespace alloclab::operations
