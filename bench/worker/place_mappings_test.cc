// The memory pass sees the same heap in every run, though addresses are random.

#include "bench/worker/place_mappings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "allocator/pages/mmap_pages.h"
#include "allocator/variants.h"
#include "bench/worker/runner.h"
#include "traces/replay/program_image.h"
#include "traces/replay/random_program.h"
#include "traces/test_seed.h"

namespace alloclab {
namespace {

// A heap that grows far beyond where huge pages begin.
Program GrowingProgram(std::uint64_t seed) {
  Program program = RandomProgram(seed, {.operations = 20'000, .largest_bytes = 6000});
  for (std::uint32_t i = 0; i < 3000; ++i) {
    Op op = {};
    op.kind = OpKind::kMalloc;
    op.slot = program.slots++;
    op.size = 100 + 37 * (i % 100);
    program.ops.push_back(op);
  }
  return program;
}

MemoryFigures Measure(std::string_view variant, int program_fd) {
  WorkerRequest request;
  request.pass = WorkerPass::kMemory;
  request.allocator = variant;
  request.program_fd = program_fd;
  const WorkerOutcome outcome =
      Runner("bench/worker/worker", std::chrono::minutes(1)).Run(request, 20'000);
  EXPECT_EQ(outcome.reason, "") << variant;
  return outcome.report.memory;
}

TEST(PlaceMappings, MemoryIsTheSameInEveryRun) {
  const int program_fd = WriteProgramImage(GrowingProgram(TestSeed()));
  for (const std::string_view variant : Variants::kNames) {
    const MemoryFigures first = Measure(variant, program_fd);
    EXPECT_GT(first.held_bytes_peak, MmapPages::kHugePagesFrom) << "this asks nothing";
    for (int run = 0; run < 6; ++run) {
      const MemoryFigures again = Measure(variant, program_fd);
      EXPECT_EQ(again.held_bytes_peak, first.held_bytes_peak) << variant;
      EXPECT_EQ(again.held_bytes_at_end, first.held_bytes_at_end) << variant;
      EXPECT_EQ(again.held_over_live_mean, first.held_over_live_mean) << variant;
    }
  }
  close(program_fd);
}

TEST(PlaceMappings, ALargeMappingEndsAtABoundary) {
  PlaceMappings();
  constexpr std::size_t kBytes = (std::size_t{1} << 30) + (std::size_t{256} << 10);
  void* mapped =
      mmap(nullptr, kBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  EXPECT_EQ((reinterpret_cast<std::uintptr_t>(mapped) + kBytes) % (std::size_t{2} << 20), 0u);
  munmap(mapped, kBytes);
}

}  // namespace
}  // namespace alloclab
